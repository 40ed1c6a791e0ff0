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
package io.github.djlquant.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.testkit.RealFiles;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example as its readme says, on the network that the demo ships. */
class ExamplesIT {

    @TempDir static Path folder;

    private static String model;
    private static String quantized;

    @BeforeAll
    static void quantizeOnce() throws Exception {
        model = path("shapes_cnn.onnx");
        quantized = path("shapes-int8.onnx");
        assertThat(output(() -> WriteSampleData.main(new String[] {folder.toString()})))
                .contains(folder.toString());
        assertThat(
                        output(
                                () ->
                                        QuantizeOnnxFile.main(
                                                new String[] {model, quantized, path("test.npz")})))
                .contains("static-int8")
                .contains("int8  ");
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private interface Example {
        void run() throws Exception;
    }

    private static String output(Example example) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            example.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLanguageModelIsQuantizedOnSentences() throws Exception {
        String[] args = {
            RealFiles.find("minilm/minilm_l6_v2.onnx").toString(),
            path("minilm-int8.onnx"),
            RealFiles.find("minilm/tokenizer.json").toString(),
            RealFiles.find("sst2/dev.tsv").toString(),
            "1"
        };
        assertThat(output(() -> QuantizeTextModel.main(args)))
                .contains("static-int8", "last_hidden_state", "over 100 samples");
    }

    @Test
    void theQuantizedFileIsSmaller() throws Exception {
        assertThat(Files.size(Path.of(quantized))).isLessThan(Files.size(Path.of(model)) / 2);
    }

    @Test
    void criteriaLoadAnInt8Classifier() throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(model, path("classes.txt"), path("calibration")));
        for (int i = 0; i < 5; i++) {
            arguments.add(path(String.format("calibration/%04d.png", i)));
        }
        String text = output(() -> LoadWithCriteria.main(arguments.toArray(String[]::new)));
        assertThat(text.lines()).hasSize(5).allMatch(line -> line.contains("probability"));
        Path cache = Path.of(System.getenv("DJL_CACHE_DIR"), "djl-quant");
        assertThat(cache).as("what was quantized is kept").isNotEmptyDirectory();
    }

    @Test
    void modelsAreJudgedByTheUsersLimits() throws Exception {
        String[] both = {model, quantized, path("test.npz"), path("test-labels.txt")};
        assertThat(output(() -> CompareModels.main(both))).contains("accepted").contains("500");
    }

    @Test
    void aJvmWithoutDjlQuantRunsTheQuantizedFile() throws Exception {
        String classPath =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.matches(".*[/\\\\]quant-[a-z]+([/\\\\-].*)?"))
                        .collect(Collectors.joining(File.pathSeparator));
        assertThat(java(classPath, QuantizeOnnxFile.class, model, path("never.onnx")))
                .as("without djl-quant")
                .contains("NoClassDefFoundError");

        List<String> answers =
                java(classPath, RunWithStockDjl.class, quantized, path("test.npz"))
                        .lines()
                        .filter(line -> line.matches("[0-9]+"))
                        .toList();
        List<String> labels = Files.readAllLines(folder.resolve("test-labels.txt"));
        assertThat(answers).hasSameSizeAs(labels);
        long right =
                IntStream.range(0, labels.size())
                        .filter(i -> labels.get(i).equals(answers.get(i)))
                        .count();
        assertThat(right).isGreaterThan(labels.size() * 9L / 10);
    }

    private static String java(String classPath, Class<?> main, String... arguments)
            throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                classPath,
                                main.getName()));
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile(folder, "java", ".log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("ends in time").isTrue();
        return Files.readString(log);
    }
}
