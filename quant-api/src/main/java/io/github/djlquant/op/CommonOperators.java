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
package io.github.djlquant.op;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The operators that rewrites insert, in the ONNX dialect whatever the dialect around them: each
 * engine's writer has a form for them, and each engine's catalog has these rows.
 */
public final class CommonOperators {

    private static final Map<Port, Integer> TWO = Map.of(Port.DATA, 0, Port.OTHER, 1);

    private CommonOperators() {}

    /**
     * Returns the operators.
     *
     * @return one row each
     */
    public static List<OpSpec> rows() {
        Map<Port, Integer> scaled = Map.of(Port.DATA, 0, Port.SCALE, 1, Port.ZERO_POINT, 2);
        return List.of(
                row("Add", Role.ADD, TWO),
                row("Mul", Role.MULTIPLY, TWO).withRanges(CommonOperators::factor),
                row("Clip", Role.ACTIVATION, Map.of(Port.DATA, 0)).withClamp(CommonOperators::clip),
                row("Concat", Role.CONCAT, Map.of())
                        .withRanges((g, n) -> RangeRule.UNION)
                        .withIntegersSince(4)
                        .withExtents(CommonOperators::joined),
                row("QuantizeLinear", Role.QUANTIZE, scaled),
                row("DequantizeLinear", Role.DEQUANTIZE, scaled),
                row("DynamicQuantizeLinear", Role.QUANTIZED_KERNEL, Map.of(Port.DATA, 0)));
    }

    private static OpSpec row(String op, Role role, Map<Port, Integer> ports) {
        return OpSpec.of(OpType.onnx(op), role, ports, RangeRule.FREE);
    }

    /** One positive number times a value only changes what its integers stand for. */
    private static RangeRule factor(Graph graph, Node node) {
        for (int i = 0; i < 2; i++) {
            Tensor constant = graph.constant(node.input(i)).orElse(null);
            boolean number =
                    constant != null
                            && constant.dataType() == DataType.FLOAT
                            && constant.elementCount() == 1
                            && constant.shape().rank() <= 1
                            && graph.constant(node.input(1 - i)).isEmpty();
            if (number) {
                float factor = constant.toFloats()[0];
                // Beyond, the product's scale might leave the range of normal numbers.
                return factor > 1e-6f && factor < 1e6f
                        ? new RangeRule.Scaled(factor)
                        : RangeRule.FREE;
            }
        }
        return RangeRule.FREE;
    }

    /** Inputs behind each other along one axis. */
    private static Optional<long[]> joined(
            Graph graph, Node node, Function<String, Optional<long[]>> known) {
        long[] data = known.apply(node.input(0)).orElse(null);
        if (data == null) {
            return Optional.empty();
        }
        int axis = (int) node.intAttribute("axis", 1);
        axis = axis < 0 ? axis + data.length : axis;
        if (axis < 0 || axis >= data.length) {
            return Optional.empty();
        }
        long[] made = data.clone();
        for (int i = 1; i < node.inputs().size(); i++) {
            long[] more = known.apply(node.input(i)).orElse(null);
            boolean fits = more != null && more.length == data.length && more[axis] >= 0;
            made[axis] = fits && made[axis] >= 0 ? made[axis] + more[axis] : -1;
        }
        return Optional.of(made);
    }

    /**
     * Tells the interval of an operator that takes the larger of its input and one number.
     *
     * @param graph the graph
     * @param node a node whose second input may be the number
     * @return the interval; empty if it compares anything else, or leaves out 0, which every
     *     quantized range holds: no layer takes that up
     */
    public static Optional<OpSpec.Clamp> larger(Graph graph, Node node) {
        return number(graph, node)
                .filter(number -> number <= 0)
                .map(number -> new OpSpec.Clamp(number, Double.POSITIVE_INFINITY));
    }

    /**
     * Tells the interval of an operator that takes the smaller of its input and one number.
     *
     * @param graph the graph
     * @param node a node whose second input may be the number
     * @return the interval; empty if it compares anything else, or leaves out 0
     */
    public static Optional<OpSpec.Clamp> smaller(Graph graph, Node node) {
        return number(graph, node)
                .filter(number -> number >= 0)
                .map(number -> new OpSpec.Clamp(Double.NEGATIVE_INFINITY, number));
    }

    private static Optional<Double> number(Graph graph, Node node) {
        return node.inputs().size() == 2 && graph.constant(node.input(0)).isEmpty()
                ? graph.constant(node.input(1))
                        .filter(t -> t.dataType() == DataType.FLOAT && t.elementCount() == 1)
                        .filter(t -> t.shape().rank() <= 1)
                        .map(t -> (double) t.toFloats()[0])
                        .filter(number -> !number.isNaN())
                : Optional.empty();
    }

    private static Optional<OpSpec.Clamp> clip(Graph graph, Node node) {
        Optional<Double> min = limit(graph, node, 1, "min", Double.NEGATIVE_INFINITY);
        Optional<Double> max = limit(graph, node, 2, "max", Double.POSITIVE_INFINITY);
        return min.isPresent() && max.isPresent() && min.get() <= max.get()
                ? Optional.of(new OpSpec.Clamp(min.get(), max.get()))
                : Optional.empty();
    }

    private static Optional<Double> limit(
            Graph graph, Node node, int input, String attribute, double absent) {
        if (!node.hasInput(input)) {
            float value = node.floatAttribute(attribute, (float) absent);
            // Exporters write the largest float where they mean no limit.
            return Optional.of(Math.abs(value) == Float.MAX_VALUE ? absent : value);
        }
        return graph.constant(node.input(input))
                .filter(t -> t.dataType() == DataType.FLOAT && t.elementCount() == 1)
                .map(Tensor::toFloats)
                .map(values -> (double) values[0]);
    }
}
