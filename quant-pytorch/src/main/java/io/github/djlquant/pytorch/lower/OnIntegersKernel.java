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

import io.github.djlquant.graph.Node;
import io.github.djlquant.pytorch.lower.Lowering.Result;
import io.github.djlquant.pytorch.op.Call;
import java.util.List;
import java.util.Optional;

/**
 * Operators that libtorch computes on the integers themselves, if scale and zero point stay.
 *
 * <pre>
 *   x_int8 -- Dequantize -- avg_pool2d -- Quantize -- y_int8   =&gt;   x_int8 -- avg_pool2d -- y_int8
 * </pre>
 *
 * With another scale behind, the operator stays float: it rounds once then, not twice.
 */
final class OnIntegersKernel implements Kernel {

    @Override
    public boolean lower(Node node, Lowering lowering) {
        Optional<QuantizedValue> data = lowering.quantized(node.input(0));
        Optional<Result> result = lowering.result(node).filter(r -> !r.relu());
        if (data.isEmpty()
                || result.isEmpty()
                || !data.get().hasParametersOf(result.get().value())) {
            return false;
        }
        result.get().absorbed().forEach(absorbed -> lowering.editor().remove(absorbed.name()));
        Node moved = node.withInput(0, data.get().name());
        lowering.editor()
                .put(Call.of(moved).node(node.name(), List.of(result.get().value().name())));
        return true;
    }
}
