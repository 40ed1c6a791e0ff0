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
import java.util.Map;

/** All rows, by what they are about. */
final class Table {

    private Table() {}

    static Map<OpType, Rows.Entry> rows() {
        Rows rows = new Rows();
        ValueRows.add(rows);
        NumberRows.add(rows);
        ConvolutionRows.add(rows);
        ProductRows.add(rows);
        AttentionRows.add(rows);
        NormRows.add(rows);
        ActivationRows.add(rows);
        FunctionRows.add(rows);
        ArithmeticRows.add(rows);
        ComparisonRows.add(rows);
        ReductionRows.add(rows);
        SpreadRows.add(rows);
        PoolingRows.add(rows);
        ShapeRows.add(rows);
        AxisRows.add(rows);
        PartRows.add(rows);
        IndexRows.add(rows);
        ScatterRows.add(rows);
        CreationRows.add(rows);
        ResizeRows.add(rows);
        PadRows.add(rows);
        RecurrentRows.add(rows);
        FakeQuantizeRows.add(rows);
        return rows.build();
    }
}
