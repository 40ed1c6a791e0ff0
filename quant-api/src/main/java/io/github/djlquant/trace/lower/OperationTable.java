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
package io.github.djlquant.trace.lower;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Which ONNX operators say which NDArray operation. One row per operation; what has none is an
 * error that names it. Operations that DJL composes of others (default methods) need no row.
 */
public final class OperationTable {

    private static final Map<String, Operator> ROWS = rows();

    private OperationTable() {}

    /**
     * Tells whether an operation has a row.
     *
     * @param operation such as {@code NDArray.add(Number)}
     * @return true if it can be traced
     */
    public static boolean contains(String operation) {
        return ROWS.containsKey(operation);
    }

    static Optional<Operator> row(String operation) {
        return Optional.ofNullable(ROWS.get(operation));
    }

    private static Map<String, Operator> rows() {
        Map<String, Operator> rows = new HashMap<>();
        BiConsumer<String, Operator> add =
                (operation, row) -> {
                    if (rows.put(operation, row) != null) {
                        throw new IllegalStateException("two rows for " + operation);
                    }
                };
        ArithmeticRows.addTo(add);
        ReductionRows.addTo(add);
        ShapeRows.addTo(add);
        IndexRows.addTo(add);
        LayerRows.addTo(add);
        RecurrentRows.addTo(add);
        CreationRows.addTo(add);
        InlineRows.addTo(add);
        return Map.copyOf(rows);
    }
}
