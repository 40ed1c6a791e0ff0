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
import static org.assertj.core.api.Assertions.within;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.cli.Main;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.testkit.real.MiniLmArchive;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
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
    void aServedModelIsWatched() throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(model, path("classes.txt"), path("calibration")));
        for (int i = 0; i < 50; i++) {
            arguments.add(path(String.format("calibration/%04d.png", i)));
        }
        assertThat(output(() -> ServeWithDriftMonitor.main(arguments.toArray(String[]::new))))
                .contains("nothing to do", "window 1 of 50 rows: as calibrated");
    }

    @Test
    void modelsAreJudgedByTheUsersLimits() throws Exception {
        String[] both = {model, quantized, path("test.npz"), path("test-labels.txt")};
        assertThat(output(() -> CompareModels.main(both))).contains("accepted").contains("500");
    }

    /**
     * Two epochs only, judged on all 10,000 test images: what chance does is well below the bar.
     */
    @Test
    void aTrainedBlockKeepsItsAccuracy() throws Exception {
        assertTrainedAndKept("2", 30);
    }

    /** As the readme says; 5,000 images to learn from give no more. */
    @Test
    @Tag("nightly")
    void aBlockThatIsTrainedToItsEndKeepsItsAccuracy() throws Exception {
        assertTrainedAndKept("14", 60);
    }

    private static void assertTrainedAndKept(String epochs, double percent) throws Exception {
        String[] args = {epochs, Cifar.orSkip().folder().toString()};
        String text = output(() -> TrainAndQuantizeBlock.main(args));
        Map<String, Double> accuracy =
                text.lines()
                        .filter(line -> line.contains(": ") && line.contains("accuracy "))
                        .collect(
                                Collectors.toMap(
                                        line -> line.substring(0, line.indexOf(':')),
                                        line ->
                                                Double.valueOf(
                                                        line.replaceAll(
                                                                ".*accuracy ([0-9.]+) %.*", "$1")),
                                        (first, second) -> second));
        assertThat(accuracy.get("float")).as(text).isGreaterThan(percent);
        assertThat(accuracy.get("int8")).as(text).isCloseTo(accuracy.get("float"), within(0.5));
        assertThat(text)
                .as("changed answers, but few: it is another model")
                .containsPattern("changed answers: (?!0\\.00 )[0-9]\\.[0-9]{2} % of 10000");
    }

    /** DJL and its engines. */
    private static String classPathWithoutDjlQuant() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.matches(".*[/\\\\]quant-[a-z]+([/\\\\-].*)?"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void aJvmWithoutDjlQuantRunsAnImageClassifierAsTorchScript() throws Exception {
        Cifar cifar = Cifar.orSkip();
        NpzWriter.write(Path.of(path("cifar.npz")), cifar.trainBatch(0, 200));
        NpzWriter.write(Path.of(path("cifar-test.npz")), cifar.testBatch(0, 200));
        djlQuant(
                "quantize",
                cifar.model(".pt").toString(),
                "-o",
                path("resnet20-int8.pt"),
                "--calibrate",
                path("cifar.npz"));
        assertThat(Files.size(folder.resolve("resnet20-int8.pt")))
                .isLessThan(Files.size(cifar.model(".pt")) / 2);
        List<Integer> answers =
                java(
                                classPathWithoutDjlQuant(),
                                RunWithStockDjl.class,
                                path("resnet20-int8.pt"),
                                path("cifar-test.npz"))
                        .lines()
                        .filter(line -> line.matches("[0-9]+"))
                        .map(Integer::valueOf)
                        .toList();
        int[] labels = cifar.testLabels(0, 200);
        assertThat(answers).hasSize(labels.length);
        long right =
                IntStream.range(0, labels.length).filter(i -> labels[i] == answers.get(i)).count();
        assertThat(right).isGreaterThan(140);
    }

    @Test
    void aJvmWithoutDjlQuantRunsASentenceEncoderAsTorchScript() throws Exception {
        Path encoder = MiniLmArchive.make(folder.resolve("minilm.pt"));
        djlQuant("quantize", encoder.toString(), "-o", path("minilm-int8.pt"));
        assertThat(Files.size(folder.resolve("minilm-int8.pt")))
                .isLessThan(Files.size(encoder) / 3);
        writeTokens(
                "A man is playing a guitar.",
                "Someone plays the guitar.",
                "The committee approved next year's budget.");
        List<Double> before = similarities(encoder.toString());
        List<Double> after = similarities(path("minilm-int8.pt"));
        assertThat(before).hasSize(3);
        assertThat(after).isNotEqualTo(before);
        for (int i = 0; i < 3; i++) {
            assertThat(after.get(i)).isCloseTo(before.get(i), within(0.03));
        }
        assertThat(after.get(1)).isGreaterThan(after.get(2) + 0.4);
    }

    private static List<Double> similarities(String encoder) throws Exception {
        return java(
                        classPathWithoutDjlQuant(),
                        CompareSentencesWithStockDjl.class,
                        encoder,
                        path("tokens.npz"))
                .lines()
                .filter(line -> line.matches("-?[0-9]\\.[0-9]{4}"))
                .map(Double::valueOf)
                .toList();
    }

    private static void writeTokens(String... sentences) throws Exception {
        try (HuggingFaceTokenizer tokenizer =
                HuggingFaceTokenizer.builder()
                        .optTokenizerPath(RealFiles.find("minilm/tokenizer.json"))
                        .optPadding(true)
                        .build()) {
            Encoding[] rows = tokenizer.batchEncode(sentences);
            NpzWriter.write(
                    folder.resolve("tokens.npz"),
                    Map.of(
                            "input_ids", tensor(rows, Encoding::getIds),
                            "attention_mask", tensor(rows, Encoding::getAttentionMask),
                            "token_type_ids", tensor(rows, Encoding::getTypeIds)));
        }
    }

    private static Tensor tensor(Encoding[] rows, Function<Encoding, long[]> part) {
        long[] values = Arrays.stream(rows).map(part).flatMapToLong(Arrays::stream).toArray();
        return Tensor.ofLongs(values, rows.length, values.length / rows.length);
    }

    private static void djlQuant(String... arguments) throws Exception {
        assertThat(output(() -> assertThat(Main.run(arguments)).isZero())).contains("int8");
    }

    @Test
    void aJvmWithoutDjlQuantRunsTheQuantizedFile() throws Exception {
        String classPath = classPathWithoutDjlQuant();
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
