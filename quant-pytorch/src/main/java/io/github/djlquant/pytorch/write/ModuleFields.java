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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.lower.PackedWeights;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The attributes of the module that is written: weights, packed weights, and what the source kept
 * as constants of its code.
 */
final class ModuleFields {

    /** What the source's code reads as {@code CONSTANTS.c0} is a constant of the code again. */
    private static final String CODE_CONSTANT = "CONSTANTS.";

    private final Identifiers names = new Identifiers();
    private final List<Field> fields = new ArrayList<>();
    private final List<String> parameters = new ArrayList<>();
    private final List<String> buffers = new ArrayList<>();
    private final List<PickleValue.Entry> state = new ArrayList<>();
    private final List<PickleValue> codeConstants = new ArrayList<>();
    private final Map<String, Expression> expressions = new LinkedHashMap<>();

    /**
     * Collects what a graph reads.
     *
     * @param graph the graph
     * @param isRead tells whether the code reads a constant as it is
     */
    static ModuleFields of(Graph graph, java.util.function.Predicate<String> isRead) {
        ModuleFields fields = new ModuleFields();
        fields.add("training", "bool", new PickleValue.Bool(false));
        graph.constants()
                .forEach(
                        (value, tensor) -> {
                            if (isRead.test(value)) {
                                fields.tensor(value, tensor);
                            }
                        });
        return fields;
    }

    private void tensor(String value, Tensor tensor) {
        if (value.startsWith(CODE_CONSTANT)) {
            expressions.put(
                    value,
                    new Expression.Member(
                            new Expression.Name("CONSTANTS"), "c" + codeConstants.size()));
            codeConstants.add(new PickleValue.TensorValue(tensor));
            return;
        }
        String name = names.of(value);
        (tensor.dataType() == DataType.FLOAT ? parameters : buffers).add(name);
        add(name, "Tensor", new PickleValue.TensorValue(tensor));
        expressions.put(value, member(name));
    }

    /** Makes packed weights an attribute, packed when the file is loaded. */
    void packed(Node node, PackedWeights parameters) {
        String name = names.of(node.output());
        PickleValue value = PackedState.of(parameters);
        add(name, value instanceof PickleValue.ObjectValue o ? o.className() : "Tensor", value);
        expressions.put(node.output(), member(name));
    }

    private void add(String name, String type, PickleValue value) {
        fields.add(new Field(name, Optional.of(type), Optional.empty()));
        state.add(PickleValue.Entry.of(name, value));
    }

    private static Expression member(String name) {
        return new Expression.Member(new Expression.Name("self"), name);
    }

    /** Returns how the code reads each constant. */
    Map<String, Expression> expressions() {
        return expressions;
    }

    List<Field> fields() {
        return fields;
    }

    List<String> parameters() {
        return parameters;
    }

    List<String> buffers() {
        return buffers;
    }

    PickleValue.DictValue state() {
        return new PickleValue.DictValue(state, "");
    }

    PickleValue.TupleValue codeConstants() {
        return new PickleValue.TupleValue(codeConstants);
    }
}
