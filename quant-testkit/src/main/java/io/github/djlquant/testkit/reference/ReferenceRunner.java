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
package io.github.djlquant.testkit.reference;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a graph of ONNX operators with naive kernels in double precision: an oracle for small graphs
 * in tests, independent of every engine. Operators that it does not know are refused.
 */
public final class ReferenceRunner implements GraphRunner {

    private final Graph graph;

    /**
     * Creates a runner.
     *
     * @param graph a legal graph of the ONNX dialect without nested bodies
     */
    public ReferenceRunner(Graph graph) {
        this.graph = graph;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> feeds) {
        Map<String, Array> values = new HashMap<>();
        graph.constants().forEach((name, tensor) -> values.put(name, Array.of(tensor)));
        feeds.forEach((name, tensor) -> values.put(name, Array.of(tensor)));
        for (Node node : graph.nodes()) {
            List<Array> inputs = new ArrayList<>();
            for (String input : node.inputs()) {
                inputs.add(values.get(input));
            }
            values.put(node.output(), compute(node, inputs));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Value output : graph.outputs()) {
            outputs.put(output.name(), values.get(output.name()).toTensor());
        }
        return outputs;
    }

    private static Array compute(Node node, List<Array> in) {
        Array x = in.get(0);
        return switch (node.op().name()) {
            case "Conv" -> Windows.convolution(node, x, in.get(1), input(in, 2));
            case "ConvTranspose" -> Windows.transposedConvolution(node, x, in.get(1), input(in, 2));
            case "MaxPool" -> Windows.pool(node, x, true);
            case "AveragePool" -> Windows.pool(node, x, false);
            case "GlobalAveragePool" -> Arithmetic.globalAverage(x);
            case "Gemm" -> Arithmetic.gemm(node, x, in.get(1), input(in, 2));
            case "MatMul" -> Arithmetic.matrixProduct(x, in.get(1));
            case "BatchNormalization" ->
                    Arithmetic.batchNorm(node, x, in.get(1), in.get(2), in.get(3), in.get(4));
            case "Relu" -> x.map(v -> Math.max(v, 0));
            case "Clip" -> clip(node, in);
            case "LeakyRelu" -> {
                double alpha = node.floatAttribute("alpha", 0.01f);
                yield x.map(v -> v < 0 ? alpha * v : v);
            }
            case "Sigmoid" -> x.map(v -> 1 / (1 + Math.exp(-v)));
            case "Tanh" -> x.map(Math::tanh);
            case "Softmax" -> Arithmetic.softmax(node, x);
            case "Add" -> Arithmetic.broadcast(x, in.get(1), Double::sum);
            case "Sub" -> Arithmetic.broadcast(x, in.get(1), (a, b) -> a - b);
            case "Max" -> Arithmetic.broadcast(x, in.get(1), Math::max);
            case "Min" -> Arithmetic.broadcast(x, in.get(1), Math::min);
            case "Mul" -> Arithmetic.broadcast(x, in.get(1), (a, b) -> a * b);
            case "Cast" -> cast(node, x);
            case "Concat" -> Movers.concat(node, in);
            case "Reshape" -> Movers.reshape(x, in.get(1));
            case "Flatten" -> Movers.flatten(node, x);
            case "Transpose" -> Movers.transpose(node, x);
            case "Identity", "Dropout" -> x;
            case "Slice" -> Movers.slice(x, in.get(1), in.get(2), input(in, 3), input(in, 4));
            case "Pad" -> Movers.pad(x, in.get(1), in.size() > 2 ? in.get(2).data[0] : 0);
            case "QuantizeLinear" -> Movers.quantize(node, x, in.get(1), input(in, 2));
            case "DequantizeLinear" -> Movers.dequantize(node, x, in.get(1), input(in, 2));
            default -> throw new IllegalArgumentException("no reference kernel for " + node.op());
        };
    }

    private static Array cast(Node node, Array x) {
        if (node.intAttribute("to", 0) != 1) {
            throw new IllegalArgumentException("the reference casts to float only");
        }
        return Array.floats(x.shape, x.data.clone());
    }

    private static Array input(List<Array> in, int index) {
        return index < in.size() ? in.get(index) : null;
    }

    private static Array clip(Node node, List<Array> in) {
        Array min = input(in, 1);
        Array max = input(in, 2);
        double low = min == null ? node.floatAttribute("min", -Float.MAX_VALUE) : min.data[0];
        double high = max == null ? node.floatAttribute("max", Float.MAX_VALUE) : max.data[0];
        return in.get(0).map(v -> Math.max(low, Math.min(high, v)));
    }

    /** Nothing to free. */
    @Override
    public void close() {}
}
