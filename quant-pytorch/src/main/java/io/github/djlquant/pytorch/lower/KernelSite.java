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

import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * An operator whose result is quantized, and what its inputs are as integers.
 *
 * <pre>
 *   x_int8 -- Dequantize -- op -- Quantize -- y_int8   =&gt;   x_int8 -- replacement -- y_int8
 *   x_int8 -- op -- y_int8                             =&gt;   x_int8 -- replacement -- y_int8
 * </pre>
 */
public final class KernelSite {

    private final Node node;
    private final Function<String, Optional<QuantizedValue>> integers;
    private final QuantizedValue result;
    private final List<Node> absorbed;
    private final GraphEditor editor;
    private final List<Node> inserted = new ArrayList<>();
    private boolean replaced;

    KernelSite(
            Node node,
            Function<String, Optional<QuantizedValue>> integers,
            QuantizedValue result,
            List<Node> absorbed,
            GraphEditor editor) {
        this.node = node;
        this.integers = integers;
        this.result = result;
        this.absorbed = absorbed;
        this.editor = editor;
    }

    /**
     * Returns the call that computes the operator on floats.
     *
     * @return the operator with its arguments
     */
    public Call call() {
        return Call.of(node);
    }

    /**
     * Returns an input as integers.
     *
     * @param index the input's place
     * @return the quantized tensor; empty if that input has floats only, or a literal
     */
    public Optional<QuantizedValue> operand(int index) {
        return node.hasInput(index) ? integers.apply(node.input(index)) : Optional.empty();
    }

    /**
     * Returns what the result has to be.
     *
     * @return the quantized tensor that the replacement yields
     */
    public QuantizedValue result() {
        return result;
    }

    /**
     * Inserts a call before the replacement.
     *
     * @param call an operator with its arguments
     * @return the name of its result
     */
    public String insert(Call call) {
        String op = call.op().name();
        String made = editor.freshName(node.name() + "_" + op);
        Node added = call.node(editor.freshName(node.name() + "/" + op), List.of(made));
        inserted.add(added);
        editor.put(added);
        return made;
    }

    /**
     * Puts a call in the operator's place.
     *
     * @param call an operator with its arguments; its result is a quantized tensor of the scale and
     *     zero point of {@link #result}
     */
    public void replace(Call call) {
        absorbed.forEach(gone -> editor.remove(gone.name()));
        editor.put(call.node(node.name(), List.of(result.name())));
        replaced = true;
    }

    /** Runs a kernel; what it inserted without replacing the operator is taken out again. */
    boolean lower(SiteKernel kernel) {
        kernel.lower(this);
        if (!replaced) {
            inserted.forEach(call -> editor.remove(call.name()));
        }
        return replaced;
    }
}
