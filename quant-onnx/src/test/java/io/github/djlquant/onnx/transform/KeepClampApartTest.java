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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepClampApartTest {

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private static GraphBuilder clamped(String product, String clamp) {
        GraphBuilder graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 64)
                        .constant("w", weight(1))
                        .node(product, "m", "x", "w")
                        .constant("zero", Tensor.ofFloat(0))
                        .constant("one", Tensor.ofFloat(1));
        return switch (clamp) {
            case "Clip" -> graph.node("Clip", "c", "m", "zero", "one");
            case "upper" -> graph.node("Clip", "c", "m", "", "one");
            default -> graph.node("Relu", "c", "m");
        };
    }

    private static Tensor weight(int seed) {
        float[] values = GraphBuilder.random(new Random(seed), 64, 64).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] /= 8;
        }
        return Tensor.ofFloats(values, 64, 64);
    }

    private QuantizedModel quantize(Graph graph) {
        Path source = folder.resolve("float.onnx");
        backend.write(graph, MiniatureLine.ANY, source);
        return Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optCalibration(GraphBuilder.randomBatches(8, "x", 8, 64))
                .optLatency(false)
                .build()
                .quantize(source, folder.resolve("int8.onnx"));
    }

    private List<String> written() {
        return backend.read(folder.resolve("int8.onnx")).nodes().stream()
                .map(Node::op)
                .map(op -> op.name())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"MatMul, Relu", "MatMul, Clip", "MatMul, upper", "Gemm, Relu", "Gemm, Clip"})
    void theProductBeforeAClampOfFloatsStaysOnIntegers(String product, String clamp) {
        QuantizedModel model =
                quantize(clamped(product, clamp).node("Sigmoid", "y", "c").output("y").build());
        assertThat(model.execution().kernels())
                .filteredOn(Execution.Kernel::int8)
                .extracting(Execution.Kernel::name)
                .contains("m");
        assertThat(written()).doesNotContain("Relu", "Clip");
        assertThat(model.evaluation().sqnr()).isGreaterThan(35);
    }

    @Test
    void aClampThatIsQuantizedAndOneOfFloatsStayWhatTheyAre() {
        quantize(
                clamped("MatMul", "Relu")
                        .constant("v", weight(2))
                        .node("MatMul", "n", "c", "v")
                        .node("Tanh", "t", "n")
                        .node("Relu", "y", "t")
                        .output("y")
                        .build());
        assertThat(written()).contains("Relu").doesNotContain("Max", "Min");
    }
}
