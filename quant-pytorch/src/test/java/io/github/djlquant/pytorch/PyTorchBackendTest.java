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

import io.github.djlquant.backend.Backend;
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
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.testkit.BackendContract;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** libtorch honours the contract: x, conv2d, relu, conv2d, add (with the relu), relu, pool, y. */
class PyTorchBackendTest extends BackendContract {

    private static final int CHANNELS = 16;

    @Override
    protected Backend backend() {
        return new PyTorchBackend();
    }

    @Override
    protected String sumOfSquares(MeasureSite site) {
        Argument value = Argument.of(site.value());
        return torch(site, "sum", Argument.of(torch(site, "mul", value, value)));
    }

    private static String torch(MeasureSite site, String op, Argument... arguments) {
        return site.insert(new Call(new OpType(OpType.ATEN, op), List.of(arguments))::node);
    }

    @Override
    protected Graph graph() {
        Random random = new Random(1);
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("w1", small(random, CHANNELS, 3, 3, 3));
        constants.put("b1", small(random, CHANNELS));
        constants.put("w2", small(random, CHANNELS, CHANNELS, 3, 3));
        List<Dimension> shape = new ArrayList<>(Shape.of(1, 3, 7, 7).dimensions());
        shape.set(0, new Dimension.Symbolic("batch"));
        ValueType floats = new ValueType.TensorType(DataType.FLOAT, null);
        return new Graph(
                "contract",
                List.of(new Value("x", new ValueType.TensorType(DataType.FLOAT, new Shape(shape)))),
                List.of(new Value("y", floats)),
                List.of(
                        convolution("c1", Argument.of("x"), "w1", Argument.of("b1")),
                        call("relu", "r1", Argument.of("c1")),
                        convolution("c2", Argument.of("r1"), "w2", Argument.NONE),
                        call("add", "s", Argument.of("c2"), Argument.of("r1")),
                        call("relu", "r2", Argument.of("s")),
                        call(
                                "adaptive_avg_pool2d",
                                "y",
                                Argument.of("r2"),
                                Argument.literal(List.of(1L, 1L)))),
                constants,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    @Override
    protected Map<String, Tensor> feeds(int rows, long seed) {
        return Map.of("x", small(new Random(seed), rows, 3, 7, 7));
    }

    @Override
    protected List<String> activations() {
        return List.of("r1", "c2", "s", "r2");
    }

    private static Tensor small(Random random, long... shape) {
        float[] elements = GraphBuilder.random(random, shape).toFloats();
        for (int i = 0; i < elements.length; i++) {
            elements[i] /= 3;
        }
        return Tensor.ofFloats(elements, shape);
    }

    private static Node convolution(String output, Argument input, String weight, Argument bias) {
        Argument ones = Argument.literal(List.of(1L, 1L));
        return call(
                "conv2d",
                output,
                input,
                Argument.of(weight),
                bias,
                ones,
                ones,
                ones,
                Argument.literal(1L));
    }

    private static Node call(String op, String output, Argument... arguments) {
        return new Call(new OpType(OpType.ATEN, op), List.of(arguments))
                .node("node/" + output, List.of(output));
    }
}
