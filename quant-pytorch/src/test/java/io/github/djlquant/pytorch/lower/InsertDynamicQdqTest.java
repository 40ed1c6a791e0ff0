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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.DynamicPlanner;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InsertDynamicQdqTest {

    private final Random random = new Random(2);

    private Graph twoLayersOfOneInput() {
        return new AtenGraph("M")
                .input("x")
                .constant("w", LoweredGraphs.random(random, 1, 16, 32))
                .constant("b", LoweredGraphs.random(random, 1, 16))
                .constant("v", LoweredGraphs.random(random, 1, 32, 16))
                .call("aten::linear", "y", "x", "w", "b")
                .call("aten::matmul", "z", "x", "v")
                .call("aten::add", "s", "y", "z")
                .output("s");
    }

    private static Graph convert(Graph graph) {
        TransformContext context =
                new TransformContext(
                        AtenOpCatalog.catalog(), Recipe.dynamicInt8(), LoweredGraphs.HERE);
        TransformContext planned = context.withPlan(new DynamicPlanner(graph, context).plan());
        return TransformPipeline.load().run(Phase.CONVERT, graph, planned);
    }

    @Test
    void anInputIsQuantizedOnceForAllLayers() {
        Graph converted = convert(twoLayersOfOneInput());

        assertThat(converted.nodes())
                .extracting(Node::op)
                .containsExactlyInAnyOrder(
                        OpType.onnx("DynamicQuantizeLinear"),
                        OpType.onnx("DequantizeLinear"),
                        OpType.onnx("DequantizeLinear"),
                        OpType.onnx("DequantizeLinear"),
                        new OpType("aten", "linear"),
                        new OpType("aten", "matmul"),
                        new OpType("aten", "add"));
        assertThat(converted.constants()).containsKey("b").doesNotContainKeys("w", "v");
    }

    @Test
    void layersBecomeDynamicKernelsCloseToFloat() {
        Graph graph = twoLayersOfOneInput();
        Graph converted = convert(graph);
        Tensor x = LoweredGraphs.random(random, 1, 5, 32);
        float[] floats = LoweredGraphs.kernels(graph, x);
        float[] kernels = LoweredGraphs.kernels(converted, x);

        assertThat(LowerQuantized.lower(converted, LoweredGraphs.HERE).nodes())
                .extracting(node -> node.op().name())
                .containsExactlyInAnyOrder(
                        "linear_prepack",
                        "linear_dynamic",
                        "linear_prepack",
                        "linear_dynamic",
                        "add");
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < floats.length; i++) {
            signal += floats[i] * (double) floats[i];
            noise += Math.pow(floats[i] - (double) kernels[i], 2);
        }
        assertThat(10 * Math.log10(signal / noise)).isGreaterThan(35);
    }

    @Test
    void tablesBecomeRowsOfIntegers() {
        Graph graph =
                new AtenGraph("M")
                        .input("ids")
                        .constant("t", LoweredGraphs.random(random, 1, 1100, 64))
                        .call("aten::embedding", "y", "t", "ids", -1, false, false)
                        .output("y");
        Tensor ids = Tensor.ofLongs(new long[] {1, 1099, 3}, 1, 3);
        Graph converted = convert(graph);
        float[] floats = LoweredGraphs.kernels(graph, ids);
        float[] kernels = LoweredGraphs.kernels(converted, ids);

        assertThat(LowerQuantized.lower(converted, LoweredGraphs.HERE).nodes())
                .extracting(node -> node.op().name())
                .contains("embedding_byte");
        for (int i = 0; i < floats.length; i++) {
            // Half a step of a row that spans at most 2 * 5.
            assertThat(kernels[i])
                    .isCloseTo(floats[i], org.assertj.core.api.Assertions.within(5f / 127 / 2));
        }
    }

    @Test
    void whatThePlanLeavesFloatStays() {
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .input("w")
                        .call("aten::linear", "y", "x", "w", null)
                        .output("y");

        assertThat(convert(graph)).hasToString(graph.toString());
    }
}
