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
package io.github.djlquant.plan;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.plan.ValueDecision.Kind;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.scheme.TensorScheme.Symmetry;
import io.github.djlquant.transform.TransformContext;
import java.util.Optional;
import java.util.stream.IntStream;

/** Tables that rows are looked up in (embeddings): which become integers, with which scales. */
final class LookUpTables {

    static final String REASON = "a quarter of the table's bytes, one scale per row";

    /** Below, three more nodes cost more than the bytes are worth. */
    private static final long SMALL_TABLE = 1 << 16;

    /** Bytes of a table that are read at once, or one row where that is larger. */
    private static final int WINDOW = 1 << 20;

    private final Graph graph;
    private final TransformContext context;

    LookUpTables(Graph graph, TransformContext context) {
        this.graph = graph;
        this.context = context;
    }

    static boolean isLookUp(Node node, OpSpec spec) {
        return spec.input(node, Port.INDICES).isPresent();
    }

    /** A scale for each row of a table. */
    ValueDecision decide(String value) {
        Tensor table = graph.constant(value).orElseThrow();
        int rows = (int) table.shape().size(0);
        int columns = (int) (table.elementCount() / rows);
        float[] scales = new float[rows];
        int atOnce = Math.max(1, WINDOW / (columns * Float.BYTES));
        IntStream.range(0, (rows + atOnce - 1) / atOnce)
                .parallel()
                .map(window -> window * atOnce)
                .forEach(row -> scale(table, row, Math.min(atOnce, rows - row), scales));
        return new ValueDecision(
                value,
                Kind.WEIGHT,
                new QuantParams(
                        context.recipe().weights().withGranularity(new Granularity.PerChannel(0)),
                        scales,
                        new int[rows]),
                "largest element of each row");
    }

    private void scale(Tensor table, int from, int rows, float[] scales) {
        int columns = (int) (table.elementCount() / scales.length);
        float[] elements = new float[rows * columns];
        table.toFloats((long) from * columns, elements.length, elements);
        for (int row = 0; row < rows; row++) {
            float largest = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                float size = Math.abs(elements[i]);
                largest = size > largest ? size : largest;
            }
            scales[from + row] =
                    context.recipe().weights().parametersFor(-largest, largest).scale();
        }
    }

    /** Why a table stays float; empty if it need not. */
    Optional<String> obstacle(Node node, OpSpec spec) {
        String value = spec.input(node, Port.DATA).orElse("");
        Optional<Tensor> table = graph.constant(value);
        if (table.isEmpty()) {
            return Optional.of("what it looks up in is computed, not constant");
        }
        if (table.get().dataType() != DataType.FLOAT) {
            return Optional.of("its table is " + table.get().dataType());
        }
        if (table.get().elementCount() > LayerRules.LARGEST) {
            return Optional.of("its table has more than " + LayerRules.LARGEST + " elements");
        }
        boolean rows = spec.layer().weightAxis(graph, node).filter(axis -> axis == 0).isPresent();
        if (table.get().shape().rank() != 2 || !rows) {
            return Optional.of("it looks up something else than rows of a matrix");
        }
        TensorScheme scheme = context.recipe().weights();
        if (scheme.type() != QuantType.INT8 || scheme.symmetry() == Symmetry.ASYMMETRIC) {
            return Optional.of("tables are stored as symmetric int8 only");
        }
        if (table.get().elementCount() < SMALL_TABLE) {
            return Optional.of("its table is too small to pay");
        }
        if (!context.recipe().scope().holds(node.name(), node.op().name())) {
            return Optional.of("the recipe's scope leaves it out");
        }
        boolean onlyLookedUp =
                graph.consumers(value).stream()
                        .allMatch(reader -> isLookUp(reader, context.catalog().spec(reader)));
        if (!onlyLookedUp) {
            return Optional.of("its table is also read as a whole");
        }
        LayerRules.requireFinite(value, table.get(), node);
        return Optional.empty();
    }
}
