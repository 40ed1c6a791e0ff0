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
package io.github.djlquant.pytorch.lower;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Kernels;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.DynamicPlanner;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.op.LibtorchKernels;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle is libtorch's own recurrent layer on floats. */
class RecurrentKernelTest {

    private static final int INPUTS = 24;
    private static final int HIDDEN = 64;

    private final Random random = new Random(5);

    /** A layer with states of zeros; two layers and two directions make four cells. */
    private Graph layer(String op, int gates, int layers, boolean biases, boolean twoWays) {
        int ways = twoWays ? 2 : 1;
        AtenGraph graph = new AtenGraph("M").input("x");
        List<String> weights = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            int features = layer == 0 ? INPUTS : ways * HIDDEN;
            for (int way = 0; way < ways; way++) {
                String cell = layer + "_" + way;
                add(graph, weights, "w_ih" + cell, gates * HIDDEN, features);
                add(graph, weights, "w_hh" + cell, gates * HIDDEN, HIDDEN);
                if (biases) {
                    add(graph, weights, "b_ih" + cell, gates * HIDDEN);
                    add(graph, weights, "b_hh" + cell, gates * HIDDEN);
                }
            }
        }
        graph.constant("h", LoweredGraphs.random(random, 0.1f, (long) layers * ways, 3, HIDDEN))
                .constant("c", LoweredGraphs.random(random, 0.1f, (long) layers * ways, 3, HIDDEN))
                .call("prim::ListConstruct", "weights", weights.toArray())
                .call("prim::ListConstruct", "states", "h", "c");
        boolean lstm = op.equals("lstm");
        return graph.call(
                        "aten::" + op,
                        lstm ? "y,hn,cn" : "y,hn",
                        "x",
                        lstm ? "states" : "h",
                        "weights",
                        biases,
                        layers,
                        0.0,
                        false,
                        twoWays,
                        true)
                .output(lstm ? new String[] {"y", "hn", "cn"} : new String[] {"y", "hn"});
    }

    private void add(AtenGraph graph, List<String> weights, String name, long... sizes) {
        graph.constant(name, LoweredGraphs.random(random, 0.2f, sizes));
        weights.add(name);
    }

    private static QuantPlan plan(Graph graph) {
        return new DynamicPlanner(graph, context()).plan();
    }

    private static TransformContext context() {
        Kernels kernels =
                LibtorchKernels.kernels()
                        .withRecurrent(
                                new Kernels.RecurrentLayers(
                                        Map.of(
                                                "lstm", new Kernels.RecurrentCost(0, 0),
                                                "gru", new Kernels.RecurrentCost(0, 0)),
                                        false,
                                        false));
        return new TransformContext(
                AtenOpCatalog.catalog(),
                Recipe.dynamicInt8(),
                new Target("here", null, false, "2.7.1", kernels));
    }

    static Graph convert(Graph graph) {
        return TransformPipeline.load().run(Phase.CONVERT, graph, context().withPlan(plan(graph)));
    }

    private void assertCloseToFloat(Graph graph, String kernel) {
        Graph converted = convert(graph);
        Tensor x = LoweredGraphs.random(random, 1, 3, 7, INPUTS);
        List<float[]> floats = LoweredGraphs.all(graph, x);
        List<float[]> kernels = LoweredGraphs.all(converted, x);

        assertThat(LoweredGraphs.operators(converted)).containsOnlyOnce(kernel);
        assertThat(kernels).hasSameSizeAs(floats);
        for (int output = 0; output < floats.size(); output++) {
            assertThat(AnswerComparison.sqnr(floats.get(output), kernels.get(output)))
                    .isBetween(28.0, 80.0);
        }
    }

    @Test
    void anLstmOfTwoLayersAndDirectionsRunsOnIntegers() {
        assertCloseToFloat(layer("lstm", 4, 2, true, true), "aten::quantized_lstm");
    }

    @Test
    void anLstmWithoutBiasesRunsOnIntegers() {
        assertCloseToFloat(layer("lstm", 4, 1, false, false), "aten::quantized_lstm");
    }

    @Test
    void aGruRunsOnIntegers() {
        assertCloseToFloat(layer("gru", 3, 2, true, false), "aten::quantized_gru");
    }

    @Test
    void theFileReadsBackAsIntegers(@TempDir Path folder) {
        Path file = folder.resolve("lstm.pt");
        PyTorchBackend backend = new PyTorchBackend();

        backend.write(
                convert(layer("lstm", 4, 1, true, true)), backend.target(Target.Name.ANY), file);

        assertThat(backend.explain(file).kernels())
                .extracting(kernel -> kernel.op() + " " + kernel.int8())
                .containsExactly("quantized_lstm true");
    }

    /** Weights of a layer without a kernel would be made floats again in each call. */
    @Test
    void aPlainRecurrentLayerStaysFloat() {
        Graph graph = layer("rnn_tanh", 1, 1, true, false);

        NodeDecision decision = plan(graph).node("node/y,hn").orElseThrow();

        assertThat(decision.form()).isEqualTo(Form.FLOAT);
        assertThat(decision.reason()).contains("no integer kernel for rnn_tanh");
        assertThat(convert(graph).nodes()).isEqualTo(graph.nodes());
    }

    @Test
    void whatWasExportedForTrainingStaysFloat() {
        Graph graph = layer("lstm", 4, 1, true, false);
        Node training =
                graph.node("node/y,hn,cn").orElseThrow().withAttribute("arg6", Attribute.of(1));

        Graph changed = graph.edit().put(training).build();

        assertThat(plan(changed).node("node/y,hn,cn").orElseThrow().reason())
                .isEqualTo("it was exported for training");
    }

    /** libtorch's LSTM on floats is one call: many steps of a small one are slower on integers. */
    @Test
    void aSmallLstmOfOpenLengthDoesNotPayInLibtorch() {
        Graph graph = layer("lstm", 4, 1, true, false);
        TransformContext libtorch =
                new TransformContext(
                        AtenOpCatalog.catalog(),
                        Recipe.dynamicInt8(),
                        new Target("here", null, false, "2.7.1", LibtorchKernels.kernels()));

        NodeDecision decision =
                new DynamicPlanner(graph, libtorch).plan().node("node/y,hn,cn").orElseThrow();

        assertThat(decision.form()).isEqualTo(Form.FLOAT);
        assertThat(decision.reason()).isEqualTo("too small for the integer kernel to pay");
    }
}
