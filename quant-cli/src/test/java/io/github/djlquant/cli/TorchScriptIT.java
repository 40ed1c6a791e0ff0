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
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.evaluate.LayerError;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.testkit.real.MiniLmArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands at work on TorchScript, as on ONNX. */
class TorchScriptIT {

    private static final int TESTED = 200;

    @TempDir private static Path home;
    private static Path source;
    private static Path rows;
    private static Path test;
    private static Path labels;
    private static Path quantized;
    private static CommandRun quantizing;

    @TempDir private Path folder;

    @BeforeAll
    static void quantize() throws IOException {
        Cifar cifar = Cifar.orSkip();
        source = cifar.model(".pt");
        rows = home.resolve("rows.npz");
        // The model's own name for its input is x.1, which nobody knows who has not read its code.
        NpzWriter.write(rows, Map.of("images", cifar.trainBatch(0, 100).get("input")));
        test = home.resolve("test.npz");
        NpzWriter.write(test, Map.of("arr_0", cifar.testBatch(0, TESTED).get("input")));
        labels =
                Files.writeString(
                        home.resolve("labels.txt"),
                        Arrays.stream(cifar.testLabels(0, TESTED))
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining("\n")));
        quantized = home.resolve("int8.pt");
        quantizing =
                CommandRun.of("quantize", source, "-o", quantized, "--calibrate", rows, "--json");
    }

    private static JsonObject json(CommandRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @Test
    void quantizesWithASingleArrayOfAnyName() {
        JsonObject json = json(quantizing);
        JsonObject provenance = json.getAsJsonObject("provenance");
        assertThat(provenance.get("calibrationSamples").getAsInt()).isEqualTo(100);
        assertThat(provenance.get("engine").getAsString()).isEqualTo("PyTorch");
        assertThat(json.get("bytes").getAsLong())
                .isEqualTo(quantized.toFile().length())
                .isLessThan(json.get("sourceBytes").getAsLong() / 2);
        assertThat(json.getAsJsonObject("plan").get("int8MacShare").getAsDouble())
                .isGreaterThan(0.95);
        assertThat(json.getAsJsonArray("kernels").asList())
                .anyMatch(k -> k.getAsJsonObject().get("op").getAsString().contains("conv2d"));
    }

    @Test
    void inspectsTheSource() {
        CommandRun run = CommandRun.of("inspect", source);
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("aten", "conv", "quantized     no");
    }

    @Test
    void inspectTellsWhoMadeTheResult() {
        CommandRun run = CommandRun.of("inspect", "--plan", quantized);
        assertThat(run.out())
                .contains("quantized     yes", "resnet20_cifar10.pt", "recipe static-int8")
                .contains("needs PyTorch", "nodes on integers");
        JsonObject json = json(CommandRun.of("inspect", "--json", quantized));
        assertThat(json.get("form").getAsString()).isEqualTo("kernels");
        assertThat(json.getAsJsonObject("plan").getAsJsonArray("nodes")).isNotEmpty();
        // The file packs its weights; the plan in it knows the work all the same.
        JsonObject work = json.getAsJsonObject("multiplyAccumulates");
        assertThat(work.get("count").getAsLong()).isBetween(40_500_000L, 40_600_000L);
        assertThat(work.get("nodesUnknown").getAsInt()).isZero();
    }

    @Test
    void comparesOnLabelledData() {
        JsonObject json =
                json(
                        CommandRun.of(
                                "compare",
                                source,
                                quantized,
                                "--data",
                                test,
                                "--labels",
                                labels,
                                "--json"));
        assertThat(json.get("samples").getAsInt()).isEqualTo(TESTED);
        assertThat(json.get("sqnr").getAsDouble()).isGreaterThan(20);
        assertThat(json.getAsJsonObject("accuracy").get("source").getAsDouble()).isGreaterThan(0.7);
    }

    /** Layers inside of libtorch's kernels, with the ranges that the plan chose. */
    @Test
    void evaluatesLayersAndOperators() throws IOException {
        Path kept = folder.resolve("evaluation.json");
        CommandRun run =
                CommandRun.of(
                        "evaluate",
                        source,
                        quantized,
                        "--data",
                        test,
                        "--labels",
                        labels,
                        "--layers",
                        "--operators",
                        "--report",
                        kept);
        assertThat(run.code()).as(run.err()).isZero();
        Evaluation evaluation = EvaluationJson.read(kept);
        assertThat(evaluation.warnings()).isEmpty();
        // ResNet-20 has 19 convolutions, 9 sums and the input.
        assertThat(evaluation.layers()).hasSizeGreaterThan(20);
        assertThat(evaluation.layers())
                .allSatisfy(
                        layer -> {
                            assertThat(layer.sqnr()).isBetween(15.0, 70.0);
                            assertThat(layer.cosine()).isGreaterThan(0.97);
                        });
        // Class scores stay floats.
        assertThat(evaluation.layers())
                .filteredOn(layer -> layer.range().isEmpty())
                .extracting(LayerError::node)
                .containsExactly("linear/linear");
        assertThat(evaluation.layers())
                .filteredOn(layer -> layer.range().isPresent())
                .allSatisfy(
                        layer -> {
                            assertThat(layer.range().orElseThrow().used()).isBetween(0.2, 1.0);
                            assertThat(layer.range().orElseThrow().saturation()).isLessThan(0.01);
                        });
        assertThat(evaluation.layers()).anySatisfy(l -> assertThat(l.outlier()).isPresent());
        assertThat(evaluation.coverage().orElseThrow().calibrationSamples()).isPositive();
        assertThat(evaluation.operators().orElseThrow().operators())
                .filteredOn(o -> o.kernel().startsWith("conv2d") && o.int8())
                .hasSize(19);
    }

    @Test
    void whatIsQuantizedAlreadyIsABadModel() {
        CommandRun run =
                CommandRun.of(
                        "quantize", quantized, "-o", folder.resolve("b.pt"), "--calibrate", rows);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("quantized already", "float model");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void otherFilesOfPyTorchAreBadModels() throws IOException {
        Path torn = Files.write(folder.resolve("torn.pt"), new byte[100]);
        CommandRun run = CommandRun.of("inspect", torn);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err().lines()).singleElement().asString().contains("torn.pt");
    }

    @Test
    void dataOfAnotherShapeIsBadData() {
        Path wrong = folder.resolve("wrong.npz");
        NpzWriter.write(wrong, Map.of("x", Tensor.ofFloats(new float[6], 1, 6)));
        Path output = folder.resolve("out.pt");
        CommandRun run = CommandRun.of("quantize", source, "-o", output, "--calibrate", wrong);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("wrong.npz");
        assertThat(output).doesNotExist();
    }

    @Test
    void aLanguageModelNeedsNoData() throws IOException {
        Path model = MiniLmArchive.make(folder.resolve("minilm.pt"));
        Path output = folder.resolve("minilm-int8.pt");
        CommandRun run = CommandRun.of("quantize", model, "-o", output);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("dynamic-int8");
        assertThat(Files.size(output)).isLessThan(Files.size(model) / 3);
        assertThat(CommandRun.of("inspect", output).out())
                .contains("input_ids", "attention_mask", "quantized     yes");
        Path tokens = folder.resolve("tokens.npz");
        long[] ids = {101, 7592, 2088, 102};
        NpzWriter.write(
                tokens,
                Map.of(
                        "input_ids", Tensor.ofLongs(ids, 1, 4),
                        "attention_mask", Tensor.ofLongs(new long[] {1, 1, 1, 1}, 1, 4),
                        "token_type_ids", Tensor.ofLongs(new long[4], 1, 4)));
        JsonObject compared =
                json(CommandRun.of("compare", model, output, "--data", tokens, "--json"));
        assertThat(compared.get("cosine").getAsDouble()).isGreaterThan(0.98);
    }
}
