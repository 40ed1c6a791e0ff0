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
package io.github.djlquant.pytorch.cross;

import io.github.djlquant.graph.OpType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The table: how each operator of ONNX crosses. */
final class OnnxRows {

    private static final Map<String, Row> ROWS = rows();

    private OnnxRows() {}

    private static Map<String, Row> rows() {
        Map<String, Row> rows = new TreeMap<>();
        FunctionRows.addTo(rows);
        ArithmeticRows.addTo(rows);
        ConvolutionRows.addTo(rows);
        PoolingRows.addTo(rows);
        ProductRows.addTo(rows);
        NormRows.addTo(rows);
        SoftmaxRows.addTo(rows);
        ReductionRows.addTo(rows);
        OrderRows.addTo(rows);
        ShapeRows.addTo(rows);
        LayoutRows.addTo(rows);
        SliceRows.addTo(rows);
        IndexRows.addTo(rows);
        PadRows.addTo(rows);
        ResizeRows.addTo(rows);
        RecurrentRows.addTo(rows);
        ControlRows.addTo(rows);
        QuantizeRows.addTo(rows);
        return rows;
    }

    /** Returns an operator's row. */
    static Optional<Row> row(OpType op) {
        return op.dialect().equals(OpType.ONNX)
                ? Optional.ofNullable(ROWS.get(op.name()))
                : Optional.empty();
    }

    /** Returns the names of all operators that have a row. */
    static Set<String> operators() {
        return new TreeSet<>(ROWS.keySet());
    }
}
