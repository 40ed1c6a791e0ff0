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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.trace.BlockExport;
import io.github.djlquant.trace.GraphBlock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transposed convolutions that another tool put between roundings, where nothing takes these out:
 * no plan leads to libtorch's kernels for them, but such models do.
 */
class RoundedTransposedConvolutionsTest {

    @TempDir private Path folder;

    private static GraphBuilder rounded(GraphBuilder graph, String read, String made) {
        Random random = new Random(4);
        int[] weight = random.ints(4 * 6 * 2 * 2, -120, 121).toArray();
        return graph.constant("s", Tensor.ofFloat(0.02f))
                .constant("z", Tensor.ofInts(DataType.UINT8, new int[] {120}))
                .constant("u", Tensor.ofFloat(0.25f))
                .constant("w_q", Tensor.ofInts(DataType.INT8, weight, 4, 6, 2, 2))
                .constant("w_s", Tensor.ofFloat(0.0078125f))
                .constant("w_z", Tensor.ofInts(DataType.INT8, new int[] {0}))
                .node("QuantizeLinear", "x_q", read, "s", "z")
                .node("DequantizeLinear", "x_d", "x_q", "s", "z")
                .node("DequantizeLinear", "w", "w_q", "w_s", "w_z")
                .node("ConvTranspose", "t", "x_d", "w")
                .with("strides", 2, 2)
                .node("QuantizeLinear", "t_q", "t", "u", "z")
                .node("DequantizeLinear", made, "t_q", "u", "z");
    }

    private static List<Node> nodes(Path file) {
        return new PyTorchBackend().read(file).nodes();
    }

    @Test
    void aModelThatIsExportedAsItIs() {
        Graph graph =
                rounded(GraphBuilder.onnx(17).input("x", 1, 4, 5, 5), "x", "y").output("y").build();
        Path source = folder.resolve("x.onnx");
        OnnxBackend onnx = new OnnxBackend();
        onnx.write(graph, onnx.target(Target.Name.ANY), source);
        try (GraphBlock block = GraphBlock.open(source)) {
            BlockExport.Result made = BlockExport.write(block, folder.resolve("x.pt"));
            assertThat(made.difference()).isLessThan(1e-4);
        }
        assertThat(nodes(folder.resolve("x.pt")))
                .extracting(n -> n.op().toString())
                .contains("quantized::conv_transpose2d");
    }

    /** What is an input here is captured from around the body. */
    private static Graph body(GraphBuilder builder) {
        Graph closed = builder.build();
        return new Graph(
                "body",
                List.of(),
                closed.outputs(),
                closed.nodes(),
                closed.constants(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    @Test
    void theBodyOfABranch() {
        Graph then =
                body(
                        rounded(GraphBuilder.onnx(17).input("c", 1, 4, 5, 5), "c", "then")
                                .output("then"));
        Graph otherwise =
                body(
                        GraphBuilder.onnx(17)
                                .input("c", 1, 4, 5, 5)
                                .constant("v", GraphBuilder.random(new Random(2), 4, 6, 2, 2))
                                .node("ConvTranspose", "other", "c", "v")
                                .with("strides", 2, 2)
                                .output("other"));
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 4, 7, 7)
                        .random("k", 4, 4, 3, 3)
                        .floats("zero", -1000)
                        .node("Conv", "c", "x", "k")
                        .node("ReduceMean", "m", "c")
                        .with("keepdims", Attribute.of(0))
                        .node("Greater", "g", "m", "zero")
                        .node("If", "y", "g")
                        .with("then_branch", new Attribute.GraphAttribute(then))
                        .with("else_branch", new Attribute.GraphAttribute(otherwise))
                        .output("y")
                        .build();
        Path source = folder.resolve("x.onnx");
        OnnxBackend onnx = new OnnxBackend();
        onnx.write(graph, onnx.target(Target.Name.ANY), source);
        Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optLatency(false)
                .optIgnoreGate(true)
                .optCalibration(
                        CalibrationData.ofFeeds(
                                List.of(
                                        Map.of(
                                                "x",
                                                GraphBuilder.random(new Random(7), 1, 4, 7, 7)))))
                .build()
                .quantize(source, folder.resolve("x.pt"));
        assertThat(nodes(folder.resolve("x.pt")))
                .flatExtracting(Node::bodies)
                .flatExtracting(Graph::nodes)
                .extracting(n -> ((Node) n).op().toString())
                .contains("quantized::conv_transpose2d");
    }
}
