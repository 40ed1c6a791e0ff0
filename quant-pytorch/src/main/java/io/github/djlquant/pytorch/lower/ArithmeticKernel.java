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
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.Optional;

/**
 * Sums and products of two quantized tensors, of which one may be constant, with or without a relu
 * behind.
 *
 * <pre>
 *   a_int8     b_int8                  a_int8   b_int8
 *     |          |                         \     /
 *  Dequantize Dequantize       =&gt;      quantized::add
 *         \    /                              |
 *          add                              y_int8
 *           |
 *        Quantize
 *           |
 *         y_int8
 * </pre>
 *
 * The kernel computes in floats inside its registers: it rounds once, as the drawn form does.
 */
final class ArithmeticKernel implements Kernel {

    private static final Argument ONE = Argument.literal(1L);

    @Override
    public boolean lower(Node node, Lowering lowering) {
        Argument alpha = Call.of(node).argument("alpha");
        Optional<Result> result = lowering.result(node);
        if (result.isEmpty() || !alpha.equals(Argument.NONE) && !alpha.equals(ONE)) {
            return false;
        }
        Optional<QuantizedValue> first = lowering.operand(node, 0);
        Optional<QuantizedValue> second = lowering.operand(node, 1);
        if (first.isEmpty()
                || second.isEmpty()
                || first.get().type() != second.get().type()
                || first.get().type() != result.get().value().type()) {
            return false;
        }
        lowering.replace(
                node,
                result.get(),
                node.op().name() + (result.get().relu() ? "_relu" : ""),
                Lowering.withParameters(
                        result.get().value(),
                        Argument.of(first.get().name()),
                        Argument.of(second.get().name())));
        return true;
    }
}
