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
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.EmbeddingBag;
import java.util.List;
import java.util.Optional;

/**
 * Sums of rows of a table that is stored as integers, one scale per row.
 *
 * <pre>
 *   table_int8                         packed(table_uint8)  ids  offsets
 *       |                                          \\         |    /
 *   Dequantize  ids  offsets    =&gt;         quantized::embedding_bag_byte
 *          \\     |    /                               |
 *         embedding_bag (sum)                         y
 *               |
 *               y
 * </pre>
 */
final class EmbeddingBagKernel implements Kernel {

    @Override
    public boolean lower(Node node, Lowering lowering) {
        if (!EmbeddingBag.isPlainSum(lowering.graph(), node)) {
            return false;
        }
        Optional<Argument> table = EmbeddingKernel.table(node, lowering);
        if (table.isEmpty()) {
            return false;
        }
        Argument last = Call.of(node).argument("include_last_offset");
        lowering.put(
                node,
                "embedding_bag_byte",
                List.of(
                        table.get(),
                        Argument.of(node.input(1)),
                        Argument.of(node.input(2)),
                        Argument.literal(false),
                        Argument.literal(0L),
                        Argument.literal(false),
                        Argument.NONE,
                        Argument.NONE,
                        last.equals(Argument.NONE) ? Argument.literal(false) : last),
                node.outputs().get(0));
        return true;
    }
}
