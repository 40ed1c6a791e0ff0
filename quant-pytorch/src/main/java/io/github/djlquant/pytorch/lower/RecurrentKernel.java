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
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.lower.PackedWeights.Kind;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.op.RecurrentCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recurrent layers whose input and state are quantized at run time.
 *
 * <pre>
 *        w_ih_int8  w_hh_int8            packed(w_ih, b_ih)  packed(w_hh, b_hh)
 *            |          |                            \         /
 *       Dequantize  Dequantize  b_ih b_hh     make_quantized_cell_params_dynamic
 *             \         \        /   /                    |
 *   x   state   [ list of weights  ]      =&gt;   x  state  [ list of cells ]
 *     \   |      /                               \   |     /
 *         lstm                                 quantized_lstm
 *       /   |  \                                 /   |  \
 * </pre>
 *
 * A cell only holds weights that were packed when the file was loaded, so making it costs nothing.
 * The kernel quantizes the sequence once and the state in each step.
 */
final class RecurrentKernel implements Kernel {

    private static final String CELLS = "List[__torch__.torch.classes.rnn.CellParamsBase]";
    private static final OpType CELL =
            new OpType(PackedWeights.QUANTIZED, "make_quantized_cell_params_dynamic");

    /** libtorch's number of the type qint8. */
    private static final long QINT8 = 12;

    private static final int WEIGHTS = 2;
    private static final int BIASED = 3;

    private final String kernel;
    private final boolean typed;

    private RecurrentKernel(String kernel, boolean typed) {
        this.kernel = kernel;
        this.typed = typed;
    }

    static Kernel lstm() {
        return new RecurrentKernel("quantized_lstm", true);
    }

    static Kernel gru() {
        return new RecurrentKernel("quantized_gru", false);
    }

    @Override
    public boolean lower(Node node, Lowering lowering) {
        Optional<RecurrentCall> layer = RecurrentCall.of(lowering.graph(), node);
        if (layer.isEmpty()) {
            return false;
        }
        Map<String, QuantizedConstant> matrices = new HashMap<>();
        for (String matrix : layer.get().matrices()) {
            Optional<QuantizedConstant> constant =
                    lowering.constant(matrix).filter(RecurrentKernel::fits);
            if (constant.isEmpty()) {
                return false;
            }
            matrices.put(matrix, constant.get());
        }
        List<Argument> cells = new ArrayList<>();
        for (int cell = 0; cell < layer.get().cells(); cell++) {
            Optional<Argument> made = cell(node, lowering, layer.get(), cell, matrices);
            if (made.isEmpty()) {
                return false;
            }
            cells.add(made.get());
        }
        put(node, lowering.editor(), layer.get().call(), cells);
        return true;
    }

    private static boolean fits(QuantizedConstant constant) {
        return constant.integers().dataType() == DataType.INT8
                && constant.integers().shape().rank() == 2
                && (constant.isPerTensor() || constant.axis() == 0);
    }

    /** Makes what holds the weights of one layer and direction; empty if a bias is computed. */
    private static Optional<Argument> cell(
            Node node,
            Lowering lowering,
            RecurrentCall layer,
            int cell,
            Map<String, QuantizedConstant> matrices) {
        GraphEditor editor = lowering.editor();
        List<Argument> packed = new ArrayList<>();
        List<Argument> biases = new ArrayList<>();
        for (int part = 0; part < 2; part++) {
            QuantizedConstant matrix = matrices.get(layer.weight(cell, part));
            int gates = (int) matrix.integers().shape().size(0);
            String name = layer.biased() ? layer.weight(cell, part + 2) : "";
            Optional<Tensor> bias =
                    layer.biased()
                            ? lowering.real(name)
                            : Optional.of(Tensor.ofFloats(new float[gates], gates));
            if (bias.isEmpty()) {
                return Optional.empty();
            }
            packed.add(
                    Argument.of(
                            lowering.pack(
                                    node,
                                    Kind.LINEAR,
                                    matrix,
                                    matrix.integers(),
                                    bias,
                                    name,
                                    Optional.empty())));
            biases.add(Argument.of(editor.newConstant(node.name() + ".bias" + part, bias.get())));
        }
        String made = editor.freshName(node.output() + "_cell");
        editor.put(
                new Call(
                                CELL,
                                List.of(
                                        packed.get(0),
                                        packed.get(1),
                                        biases.get(0),
                                        biases.get(1),
                                        Argument.literal(false)))
                        .node(editor.freshName(node.name() + "/cell"), List.of(made)));
        return Optional.of(Argument.of(made));
    }

    private void put(Node node, GraphEditor editor, Call call, List<Argument> cells) {
        String list = editor.freshName(node.output() + "_cells");
        Map<String, Argument> type =
                Map.of(PrimOps.TYPE, new Argument.Literal(new Attribute.StringAttribute(CELLS)));
        editor.put(
                new Call(PrimOps.LIST_CONSTRUCT, cells, type)
                        .node(editor.freshName(node.name() + "/cells"), List.of(list)));
        List<Argument> arguments = new ArrayList<>(call.positional());
        arguments.set(WEIGHTS, Argument.of(list));
        // The kernels refuse cells without biases: theirs are zeros.
        arguments.set(BIASED, Argument.literal(true));
        Map<String, Argument> named = new LinkedHashMap<>();
        if (typed) {
            named.put("dtype", Argument.literal(QINT8));
            named.put("use_dynamic", Argument.literal(true));
        }
        editor.put(
                new Call(new OpType(OpType.ATEN, kernel), arguments, named)
                        .node(node.name(), node.outputs()));
    }
}
