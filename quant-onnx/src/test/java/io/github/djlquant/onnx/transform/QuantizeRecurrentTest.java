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
package io.github.djlquant.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.Scope;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizeRecurrentTest {

    private static final Target VNNI = new Target("x86-vnni", null, false, "1.21.1");

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private double sqnr(Graph before, Graph after) {
        Map<String, Tensor> feeds = TransformAssert.feeds(before, 1);
        try (GraphRunner a = backend.open(before, RunOptions.DEFAULT);
                GraphRunner b = backend.open(after, RunOptions.DEFAULT)) {
            return MiniatureLine.sqnr(a.run(feeds), b.run(feeds));
        }
    }

    private static NodeDecision decision(DynamicLine line) {
        return line.plan().node("y").orElseThrow();
    }

    /** What an LSTM may have: every optional input, activations, clip, coupled gates. */
    static Stream<Named<Graph>> forms() {
        return Stream.of(
                Named.of("one direction", RecurrentLayers.lstm(40, 96)),
                Named.of(
                        "reverse",
                        with(
                                RecurrentLayers.lstm(40, 96),
                                "direction",
                                new Attribute.StringAttribute("reverse"))),
                Named.of("two directions", two("x", "W", "R", "B")),
                Named.of("without biases", two("x", "W", "R")),
                Named.of("sequence lengths", two("x", "W", "R", "B", "lengths")),
                Named.of("initial states", two("x", "W", "R", "B", "", "h0", "c0")),
                Named.of("peepholes", two("x", "W", "R", "B", "", "", "", "P")),
                Named.of("all inputs", two("x", "W", "R", "B", "lengths", "h0", "c0", "P")),
                Named.of(
                        "clip",
                        with(
                                RecurrentLayers.lstm(40, 96),
                                "clip",
                                new Attribute.FloatAttribute(1.5f))),
                Named.of(
                        "coupled gates",
                        with(RecurrentLayers.lstm(40, 96), "input_forget", Attribute.of(1))),
                Named.of(
                        "other activations",
                        with(
                                RecurrentLayers.lstm(40, 96),
                                "activations",
                                new Attribute.StringsAttribute(
                                        List.of("HardSigmoid", "Relu", "Tanh")))));
    }

    private static Graph two(String... inputs) {
        return RecurrentLayers.twoDirections(40, 96, node -> node.withInputs(List.of(inputs)));
    }

    private static Graph with(Graph graph, String key, Attribute value) {
        return graph.edit().put(graph.node("y").orElseThrow().withAttribute(key, value)).build();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void answersAsTheFloatLayer(Graph graph) {
        DynamicLine line = DynamicLine.of(graph);
        assertThat(decision(line).form()).isEqualTo(Form.DYNAMIC);
        assertThat(line.converted().node("y").orElseThrow().op().name())
                .isEqualTo("DynamicQuantizeLSTM");
        assertThat(line.converted().constants()).doesNotContainKeys("W", "R");
        assertThat(sqnr(graph, line.converted())).isGreaterThan(28);
    }

    @Test
    void oneScalePerGateRowIsMuchBetterThanOneForAll() {
        Graph graph = RecurrentLayers.lstm(40, 96);
        Recipe perTensor =
                Recipe.dynamicInt8()
                        .withWeights(
                                Recipe.dynamicInt8()
                                        .weights()
                                        .withGranularity(Granularity.PER_TENSOR));
        double rows = sqnr(graph, DynamicLine.of(graph, Recipe.dynamicInt8(), VNNI).converted());
        double one = sqnr(graph, DynamicLine.of(graph, perTensor, VNNI).converted());
        assertThat(rows).isGreaterThan(one + 6);
    }

    @Test
    void writesTheWeightsTransposedWithAScalePerRow() {
        Graph converted = DynamicLine.of(RecurrentLayers.lstm(40, 96)).converted();
        assertThat(converted.constant("W_quantized").orElseThrow().shape())
                .hasToString("[1,40,384]");
        assertThat(converted.constant("R_quantized").orElseThrow().shape())
                .hasToString("[1,96,384]");
        assertThat(converted.constant("R_scale").orElseThrow().shape()).hasToString("[1,384]");
    }

    @Test
    void keepsPairsBelowSaturationOnlyWhereTheTargetNeedsIt() {
        Graph graph = RecurrentLayers.lstm(40, 96);
        assertThat(largestPair(DynamicLine.of(graph).converted())).isLessThanOrEqualTo(128);
        assertThat(largestPair(DynamicLine.of(graph, Recipe.dynamicInt8(), VNNI).converted()))
                .isGreaterThan(128);
    }

    /** Neighbouring features of one gate row, of one sign. */
    private static int largestPair(Graph converted) {
        int largest = 0;
        for (String name : List.of("W_quantized", "R_quantized")) {
            Tensor weight = converted.constant(name).orElseThrow();
            int[] integers = weight.toInts();
            int rows = (int) weight.shape().size(2);
            for (int feature = 0; feature + 1 < weight.shape().size(1); feature += 2) {
                for (int row = 0; row < rows; row++) {
                    int a = integers[feature * rows + row];
                    int b = integers[(feature + 1) * rows + row];
                    largest = Math.max(largest, Math.max(a, 0) + Math.max(b, 0));
                    largest = Math.max(largest, Math.max(-a, 0) + Math.max(-b, 0));
                }
            }
        }
        return largest;
    }

    @Test
    void theRuntimeRunsItOnIntegers() {
        Path file = folder.resolve("lstm.onnx");
        backend.write(DynamicLine.of(RecurrentLayers.lstm(40, 96)).converted(), VNNI, file);
        assertThat(backend.explain(file).kernels())
                .filteredOn(Execution.Kernel::int8)
                .extracting(Execution.Kernel::name, Execution.Kernel::op)
                .containsExactly(org.assertj.core.api.Assertions.tuple("y", "DynamicQuantizeLSTM"));
    }

    @Test
    void leavesTheProductsAroundAnLstmToTheirOwnTransform() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 1, 128)
                        .random("w", 128, 128)
                        .node("MatMul", "m", "x", "w")
                        .random("W", 1, 4 * 128, 128)
                        .random("R", 1, 4 * 128, 128)
                        .node("LSTM", "y", "m", "W", "R")
                        .with("hidden_size", 128)
                        .output("y")
                        .build();
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.converted().nodes())
                .extracting(node -> node.op().name())
                .contains("MatMulInteger", "DynamicQuantizeLSTM")
                .doesNotContain("LSTM", "MatMul");
    }

    @Test
    void storesTheWeightsOfWhatHasNoIntegerKernel() {
        Graph graph = RecurrentLayers.gru(40, 96);
        DynamicLine line = DynamicLine.of(graph);
        assertThat(decision(line).form()).isEqualTo(Form.STORED);
        assertThat(decision(line).quantized()).as("it computes on floats").isFalse();
        assertThat(line.reason("y")).contains("the engine has no integer kernel for GRU");
        assertThat(line.converted().constant("W_quantized").orElseThrow().shape())
                .hasToString("[1,288,40]");
        assertThat(line.converted().constants()).doesNotContainKeys("W", "R");
        assertThat(sqnr(graph, line.converted())).isGreaterThan(34);
    }

    /** Else every run would pay for making floats of the weights. */
    @Test
    void theRuntimeMakesFloatsOfStoredWeightsOnce() {
        Path file = folder.resolve("gru.onnx");
        backend.write(DynamicLine.of(RecurrentLayers.gru(40, 96)).converted(), VNNI, file);
        assertThat(backend.explain(file).kernels())
                .extracting(Execution.Kernel::op)
                .containsExactly("GRU");
    }

    @Test
    void storesTheWeightsOfAnLstmThatIsTooSmallForTheIntegerKernel() {
        DynamicLine line = DynamicLine.of(RecurrentLayers.lstm(32, 32));
        assertThat(decision(line).form()).isEqualTo(Form.STORED);
        assertThat(line.reason("y")).contains("too small for the integer kernel to pay");
        assertThat(sqnr(RecurrentLayers.lstm(32, 32), line.converted())).isGreaterThan(34);
    }

    @Test
    void leavesTinyLayersAlone() {
        Graph graph = RecurrentLayers.lstm(8, 8);
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.reason("y")).isEqualTo("its weights are too small to pay");
        assertThat(line.converted()).hasToString(graph.toString());
    }

    @Test
    void leavesComputedWeightsAlone() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 1, 64)
                        .input("W", 1, 4 * 64, 64)
                        .random("R", 1, 4 * 64, 64)
                        .node("LSTM", "y", "x", "W", "R")
                        .with("hidden_size", 64)
                        .output("y")
                        .build();
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.reason("y")).isEqualTo("its weight is computed, not constant");
        assertThat(line.converted()).hasToString(graph.toString());
    }

    @Test
    void obeysTheScope() {
        Graph graph = RecurrentLayers.lstm(40, 96);
        Recipe recipe =
                Recipe.dynamicInt8().withScope(new Scope(List.of(), List.of(), List.of("LSTM")));
        DynamicLine line = DynamicLine.of(graph, recipe, VNNI);
        assertThat(line.reason("y")).isEqualTo("the recipe's scope leaves it out");
    }

    @Test
    void twoLayersMayShareTheirWeights() {
        Graph graph = RecurrentLayers.lstm(96, 96);
        Node first = graph.node("y").orElseThrow();
        Graph shared =
                graph.edit()
                        .put(
                                new Node(
                                        "z",
                                        first.op(),
                                        List.of("x", "R", "W"),
                                        List.of("z"),
                                        first.attributes()))
                        .outputs(old -> Stream.concat(old.stream(), Stream.of(z(old))).toList())
                        .build();
        Graph converted = DynamicLine.of(shared).converted();
        assertThat(converted.constants().keySet())
                .filteredOn(name -> name.endsWith("_quantized"))
                .containsExactlyInAnyOrder("W_quantized", "R_quantized");
        assertThat(sqnr(shared, converted)).isGreaterThan(28);
    }

    private static io.github.djlquant.graph.Value z(List<io.github.djlquant.graph.Value> old) {
        return new io.github.djlquant.graph.Value("z", old.get(0).type());
    }

    @Test
    void countsTheWorkOfEveryStep() {
        assertThat(decision(DynamicLine.of(RecurrentLayers.lstm(40, 96))).macs())
                .isEqualTo((long) RecurrentLayers.STEPS * 4 * 96 * (40 + 96));
    }
}
