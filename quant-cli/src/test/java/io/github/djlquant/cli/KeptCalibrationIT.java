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

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djlquant.cli.demo.ShapesDemo;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.WithoutBaseline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calibration that is kept, merged and taken again, and labels beside the data. */
class KeptCalibrationIT {

    @TempDir private static Path home;
    private static Path source;
    private static Path first;
    private static Path second;

    @TempDir private Path folder;

    @BeforeAll
    static void render() throws IOException {
        source = ShapesDemo.in(home).model();
        first = home.resolve("a.npz");
        second = home.resolve("b.npz");
        RenderedData.write(first, 0, 48);
        RenderedData.write(second, 48, 32);
    }

    private static CommandRun quantize(Path output, Object... options) {
        List<Object> words = new ArrayList<>(List.of("quantize", source, "-o", output));
        words.addAll(List.of(options));
        return CommandRun.of(words.toArray());
    }

    private static JsonObject json(CommandRun run) {
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @Test
    void aKeptTableMakesTheSameModelWithoutData() {
        Path table = folder.resolve("table.json");
        Path output = folder.resolve("out.onnx");
        CommandRun run = quantize(output, "--calibrate", first, "--save-calibration", table);
        assertThat(run.err()).isEmpty();
        Path again = folder.resolve("again.onnx");
        assertThat(quantize(again, "--calibration-table", table).err()).isEmpty();
        assertThat(WithoutBaseline.of(again)).hasSameBinaryContentAs(WithoutBaseline.of(output));
        CommandRun refused =
                quantize(
                        folder.resolve("more.onnx"),
                        "--calibrate",
                        first,
                        "--save-calibration",
                        table);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("table.json", "exists already", "--force");
        assertThat(folder.resolve("more.onnx")).doesNotExist();
    }

    @Test
    void tablesOfPartsAreMerged() {
        Path one = folder.resolve("one.json");
        Path two = folder.resolve("two.json");
        quantize(folder.resolve("1.onnx"), "--calibrate", first, "--save-calibration", one);
        quantize(folder.resolve("2.onnx"), "--calibrate", second, "--save-calibration", two);
        Path both = folder.resolve("both.json");
        CommandRun merged =
                quantize(
                        folder.resolve("3.onnx"),
                        "--calibration-table",
                        one,
                        "--calibration-table",
                        two,
                        "--save-calibration",
                        both,
                        "--json");
        assertThat(json(merged).getAsJsonObject("provenance").get("calibrationSamples").getAsInt())
                .isEqualTo(80);
        assertThat(both).isRegularFile();
        assertThat(both.toFile().length()).isGreaterThan(1000);
    }

    @Test
    void aTableIsKeptEvenIfTheResultIsRefused() throws IOException {
        Path recipe =
                Files.writeString(
                        folder.resolve("strict.json"),
                        "{\"name\": \"static-int8\", \"gate\": {\"minCosine\": 1.0, \"maxFlips\": 0}}");
        Path table = folder.resolve("table.json");
        CommandRun run =
                quantize(
                        folder.resolve("out.onnx"),
                        "--recipe",
                        recipe,
                        "--calibrate",
                        first,
                        "--save-calibration",
                        table);
        assertThat(run.code()).isEqualTo(5);
        assertThat(table).isRegularFile();
        CommandRun again =
                quantize(
                        folder.resolve("out.onnx"),
                        "--recipe",
                        recipe,
                        "--calibration-table",
                        table,
                        "--ignore-gate");
        assertThat(again.code()).isZero();
    }

    @Test
    void damagedTablesAndCheckpointsAreRefused() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.json"), "{");
        CommandRun table = quantize(folder.resolve("out.onnx"), "--calibration-table", bad);
        assertThat(table.code()).isEqualTo(4);
        assertThat(table.err()).contains("bad.json");
        CommandRun resumed =
                quantize(folder.resolve("out.onnx"), "--calibrate", first, "--resume", bad);
        assertThat(resumed.code()).isEqualTo(4);
        assertThat(resumed.err()).contains("bad.json");
        CommandRun both =
                quantize(
                        folder.resolve("out.onnx"),
                        "--calibrate",
                        first,
                        "--calibration-table",
                        bad,
                        "--resume",
                        folder.resolve("none"));
        assertThat(both.code()).isEqualTo(2);
    }

    @Test
    void aCheckpointGoesWhenCalibrationIsDone() {
        Path checkpoint = folder.resolve("checkpoint");
        CommandRun run =
                quantize(folder.resolve("out.onnx"), "--calibrate", first, "--resume", checkpoint);
        assertThat(run.err()).isEmpty();
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void labelsMeasureAccuracy() throws IOException {
        Path data = folder.resolve("test.npz");
        Path labels = RenderedData.writeLabelled(data, folder.resolve("test.txt"), 300);
        CommandRun run =
                quantize(
                        folder.resolve("out.onnx"),
                        "--calibrate",
                        data,
                        "--labels",
                        labels,
                        "--json");
        assertThat(run.err()).isEmpty();
        JsonObject accuracy = json(run).getAsJsonObject("evaluation").getAsJsonObject("accuracy");
        assertThat(accuracy.get("labelled").getAsInt()).as("not only the first 256").isEqualTo(300);
        assertThat(accuracy.get("source").getAsDouble()).isGreaterThan(0.8);
        Path few = Files.writeString(folder.resolve("few.txt"), "1\n2\n");
        CommandRun refused =
                quantize(folder.resolve("o.onnx"), "--calibrate", data, "--labels", few);
        assertThat(refused.code()).isEqualTo(4);
        assertThat(refused.err()).contains("few.txt", "fewer labels");
        assertThat(folder.resolve("o.onnx")).doesNotExist();
    }

    @Test
    void aConvolutionalNetworkWithoutDataIsRefused() {
        Path resnet = RealFiles.find("cifar10/resnet20_cifar10.onnx");
        Path output = folder.resolve("resnet.onnx");
        CommandRun refused = CommandRun.of("quantize", resnet, "-o", output);
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err().lines())
                .singleElement()
                .asString()
                .contains("convolutions slower", "static-int8", "calibration data");
        assertThat(output).doesNotExist();
    }
}
