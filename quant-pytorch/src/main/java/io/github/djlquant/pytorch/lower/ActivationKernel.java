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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import io.github.djlquant.pytorch.lower.Lowering.Result;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Activations that are no clamps.
 *
 * <pre>
 *   x_int8 -- Dequantize -- sigmoid -- Quantize -- y_int8   =&gt;   x_int8 -- quantized::sigmoid -- y_int8
 * </pre>
 */
final class ActivationKernel implements Kernel {

    private final BiFunction<Call, QuantizedValue, List<Argument>> arguments;

    /**
     * Creates a row.
     *
     * @param arguments what the kernel takes after the integers, of the call and its result
     */
    ActivationKernel(BiFunction<Call, QuantizedValue, List<Argument>> arguments) {
        this.arguments = arguments;
    }

    @Override
    public boolean lower(Node node, Lowering lowering) {
        Optional<QuantizedValue> data =
                lowering.quantized(node.input(0)).filter(v -> v.type() == DataType.UINT8);
        Optional<Result> result =
                lowering.result(node).filter(r -> !r.relu() && r.value().type() == DataType.UINT8);
        if (data.isEmpty() || result.isEmpty()) {
            return false;
        }
        List<Argument> all = new ArrayList<>(List.of(Argument.of(data.get().name())));
        all.addAll(arguments.apply(Call.of(node), result.get().value()));
        lowering.replace(node, result.get(), node.op().name(), all);
        return true;
    }

    /** The result's scale and zero point are all that follows. */
    static ActivationKernel plain() {
        return new ActivationKernel((call, result) -> Lowering.withParameters(result));
    }

    /** {@code leaky_relu(x, negative_slope, inplace, scale, zero_point)}. */
    static ActivationKernel leakyRelu() {
        return new ActivationKernel(
                (call, result) ->
                        Lowering.withParameters(
                                result,
                                given(call, "negative_slope", 0.01),
                                Argument.literal(false)));
    }

    /** {@code elu(x, scale, zero_point, alpha, scale, input_scale)}. */
    static ActivationKernel elu() {
        return new ActivationKernel(
                (call, result) -> {
                    List<Argument> all = Lowering.withParameters(result);
                    all.add(given(call, "alpha", 1));
                    all.add(given(call, "scale", 1));
                    all.add(given(call, "input_scale", 1));
                    return all;
                });
    }

    private static Argument given(Call call, String name, double otherwise) {
        return call.has(name) ? call.argument(name) : Argument.literal(otherwise);
    }
}
