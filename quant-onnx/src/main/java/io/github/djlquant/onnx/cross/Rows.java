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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.OpType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table of rows under construction. */
final class Rows {

    private final Map<OpType, Entry> entries = new HashMap<>();

    /** A row and the arguments of its operator. */
    record Entry(List<List<String>> arguments, Row row) {}

    /**
     * Adds operators of {@code aten}.
     *
     * @param operators their names, separated by spaces
     * @param arguments the names of the arguments in order, separated by spaces; a slash separates
     *     the names that overloads give one
     * @param row how they cross
     */
    void aten(String operators, String arguments, Row row) {
        add(OpType.ATEN, operators, arguments, row);
    }

    /** Adds operators of {@code prim}. */
    void prim(String operators, String arguments, Row row) {
        add(OpType.PRIM, operators, arguments, row);
    }

    private void add(String dialect, String operators, String arguments, Row row) {
        Entry entry =
                new Entry(
                        Arrays.stream(arguments.split(" "))
                                .filter(argument -> !argument.isEmpty())
                                .map(argument -> List.of(argument.split("/")))
                                .toList(),
                        row);
        for (String operator : operators.split(" ")) {
            if (entries.put(new OpType(dialect, operator), entry) != null) {
                throw new IllegalStateException("two rows for " + operator);
            }
        }
    }

    Map<OpType, Entry> build() {
        return Map.copyOf(entries);
    }
}
