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
package io.github.djlquant.examples.plugin;

import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.lower.KernelExtension;
import io.github.djlquant.pytorch.lower.KernelSite;
import io.github.djlquant.pytorch.lower.QuantizedValue;
import io.github.djlquant.pytorch.lower.SiteKernel;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kernel of one's own for libtorch, whose {@code amax} takes no quantized tensors: the maximum of
 * the bytes inside, as a quantized tensor again.
 *
 * <pre>
 *   x_int8 -> amax -> y_int8
 *     ==>   x_int8 -> int_repr -> amax -> _make_per_tensor_quantized_tensor(scale, zero point) -> y_int8
 * </pre>
 */
public final class MaximumKernel implements KernelExtension {

    private static final OpType BYTES = new OpType(OpType.ATEN, "int_repr");
    private static final OpType QUANTIZED =
            new OpType(OpType.ATEN, "_make_per_tensor_quantized_tensor");

    /** Creates the kernels; called by ServiceLoader. */
    public MaximumKernel() {}

    @Override
    public Map<OpType, SiteKernel> kernels() {
        return Map.of(MaximumOperators.AMAX, MaximumKernel::lower);
    }

    private static void lower(KernelSite site) {
        QuantizedValue data = site.operand(0).orElse(null);
        QuantizedValue result = site.result();
        // With another scale behind, each maximum would have to be rounded again.
        if (data == null
                || data.scale() != result.scale()
                || data.zeroPoint() != result.zeroPoint()) {
            return;
        }
        String bytes = site.insert(new Call(BYTES, List.of(Argument.of(data.name()))));
        Call onFloats = site.call();
        List<Argument> arguments = new ArrayList<>(onFloats.positional());
        arguments.set(0, Argument.of(bytes));
        String maximum = site.insert(new Call(onFloats.op(), arguments, onFloats.named()));
        site.replace(
                new Call(
                        QUANTIZED,
                        List.of(
                                Argument.of(maximum),
                                Argument.literal(result.scale()),
                                Argument.literal(result.zeroPoint()))));
    }
}
