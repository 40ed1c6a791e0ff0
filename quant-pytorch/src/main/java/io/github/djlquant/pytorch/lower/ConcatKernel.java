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
import io.github.djlquant.pytorch.op.PrimOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tensors in a row, each with a scale of its own.
 *
 * <pre>
 *   a_int8     b_int8                  a_int8   b_int8
 *     |          |                         \     /
 *  Dequantize Dequantize       =&gt;         [a, b]
 *         \    /                              |
 *         [a, b]                        quantized::cat
 *           |                                 |
 *          cat                              y_int8
 *           |
 *        Quantize
 *           |
 *         y_int8
 * </pre>
 */
final class ConcatKernel implements Kernel {

    @Override
    public boolean lower(Node node, Lowering lowering) {
        Optional<Node> parts =
                node.op().isOnnx("Concat")
                        ? Optional.of(node)
                        : lowering.graph()
                                .producer(node.input(0))
                                .filter(n -> n.op().equals(PrimOps.LIST_CONSTRUCT));
        Optional<Result> result = lowering.result(node).filter(r -> !r.relu());
        if (parts.isEmpty() || result.isEmpty()) {
            return false;
        }
        List<Argument> integers = new ArrayList<>();
        for (int i = 0; i < parts.get().inputs().size(); i++) {
            Optional<QuantizedValue> part =
                    lowering.operand(parts.get(), i)
                            .filter(p -> p.type() == result.get().value().type());
            if (part.isEmpty()) {
                return false;
            }
            integers.add(Argument.of(part.get().name()));
        }
        String list = lowering.editor().freshName(node.output() + "_list");
        lowering.editor()
                .put(
                        new Call(PrimOps.LIST_CONSTRUCT, integers)
                                .node(
                                        lowering.editor().freshName(node.name() + "/list"),
                                        List.of(list)));
        lowering.replace(
                node,
                result.get(),
                "cat",
                Lowering.withParameters(result.get().value(), Argument.of(list), axis(node)));
        return true;
    }

    private static Argument axis(Node node) {
        if (node.op().isOnnx("Concat")) {
            return Argument.literal(node.intAttribute("axis", 0));
        }
        Argument axis = Call.of(node).argument("dim");
        return axis.equals(Argument.NONE) ? Argument.literal(0L) : axis;
    }
}
