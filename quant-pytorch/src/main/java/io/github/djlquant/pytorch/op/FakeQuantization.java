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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import java.util.Optional;

/**
 * The steps of fake quantizations, as training in Python leaves them: scale and zero point are
 * literals, or buffers of the module.
 */
final class FakeQuantization {

    private FakeQuantization() {}

    /** One scale for all elements. */
    static Optional<QuantParams> perTensor(Graph graph, Node node) {
        return params(graph, node, Granularity.PER_TENSOR);
    }

    /** One scale for each index along {@code axis}. */
    static Optional<QuantParams> perChannel(Graph graph, Node node) {
        return LiteralArguments.of(node)
                .integer("axis", 0)
                .flatMap(
                        axis ->
                                params(
                                        graph,
                                        node,
                                        new Granularity.PerChannel(Math.toIntExact(axis))));
    }

    /** The form that observes as well, both switched off but for the rounding. */
    static Optional<QuantParams> observed(Graph graph, Node node) {
        LiteralArguments literals = LiteralArguments.of(node);
        boolean observes = !isZero(graph, node, "observer_on");
        boolean rounds = !isZero(graph, node, "fake_quant_on");
        Optional<Boolean> rows = literals.truth("per_row_fake_quant", false);
        if (observes || !rounds || rows.isEmpty()) {
            return Optional.empty();
        }
        return rows.get()
                ? literals.integer("ch_axis", 0)
                        .flatMap(
                                axis ->
                                        params(
                                                graph,
                                                node,
                                                new Granularity.PerChannel(Math.toIntExact(axis))))
                : params(graph, node, Granularity.PER_TENSOR);
    }

    private static boolean isZero(Graph graph, Node node, String argument) {
        return constant(graph, node, argument)
                .filter(flag -> flag.elementCount() == 1 && flag.toLongs()[0] == 0)
                .isPresent();
    }

    private static Optional<QuantParams> params(Graph graph, Node node, Granularity granularity) {
        LiteralArguments literals = LiteralArguments.of(node);
        Optional<float[]> scales =
                literals.isLiteral("scale")
                        ? literals.number("scale", 0).map(s -> new float[] {(float) (double) s})
                        : constant(graph, node, "scale")
                                .filter(t -> t.dataType() == DataType.FLOAT)
                                .map(Tensor::toFloats);
        Optional<int[]> zeroPoints =
                literals.isLiteral("zero_point")
                        ? literals.integer("zero_point", 0).map(z -> new int[] {Math.toIntExact(z)})
                        : constant(graph, node, "zero_point").flatMap(FakeQuantization::integers);
        Optional<Long> lowest = literals.integer("quant_min", 0);
        boolean fits =
                scales.isPresent()
                        && zeroPoints.isPresent()
                        && lowest.isPresent()
                        && scales.get().length == zeroPoints.get().length
                        && (granularity instanceof Granularity.PerChannel
                                || scales.get().length == 1);
        return fits
                ? Optional.of(
                        new QuantParams(
                                new TensorScheme(
                                        lowest.get() < 0 ? QuantType.INT8 : QuantType.UINT8,
                                        TensorScheme.Symmetry.SYMMETRIC_FULL,
                                        granularity),
                                scales.get(),
                                zeroPoints.get()))
                : Optional.empty();
    }

    private static Optional<Tensor> constant(Graph graph, Node node, String argument) {
        return Call.of(node).argument(argument) instanceof Argument.Of of
                ? graph.constant(of.value())
                : Optional.empty();
    }

    /** Zero points are integers, or floats where they were learnt. */
    private static Optional<int[]> integers(Tensor tensor) {
        if (tensor.dataType() == DataType.FLOAT) {
            float[] values = tensor.toFloats();
            int[] whole = new int[values.length];
            for (int i = 0; i < whole.length; i++) {
                whole[i] = Math.round(values[i]);
            }
            return Optional.of(whole);
        }
        return tensor.dataType().isFloatingPoint()
                ? Optional.empty()
                : Optional.of(tensor.toInts());
    }
}
