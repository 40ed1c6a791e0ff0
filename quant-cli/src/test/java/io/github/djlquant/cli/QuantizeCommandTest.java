/*
 * Copyright 2026 The djl-quant authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except
 * in compliance with the License. You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License
 * is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express
 * or implied. See the License for the specific language governing permissions and limitations under
 * the License.
 */
package io.github.djlquant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before any work is done. */
class QuantizeCommandTest {

    @TempDir private Path folder;
    private Path source;
    private Path output;

    @BeforeEach
    void unpack() {
        source = ShippedModel.in(folder);
        output = folder.resolve("out.onnx");
    }

    static Stream<Arguments> wrongOptions() {
        return Stream.of(
                Arguments.of(List.of("--target", "z80"), "any, here, x86-vnni, x86-avx2, arm64"),
                Arguments.of(List.of("--samples", "many"), "--samples"),
                Arguments.of(List.of("--samples", "0"), "at least 1"),
                Arguments.of(List.of("--threads", "-2"), "--threads"),
                Arguments.of(List.of("--recipe", "static-int9"), "static-int9"),
                Arguments.of(List.of("--recipe", "static-int9"), "optimize, auto, x86"),
                Arguments.of(List.of("--recipe", "static-int8"), "calibration data"),
                Arguments.of(List.of("--size", "224"), "'224'"),
                Arguments.of(List.of("--mean", "a,b"), "--mean"),
                Arguments.of(List.of("--layout", "hwcn"), "--layout"),
                Arguments.of(List.of("--calibrate", ".", "--std", "0"), "std must be positive"),
                Arguments.of(List.of("--samples", "5"), "--samples without --calibrate"),
                Arguments.of(List.of("--size", "9x9"), "--size without --calibrate"),
                Arguments.of(
                        List.of("--std", "1", "--mean", "0"),
                        "--mean and --std without --calibrate"),
                Arguments.of(
                        List.of("--layout", "NHWC", "--samples", "5"),
                        "--samples and --layout without --calibrate"),
                Arguments.of(List.of("--labels", "x.txt"), "--labels without --calibrate"),
                Arguments.of(List.of("--slices", "x.csv:1"), "--slices without --calibrate"),
                Arguments.of(
                        List.of("--classes", "x", "--targets", "y"),
                        "--targets and --classes without --calibrate"),
                Arguments.of(
                        List.of("--verify", ".", "--samples", "5"),
                        "--samples without --calibrate"),
                Arguments.of(
                        List.of("--calibrate", ".", "--slices", "x.csv"),
                        "--slices needs a file and a column"),
                Arguments.of(List.of("--calibrate", ".", "--classes", "none.txt"), "none.txt"),
                Arguments.of(List.of("--gate", "flip=1"), "none of flips"),
                Arguments.of(List.of("--resume", "x"), "--resume without --calibrate"),
                Arguments.of(
                        List.of("--save-calibration", "x"),
                        "--save-calibration without --calibrate"),
                Arguments.of(
                        List.of("--tokenizer", "tokenizer.json"),
                        "--tokenizer without --calibrate"),
                Arguments.of(
                        List.of("--calibrate", "x.tsv", "--text-column", "2"),
                        "--text-column without --tokenizer"),
                Arguments.of(
                        List.of("--calibrate", "x.tsv", "--tokenizer", "t", "--text-column", "0"),
                        "columns count from 1"),
                Arguments.of(
                        List.of("--calibrate", "x.tsv", "--tokenizer", "t", "--size", "9x9"),
                        "--size is for images and --tokenizer for texts"),
                Arguments.of(
                        List.of(
                                "--calibrate",
                                ".",
                                "--recipe",
                                "dynamic-int8",
                                "--save-calibration",
                                "x"),
                        "measures nothing"),
                Arguments.of(List.of("--colour"), "--colour"));
    }

    @ParameterizedTest
    @MethodSource("wrongOptions")
    void wrongOptionsAreNamed(List<String> options, String named) {
        List<String> args =
                Stream.concat(
                                Stream.of("quantize", source.toString(), "-o", output.toString()),
                                options.stream())
                        .toList();
        CommandRun run = CommandRun.of(args.toArray());
        assertThat(run.err().lines()).singleElement().asString().contains(named);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(output).doesNotExist();
    }

    @Test
    void theOutputMustBeNamed() {
        CommandRun run = CommandRun.of("quantize", source);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--output");
    }

    @Test
    void anExistingFileIsNotOverwritten() throws IOException {
        Files.writeString(output, "precious");
        CommandRun run = CommandRun.of("quantize", source, "-o", output);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("out.onnx", "exists already", "--force");
        assertThat(output).hasContent("precious");
    }

    @Test
    void theSourceIsNotReplacedEvenByForce() throws IOException {
        byte[] before = Files.readAllBytes(source);
        CommandRun run = CommandRun.of("quantize", source, "-o", source, "--force");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("the output is the source");
        assertThat(source).hasBinaryContent(before);
    }

    @Test
    void theOutputsFolderMustExist() {
        CommandRun run = CommandRun.of("quantize", source, "-o", folder.resolve("none/out.onnx"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("folder does not exist");
    }

    @Test
    void aMissingSourceIsABadModel() {
        CommandRun run = CommandRun.of("quantize", folder.resolve("none.onnx"), "-o", output);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err().lines()).singleElement().asString().contains("none.onnx");
    }

    @Test
    void imageOptionsAreForImages() throws IOException {
        Path rows = Files.write(folder.resolve("rows.npz"), new byte[] {'P', 'K'});
        CommandRun run =
                CommandRun.of(
                        "quantize", source, "-o", output, "--calibrate", rows, "--size", "32x32");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("folder of images", "rows.npz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--size=32x32", "--mean=0.5", "--std=0.5", "--layout=NHWC"})
    void imageOptionsAreNotForAFolderOfPreparedInputs(String option) throws IOException {
        Path prepared = Files.createDirectory(folder.resolve("prepared"));
        RenderedData.write(prepared.resolve("rows.npz"), 0, 2);
        CommandRun run =
                CommandRun.of("quantize", source, "-o", output, "--calibrate", prepared, option);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains(option.replaceAll("=.*", ""), "folder of images", "prepared");
        assertThat(run.code()).isEqualTo(2);
        assertThat(output).doesNotExist();
    }
}
