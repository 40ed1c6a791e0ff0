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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PackedParameters.Window;
import io.github.djlquant.pytorch.lower.Lowering.Result;
import io.github.djlquant.pytorch.lower.PackedWeights.Kind;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.recipe.QuantizedEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Convolutions over one, two or three axes, also transposed ones, with or without a relu behind.
 *
 * <pre>
 *   x_int8      w_int8                       x_int8   packed(w_int8, b)
 *     |           |                               \    |
 *  Dequantize  Dequantize  b       =&gt;       quantized::conv2d_relu
 *          \      |      /                           |
 *            conv2d                                y_int8
 *              |
 *             relu
 *              |
 *           Quantize
 *              |
 *            y_int8
 * </pre>
 *
 * No plan rounds the weight of a transposed convolution: {@code InterleavePhases} or floats take
 * its place. Rounded ones come from other tools' models, where nothing takes the roundings out
 * first: written as they are ({@code BlockExport}), or in the bodies of branches and loops. The
 * kernels take one scale for all weights only. {@link KeepFromOneDnn} then moves what oneDNN must
 * not get.
 */
final class ConvolutionKernel implements Kernel {

    @Override
    public boolean lower(Node node, Lowering lowering) {
        Call call = Call.of(node);
        Optional<QuantizedValue> data = lowering.quantized(node.input(0));
        Optional<QuantizedConstant> weight = lowering.constant(node.input(1));
        Optional<Result> result = lowering.result(node);
        if (data.isEmpty()
                || data.get().type() != DataType.UINT8
                || weight.isEmpty()
                || weight.get().integers().dataType() != DataType.INT8
                || result.isEmpty()
                || result.get().value().type() != DataType.UINT8) {
            return false;
        }
        String biasName = node.input(2);
        Optional<Tensor> bias = lowering.real(biasName);
        Optional<Window> window = window(call, weight.get().integers().shape());
        if (!biasName.isEmpty() && bias.isEmpty() || window.isEmpty()) {
            return false;
        }
        boolean transposed = window.get().transposed();
        int axes = weight.get().integers().shape().rank() - 2;
        boolean fits =
                transposed
                        ? weight.get().isPerTensor()
                                && !result.get().relu()
                                && isRightTransposed(axes, weight.get(), lowering)
                        : hasChannelScales(weight.get());
        if (!fits) {
            return false;
        }
        String packed =
                lowering.pack(
                        node,
                        Kind.CONVOLUTION,
                        weight.get(),
                        weight.get().integers(),
                        bias,
                        biasName,
                        window);
        String op =
                (transposed ? "conv_transpose" : "conv")
                        + axes
                        + "d"
                        + (result.get().relu() ? "_relu" : "");
        lowering.replace(
                node,
                result.get(),
                op,
                Lowering.withParameters(
                        result.get().value(), Argument.of(data.get().name()), Argument.of(packed)));
        return true;
    }

    /** What oneDNN must not get has to be moved by one; QNNPACK takes two axes at most. */
    private static boolean isRightTransposed(
            int axes, QuantizedConstant weight, Lowering lowering) {
        Optional<QuantizedEngine> engine = lowering.library().engine();
        return engine.filter(QuantizedEngine.ONEDNN::equals).isEmpty()
                && (axes < 3 || engine.filter(QuantizedEngine.QNNPACK::equals).isEmpty())
                && Arrays.stream(weight.integers().toInts()).noneMatch(i -> i == Byte.MIN_VALUE);
    }

    private static boolean hasChannelScales(QuantizedConstant weight) {
        return weight.isPerTensor() || weight.axis() == 0;
    }

    /**
     * Returns how the weights move, empty if that is not constant or not the same on both sides.
     */
    private static Optional<Window> window(Call call, Shape weight) {
        int axes = weight.rank() - 2;
        if (axes < 1 || axes > 3) {
            return Optional.empty();
        }
        boolean transposed =
                call.op().name().contains("transpose")
                        || call.argument("transposed").equals(Argument.literal(true));
        Optional<List<Long>> stride = numbers(call.argument("stride"), axes, 1);
        Optional<List<Long>> dilation = numbers(call.argument("dilation"), axes, 1);
        Optional<List<Long>> outputPadding = numbers(call.argument("output_padding"), axes, 0);
        Optional<List<Long>> groups = numbers(call.argument("groups"), 1, 1);
        Optional<List<Long>> padding =
                dilation.flatMap(d -> padding(call.argument("padding"), weight, d));
        if (stride.isEmpty() || padding.isEmpty() || outputPadding.isEmpty() || groups.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Window(
                        stride.get(),
                        padding.get(),
                        dilation.get(),
                        outputPadding.get(),
                        groups.get().get(0),
                        transposed));
    }

    private static Optional<List<Long>> padding(
            Argument argument, Shape weight, List<Long> dilation) {
        if (argument.equals(Argument.literal("valid"))) {
            return Optional.of(Collections.nCopies(dilation.size(), 0L));
        }
        if (!argument.equals(Argument.literal("same"))) {
            return numbers(argument, dilation.size(), 0);
        }
        List<Long> padding = new ArrayList<>();
        for (int i = 0; i < dilation.size(); i++) {
            long both = dilation.get(i) * (weight.size(i + 2) - 1);
            if (both % 2 != 0) {
                return Optional.empty();
            }
            padding.add(both / 2);
        }
        return Optional.of(padding);
    }

    /** Integers, of which one stands for all axes. */
    private static Optional<List<Long>> numbers(Argument argument, int count, long absent) {
        if (argument.equals(Argument.NONE)) {
            return Optional.of(Collections.nCopies(count, absent));
        }
        if (argument instanceof Argument.Literal literal) {
            if (literal.attribute() instanceof Attribute.IntAttribute one) {
                return Optional.of(Collections.nCopies(count, one.value()));
            }
            if (literal.attribute() instanceof Attribute.IntsAttribute list) {
                List<Long> values = list.values();
                return values.size() == count
                        ? Optional.of(values)
                        : values.size() == 1
                                ? Optional.of(Collections.nCopies(count, values.get(0)))
                                : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
