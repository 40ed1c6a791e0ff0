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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TunedFormsTest {

    private static final Target HERE = new Target("here", null, false, "1.29.0");
    private static final float TOLERANCE = 1e-4f;

    private static TransformAssert tune(BlockTransform transform) {
        return TransformAssert.of(
                transform,
                new TransformContext(OnnxOpCatalog.catalog(), Recipe.dynamicInt8(), HERE));
    }

    private static GraphBuilder sequences() {
        return GraphBuilder.onnx(17)
                .input("x", -1, 5, 4)
                .random("gamma", 4)
                .random("beta", 4)
                .node("Relu", "r", "x");
    }

    private static void same(Graph before, Graph after, Map<String, Tensor> feeds) {
        try (GraphRunner expected = new OnnxBackend().open(before, new RunOptions(1, false));
                GraphRunner actual = new OnnxBackend().open(after, new RunOptions(1, false))) {
            Map<String, Tensor> outputs = actual.run(feeds);
            expected.run(feeds)
                    .forEach(
                            (name, tensor) ->
                                    assertThat(outputs.get(name).toFloats())
                                            .as(name)
                                            .containsExactly(
                                                    tensor.toFloats(), Offset.offset(TOLERANCE)));
        }
    }

    @ParameterizedTest
    @EnumSource(TransformerLayer.Heads.class)
    void takesEverySumOfALayerIntoItsNorm(TransformerLayer.Heads heads) {
        Graph graph = TransformerLayer.of(17, heads);
        Graph fused = tune(new FuseSkipNorm()).on(graph).result();
        assertThat(fused.nodes())
                .filteredOn(node -> node.op().name().equals("SkipLayerNormalization"))
                .extracting(Node::name)
                .containsExactly("n1", "y");
        same(graph, fused, TransformerLayer.feeds(1, 1));
        same(graph, fused, TransformerLayer.feeds(3, 5));
    }

    @Test
    void keepsASumThatIsReadElsewhere() {
        Graph graph =
                sequences()
                        .node("Add", "sum", "x", "r")
                        .node("LayerNormalization", "y", "sum", "gamma", "beta")
                        .node("Neg", "z", "sum")
                        .output("y")
                        .output("z")
                        .build();
        Graph fused = tune(new FuseSkipNorm()).on(graph).result();
        assertThat(fused.node("y").orElseThrow().outputs()).containsExactly("y", "", "", "sum");
        same(graph, fused, TransformAssert.feeds(graph, 1));
    }

    @Test
    void takesPositionsThatAllSequencesShare() {
        Graph graph =
                sequences()
                        .random("positions", 1, 5, 4)
                        .node("Add", "sum", "positions", "r")
                        .node("LayerNormalization", "y", "sum", "gamma")
                        .output("y")
                        .build();
        Graph fused = tune(new FuseSkipNorm()).on(graph).result();
        assertThat(fused.node("y").orElseThrow().inputs())
                .containsExactly("r", "positions", "gamma");
        same(graph, fused, TransformAssert.feeds(graph, 1));
    }

    @Test
    void leavesOtherBroadcastsAlone() {
        tune(new FuseSkipNorm())
                .on(
                        sequences()
                                .random("shift", 1, 1, 4)
                                .node("Add", "sum", "r", "shift")
                                .node("LayerNormalization", "y", "sum", "gamma", "beta")
                                .output("y")
                                .build())
                .doesNotFire("not known to have one shape");
    }

    @Test
    void leavesNormsOverSeveralAxesAlone() {
        tune(new FuseSkipNorm())
                .on(
                        GraphBuilder.onnx(17)
                                .input("x", -1, 5, 4)
                                .random("gamma", 5, 4)
                                .node("Relu", "r", "x")
                                .node("Add", "sum", "x", "r")
                                .node("LayerNormalization", "y", "sum", "gamma")
                                .with("axis", 1)
                                .output("y")
                                .build())
                .doesNotFire("more than the last axis");
    }

    @Test
    void leavesNormsBehindOtherOperatorsAlone() {
        tune(new FuseSkipNorm())
                .on(
                        sequences()
                                .node("LayerNormalization", "y", "r", "gamma", "beta")
                                .output("y")
                                .build())
                .doesNotFire("no sum stands before it");
    }

    @Test
    void runsForThisMachineOnly() {
        for (BlockTransform transform : List.of(new FuseSkipNorm(), new ExpandMask())) {
            TransformAssert.of(transform, OnnxOpCatalog.catalog())
                    .on(TransformerLayer.of(17, TransformerLayer.Heads.COMPUTED))
                    .doesNotFire();
        }
    }

    @Test
    void repeatsAMaskThatTwoLayersRead() {
        Graph graph = twice(TransformerLayer.of(17, TransformerLayer.Heads.COMPUTED));
        Graph expanded = tune(new ExpandMask()).on(graph).result();
        assertThat(expanded.node("masked").orElseThrow().inputs())
                .containsExactly("scaled", "bias_expanded");
        assertThat(expanded.node("masked.again").orElseThrow().inputs())
                .containsExactly("scaled", "bias_expanded");
        same(graph, expanded, TransformerLayer.feeds(1, 1));
        same(graph, expanded, TransformerLayer.feeds(3, 5));
    }

    @Test
    void leavesAMaskOfOneLayerAlone() {
        tune(new ExpandMask())
                .on(TransformerLayer.of(17, TransformerLayer.Heads.COMPUTED))
                .doesNotFire("only one layer");
    }

    /** A second softmax over the same scores and mask. */
    private static Graph twice(Graph graph) {
        Node sum = graph.node("masked").orElseThrow();
        Node softmax = graph.node("weights").orElseThrow();
        Graph changed =
                graph.edit()
                        .put(
                                new Node(
                                        "masked.again",
                                        sum.op(),
                                        sum.inputs(),
                                        List.of("masked.again"),
                                        Map.of()))
                        .put(
                                new Node(
                                        "weights.again",
                                        softmax.op(),
                                        List.of("masked.again"),
                                        List.of("weights.again"),
                                        softmax.attributes()))
                        .outputs(
                                outputs -> {
                                    List<Value> all = new ArrayList<>(outputs);
                                    all.add(
                                            new Value(
                                                    "weights.again",
                                                    graph.outputs().get(0).type()));
                                    return all;
                                })
                        .build();
        return GraphChecker.check(changed, "test");
    }
}
