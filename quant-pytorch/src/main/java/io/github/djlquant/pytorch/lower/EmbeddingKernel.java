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
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.pytorch.lower.PackedWeights.Kind;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Rows of a table that is stored as integers, one scale per row.
 *
 * <pre>
 *   table_int8                    packed(table_uint8)   ids
 *       |                                       \       /
 *   Dequantize  ids       =&gt;        quantized::embedding_byte
 *          \     /                                |
 *         embedding                               y
 *             |
 *             y
 * </pre>
 *
 * The kernel takes unsigned integers: signed ones move by 128, and so do their zero points, which
 * changes nothing. It takes indices of one or two axes; others are looked up as one.
 */
final class EmbeddingKernel implements Kernel {

    private static final int SHIFT = 128;

    @Override
    public boolean lower(Node node, Lowering lowering) {
        String indices = node.input(1);
        Optional<Argument> table = indices.isEmpty() ? Optional.empty() : table(node, lowering);
        if (table.isEmpty()) {
            return false;
        }
        Argument packed = table.get();
        int rank = lowering.graph().shape(indices).map(s -> s.rank()).orElse(0);
        if (rank == 1 || rank == 2) {
            lookUp(node, lowering, packed, indices, node.output());
            return true;
        }
        GraphEditor editor = lowering.editor();
        String flat = aten(node, editor, "flatten", Argument.of(indices));
        String rows = editor.freshName(node.output() + "_rows");
        lookUp(node, lowering, packed, flat, rows);
        String sizes = aten(node, editor, "size", Argument.of(indices));
        String shape =
                aten(node, editor, "add", Argument.of(sizes), Argument.literal(List.of(-1L)));
        editor.put(
                call("view", Argument.of(rows), Argument.of(shape))
                        .node(editor.freshName(node.name() + "/view"), List.of(node.output())));
        return true;
    }

    /** Packs the table that a node looks up in; empty if it is not stored as integers. */
    static Optional<Argument> table(Node node, Lowering lowering) {
        return lowering.constant(node.input(0))
                .filter(
                        t ->
                                t.integers().shape().rank() == 2
                                        && t.axis() == 0
                                        && !t.isPerTensor()
                                        && t.integers().dataType().bits() == 8)
                .map(EmbeddingKernel::unsigned)
                .map(
                        unsigned ->
                                Argument.of(
                                        lowering.pack(
                                                node,
                                                Kind.EMBEDDING,
                                                unsigned,
                                                unsigned.integers(),
                                                Optional.empty(),
                                                "",
                                                Optional.empty())));
    }

    private static void lookUp(
            Node node, Lowering lowering, Argument packed, String indices, String output) {
        lowering.put(
                node,
                "embedding_byte",
                List.of(packed, Argument.of(indices), Argument.literal(false)),
                output);
    }

    private static String aten(Node node, GraphEditor editor, String op, Argument... arguments) {
        String made = editor.freshName(node.output() + "_" + op);
        editor.put(
                call(op, arguments).node(editor.freshName(node.name() + "/" + op), List.of(made)));
        return made;
    }

    private static Call call(String op, Argument... arguments) {
        return new Call(new OpType(OpType.ATEN, op), List.of(arguments));
    }

    private static QuantizedConstant unsigned(QuantizedConstant table) {
        if (table.integers().dataType() == DataType.UINT8) {
            return table;
        }
        ByteBuffer from = table.integers().bytes();
        byte[] to = new byte[from.remaining()];
        for (int i = 0; i < to.length; i++) {
            to[i] = (byte) (from.get(i) + SHIFT);
        }
        int[] zeroPoints = table.zeroPoints().clone();
        for (int i = 0; i < zeroPoints.length; i++) {
            zeroPoints[i] += SHIFT;
        }
        Tensor integers =
                new Tensor(
                        DataType.UINT8,
                        table.integers().shape(),
                        TensorStorage.of(ByteBuffer.wrap(to)));
        return new QuantizedConstant(table.value(), integers, table.scales(), zeroPoints, 0);
    }
}
