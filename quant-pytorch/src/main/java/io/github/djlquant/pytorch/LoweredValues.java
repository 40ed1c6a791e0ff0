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
package io.github.djlquant.pytorch;

import io.github.djlquant.backend.InnerValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.op.Role;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.op.Call;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which values of the graph before lowering the values of an archive stand for. Lowering takes the
 * floats between the kernels away; a dequantize behind each kernel brings them back to look at.
 *
 * <pre>
 *   conv2d -> relu -> y -> Quantize      written as      quantized::conv2d_relu -> y_int8
 *
 *   quantized::conv2d_relu -> y_int8     revealed as     the same, and y_int8 -> dequantize -> y'
 * </pre>
 */
final class LoweredValues {

    private LoweredValues() {}

    /**
     * What a value stands for.
     *
     * @param value a value of the graph before lowering
     * @param integers true if it holds the integers that were made from it
     */
    record Meaning(String value, boolean integers) {}

    /**
     * Tells which output stands for which value.
     *
     * @param graph the graph before lowering, in QDQ form
     * @return for integers the value that they were made from, for what a layer yields in float
     *     that itself; by the output's name
     */
    static Map<String, Meaning> of(Graph graph) {
        Map<String, Meaning> values = new HashMap<>();
        for (Node node : graph.nodes()) {
            Role role = AtenOpCatalog.catalog().role(node);
            if (role == Role.QUANTIZE && graph.constant(node.input(0)).isEmpty()) {
                values.put(node.output(), new Meaning(node.input(0), true));
            } else if (role == Role.CONVOLUTION
                    || role == Role.LINEAR
                    || role == Role.MATRIX_PRODUCT
                    || role == Role.RECURRENT) {
                values.put(node.outputs().get(0), new Meaning(node.outputs().get(0), false));
            }
        }
        return values;
    }

    /**
     * Makes the values readable.
     *
     * @param read the graph of an archive
     * @param written what was noted when it was written
     * @return the graph with a float form of each noted value
     */
    static InnerValues reveal(Graph read, WrittenNames written) {
        Map<String, WrittenNames.Named> before = written.in(read);
        GraphEditor editor = read.edit();
        Map<String, String> found = new LinkedHashMap<>();
        for (Node node : read.nodes()) {
            Optional<Meaning> meaning =
                    Optional.ofNullable(before.get(node.name()))
                            .flatMap(WrittenNames.Named::meaning);
            if (meaning.isEmpty() || found.containsKey(meaning.get().value())) {
                continue;
            }
            String output = node.outputs().get(0);
            if (meaning.get().integers()) {
                String floats = editor.freshName(output + "_revealed");
                editor.put(
                        new Call(
                                        new OpType(OpType.ATEN, "dequantize"),
                                        List.of(Argument.of(output)))
                                .node(editor.freshName(node.name() + "/reveal"), List.of(floats)));
                output = floats;
            }
            found.put(meaning.get().value(), output);
        }
        return new InnerValues(editor.build(), found);
    }
}
