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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.pytorch.op.ResultForm;
import io.github.djlquant.pytorch.script.Expression;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What {@code forward} returns: the graph's outputs in the structure that the source had. */
final class OutputStructure {

    private final Graph graph;
    private final Function<String, Expression> values;

    private OutputStructure(Graph graph, Function<String, Expression> values) {
        this.graph = graph;
        this.values = values;
    }

    /**
     * Returns what is returned.
     *
     * @param graph the graph
     * @param values returns what a value is called
     */
    static Expression of(Graph graph, Function<String, Expression> values) {
        OutputStructure structure = new OutputStructure(graph, values);
        String form = graph.metadata().get(ResultForm.METADATA_KEY);
        if (form != null) {
            return structure.write(ResultForm.parse(form));
        }
        List<ResultForm> all =
                IntStream.range(0, graph.outputs().size())
                        .<ResultForm>mapToObj(ResultForm.Leaf::new)
                        .toList();
        return structure.write(all.size() == 1 ? all.get(0) : new ResultForm.TupleForm(all));
    }

    private Expression write(ResultForm form) {
        if (form instanceof ResultForm.Leaf leaf) {
            return values.apply(graph.outputs().get(leaf.index()).name());
        } else if (form instanceof ResultForm.Literal literal) {
            return LiteralExpressions.parsed(literal.text(), "the result");
        } else if (form instanceof ResultForm.TupleForm tuple) {
            return new Expression.TupleLiteral(tuple.elements().stream().map(this::write).toList());
        } else if (form instanceof ResultForm.ListForm list) {
            return new Expression.ListLiteral(list.elements().stream().map(this::write).toList());
        }
        return new Expression.DictLiteral(
                ((ResultForm.DictForm) form)
                        .entries().entrySet().stream()
                                .map(
                                        entry ->
                                                new Expression.Entry(
                                                        LiteralExpressions.parsed(
                                                                entry.getKey(), "the result"),
                                                        write(entry.getValue())))
                                .toList());
    }
}
