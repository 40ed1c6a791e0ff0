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
package io.github.djlquant.onnx;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.MeasureSite;
import io.github.djlquant.testkit.BackendContract;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;

/** ONNX Runtime honours the contract, on both sides of the opset that made axes an input. */
class OnnxBackendTest {

    @Nested
    class WithAxesAsAttributes extends OnnxContract {
        @Override
        long opset() {
            return 13;
        }
    }

    @Nested
    class WithAxesAsInputs extends OnnxContract {
        @Override
        long opset() {
            return 18;
        }
    }

    /** x -> Conv -> Relu -> Conv -> Add (with the Relu) -> Relu -> GlobalAveragePool -> y. */
    abstract static class OnnxContract extends BackendContract {

        private static final int CHANNELS = 16;

        abstract long opset();

        @Override
        protected Backend backend() {
            return new OnnxBackend();
        }

        @Override
        protected String sumOfSquares(MeasureSite site) {
            return site.insert(
                    (name, outputs) ->
                            new Node(
                                    name,
                                    OpType.onnx("ReduceSumSquare"),
                                    List.of(site.value()),
                                    outputs,
                                    Map.of("keepdims", Attribute.of(0))));
        }

        @Override
        protected Graph graph() {
            Map<String, Tensor> constants = new LinkedHashMap<>();
            constants.put("w1", random(1, CHANNELS, 3, 3, 3));
            constants.put("b1", random(2, CHANNELS));
            constants.put("w2", random(3, CHANNELS, CHANNELS, 3, 3));
            List<Dimension> shape = new java.util.ArrayList<>(Shape.of(1, 3, 7, 7).dimensions());
            shape.set(0, new Dimension.Symbolic("batch"));
            return new Graph(
                    "contract",
                    List.of(
                            new Value(
                                    "x",
                                    new ValueType.TensorType(DataType.FLOAT, new Shape(shape)))),
                    List.of(new Value("y", new ValueType.TensorType(DataType.FLOAT, null))),
                    List.of(
                            convolution("conv1", "c1", "x", "w1", "b1"),
                            node("relu1", "Relu", "r1", "c1"),
                            convolution("conv2", "c2", "r1", "w2"),
                            node("add", "Add", "s", "c2", "r1"),
                            node("relu2", "Relu", "r2", "s"),
                            node("pool", "GlobalAveragePool", "y", "r2")),
                    constants,
                    Map.of(),
                    Map.of(OpType.ONNX, opset()),
                    Map.of(),
                    Map.of());
        }

        @Override
        protected Map<String, Tensor> feeds(int rows, long seed) {
            return Map.of("x", random(seed, rows, 3, 7, 7));
        }

        @Override
        protected List<String> activations() {
            return List.of("r1", "c2", "s", "r2");
        }

        private static Node convolution(String name, String output, String... inputs) {
            return new Node(
                    name,
                    OpType.onnx("Conv"),
                    List.of(inputs),
                    List.of(output),
                    Map.of("pads", new Attribute.IntsAttribute(List.of(1L, 1L, 1L, 1L))));
        }

        private static Node node(String name, String op, String output, String... inputs) {
            return new Node(name, OpType.onnx(op), List.of(inputs), List.of(output), Map.of());
        }

        private static Tensor random(long seed, long... shape) {
            Random random = new Random(seed);
            float[] elements = new float[(int) Shape.of(shape).elementCount()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = (float) random.nextGaussian() / 3;
            }
            return Tensor.ofFloats(elements, shape);
        }
    }
}
