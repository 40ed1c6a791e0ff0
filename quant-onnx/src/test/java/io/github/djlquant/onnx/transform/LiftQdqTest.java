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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import io.github.djlquant.transform.fuse.LiftQdq;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiftQdqTest {

    private static Graph network() {
        return GraphBuilder.onnx(17)
                .input("x", 2, 3, 6, 6)
                .random("w1", 4, 3, 3, 3)
                .random("b1", 4)
                .node("Conv", "c1", "x", "w1", "b1")
                .node("Relu", "r1", "c1")
                .random("w2", 4, 4, 1, 1)
                .random("b2", 4)
                .node("Conv", "c2", "r1", "w2", "b2")
                .node("Add", "a", "c2", "r1")
                .node("Relu", "r2", "a")
                .random("w3", 2, 4, 1, 1)
                .random("b3", 2)
                .node("Conv", "y", "r2", "w3", "b3")
                .output("y")
                .build();
    }

    private static MiniatureLine line(Graph graph, int seed) {
        return MiniatureLine.of(
                graph, MiniatureLine.MIN_MAX, List.of(TransformAssert.feeds(graph, seed)));
    }

    @Test
    void keepsTheScalesOfAQuantizedModel() {
        Graph once = line(network(), 1).converted();
        MiniatureLine twice = line(once, 2);
        assertThat(twice.prepared().nodes())
                .extracting(node -> node.op().name())
                .filteredOn(op -> op.endsWith("Linear"))
                .as("only the pair that makes the output stays")
                .hasSizeLessThanOrEqualTo(2);
        assertThat(twice.plan().values())
                .filteredOn(d -> d.kind() != ValueDecision.Kind.BIAS)
                .allSatisfy(d -> assertThat(d.reason()).contains("kept from the source"));
        Map<String, Tensor> feeds = TransformAssert.feeds(once, 3);
        try (ReferenceRunner first = new ReferenceRunner(once);
                ReferenceRunner second = new ReferenceRunner(twice.converted())) {
            assertThat(second.run(feeds).get("y").toFloats())
                    .containsExactly(first.run(feeds).get("y").toFloats());
        }
    }

    /** A pair whose integers begin at 0. */
    private static GraphBuilder positive(GraphBuilder graph, String value) {
        return graph.constant(value + ".s", Tensor.ofFloat(0.01f))
                .constant(value + ".z", Tensor.ofInts(DataType.UINT8, new int[] {0}))
                .node("QuantizeLinear", value + ".q", value, value + ".s", value + ".z")
                .node("DequantizeLinear", value + ".d", value + ".q", value + ".s", value + ".z");
    }

    private static Value value(String name) {
        return new Value(name, new ValueType.TensorType(DataType.FLOAT, null));
    }

    /** Numbers that the pair behind the input leaves as they are. */
    private static Tensor onSteps(Tensor tensor) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.01f * Math.min(255, Math.round(Math.abs(values[i]) / 0.01f));
        }
        return Tensor.ofFloats(values, tensor.shape().toArray());
    }

    @Test
    void leavesTheClampThatAPairStandsFor() {
        for (int opset : new int[] {10, 17}) {
            GraphBuilder builder =
                    positive(GraphBuilder.onnx(opset).input("x", 2, 3, 6, 6), "x")
                            .random("w1", 4, 3, 3, 3)
                            .node("Conv", "c1", "x.d", "w1");
            positive(builder, "c1").random("w2", 4, 4, 1, 1).node("Conv", "c2", "c1.d", "w2");
            positive(builder, "c2").node("Add", "a", "c2.d", "c1.d");
            Graph graph =
                    positive(builder, "a")
                            .random("w3", 2, 4, 1, 1)
                            .node("Conv", "y", "a.d", "w3")
                            .output("y")
                            .build();
            MiniatureLine line = line(graph, 1);
            assertThat(line.prepared().nodes())
                    .extracting(node -> node.op().name())
                    .as("neither the caller's input nor a sum of positive numbers needs one")
                    .containsExactly("Conv", "Clip", "Conv", "Clip", "Add", "Conv");
            assertThat(line.plan().value("c1").orElseThrow().reason())
                    .isEqualTo("kept from the source");
            assertThat(line.converted().nodes())
                    .extracting(node -> node.op().name())
                    .as("the range clamps again")
                    .doesNotContain("Clip");
            Graph bounds = line.prepared().edit().outputs(o -> List.of(value("c1"))).build();
            Graph source = graph.edit().outputs(o -> List.of(value("c1.d"))).build();
            Map<String, Tensor> feeds =
                    Map.of("x", onSteps(TransformAssert.feeds(graph, 3).get("x")));
            try (ReferenceRunner expected = new ReferenceRunner(source);
                    ReferenceRunner actual = new ReferenceRunner(bounds)) {
                float[] rounded = expected.run(feeds).get("c1.d").toFloats();
                float[] clamped = actual.run(feeds).get("c1").toFloats();
                for (int i = 0; i < rounded.length; i++) {
                    assertThat(clamped[i]).isCloseTo(rounded[i], within(0.0051f));
                }
            }
        }
    }

    @Test
    void aNormStillFoldsThroughTheRangeBeforeIt() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .random("w1", 4, 3, 3, 3)
                        .node("Conv", "c1", "x", "w1")
                        .constant("s", Tensor.ofFloat(0.02f))
                        .constant("z", Tensor.ofInts(DataType.UINT8, new int[] {120}))
                        .node("QuantizeLinear", "q", "c1", "s", "z")
                        .node("DequantizeLinear", "d", "q", "s", "z")
                        .floats("gamma", 1, 2, 1, 2)
                        .floats("beta", 0, 0, 1, 1)
                        .floats("mean", 0, 0, 0, 0)
                        .floats("var", 1, 1, 1, 1)
                        .node("BatchNormalization", "y", "d", "gamma", "beta", "mean", "var")
                        .output("y")
                        .build();
        assertThat(line(graph, 1).prepared().nodes())
                .extracting(node -> node.op().name())
                .containsExactly("Conv");
    }

    @Test
    void whatIsReadBesideItsPairStaysUnclampedThere() {
        Graph graph =
                positive(
                                GraphBuilder.onnx(17)
                                        .input("x", 2, 3, 6, 6)
                                        .random("w1", 4, 3, 3, 3)
                                        .node("Conv", "c1", "x", "w1"),
                                "c1")
                        .random("w2", 4, 4, 1, 1)
                        .node("Conv", "y", "c1.d", "w2")
                        .node("Sigmoid", "z", "c1")
                        .output("y")
                        .output("z")
                        .build();
        Graph prepared = line(graph, 1).prepared();
        assertThat(prepared.producer("z").orElseThrow().inputs()).containsExactly("c1");
        assertThat(prepared.producer("y").orElseThrow().input(0)).isEqualTo("c1_clamped");
    }

    @Test
    void liftsFakeQuantizedFloatWeights() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .constant("s", Tensor.ofFloat(0.05f))
                        .constant("z", Tensor.ofInts(DataType.INT8, new int[] {0}))
                        .random("w", 4, 3, 1, 1)
                        .node("QuantizeLinear", "wq", "w", "s", "z")
                        .node("DequantizeLinear", "wd", "wq", "s", "z")
                        .node("Conv", "y", "x", "wd")
                        .output("y")
                        .build();
        MiniatureLine line = line(graph, 1);
        assertThat(line.prepared().nodes()).hasSize(1);
        assertThat(line.plan().value("w").orElseThrow().params().scale(0)).isEqualTo(0.05f);
        float[] source = graph.constant("w").orElseThrow().toFloats();
        float[] lifted = line.prepared().constant("w").orElseThrow().toFloats();
        for (int i = 0; i < source.length; i++) {
            assertThat(lifted[i])
                    .as("what the model computes with, so that no bias makes up for it")
                    .isEqualTo(0.05f * (float) Math.rint(source[i] / 0.05f));
        }
    }

    @Test
    void leavesComputedScalesAlone() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3)
                        .input("s", 1)
                        .constant("q", Tensor.ofInts(DataType.INT8, new int[] {3}, 1))
                        .node("DequantizeLinear", "d", "q", "s")
                        .node("Add", "y", "x", "d")
                        .output("y")
                        .build();
        TransformAssert.of(new LiftQdq(), OnnxOpCatalog.catalog())
                .on(graph)
                .doesNotFire("not constant");
    }

    @Test
    void refusesScalesThatAreNoScales() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3)
                        .constant("s", Tensor.ofFloat(Float.NaN))
                        .constant("q", Tensor.ofInts(DataType.INT8, new int[] {3}, 1))
                        .node("DequantizeLinear", "d", "q", "s")
                        .node("Add", "y", "x", "d")
                        .output("y")
                        .build();
        assertThatThrownBy(() -> line(graph, 1))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("node d");
    }
}
