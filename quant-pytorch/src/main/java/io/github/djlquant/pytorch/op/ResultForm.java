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
package io.github.djlquant.pytorch.op;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * What a model's {@code forward} returns: outputs of the graph inside tuples, lists and
 * dictionaries.
 *
 * <p>As text it is an expression in which {@code $i} stands for output i, such as {@code ($0, {"a":
 * $1}, None)}; it travels in the graph's metadata under {@link #METADATA_KEY}. Without it a graph
 * returns its only output, or a tuple of all of them.
 */
public sealed interface ResultForm {

    /** Where a graph's metadata holds the form. */
    String METADATA_KEY = "torchscript.output";

    /** Where a graph's metadata holds the declared type of the result, such as {@code Tensor}. */
    String TYPE_KEY = "torchscript.output.type";

    /**
     * An output of the graph.
     *
     * @param index which
     */
    record Leaf(int index) implements ResultForm {}

    /**
     * A literal.
     *
     * @param text as the source writes it
     */
    record Literal(String text) implements ResultForm {}

    /**
     * A tuple.
     *
     * @param elements its elements
     */
    record TupleForm(List<ResultForm> elements) implements ResultForm {

        /** Copies the list. */
        public TupleForm {
            elements = List.copyOf(elements);
        }
    }

    /**
     * A list.
     *
     * @param elements its elements
     */
    record ListForm(List<ResultForm> elements) implements ResultForm {

        /** Copies the list. */
        public ListForm {
            elements = List.copyOf(elements);
        }
    }

    /**
     * A dictionary.
     *
     * @param entries values by key; a key is a literal as the source writes it
     */
    record DictForm(Map<String, ResultForm> entries) implements ResultForm {

        /** Copies the map. */
        public DictForm {
            entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }

    /**
     * Writes the expression.
     *
     * @param output names an output by its index
     * @return the source text
     */
    default String print(IntFunction<String> output) {
        if (this instanceof Leaf leaf) {
            return output.apply(leaf.index());
        } else if (this instanceof Literal literal) {
            return literal.text();
        } else if (this instanceof TupleForm tuple) {
            return tuple.elements().stream()
                    .map(e -> e.print(output))
                    .collect(
                            Collectors.joining(
                                    ", ", "(", tuple.elements().size() == 1 ? ",)" : ")"));
        } else if (this instanceof ListForm list) {
            return list.elements().stream()
                    .map(e -> e.print(output))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return ((DictForm) this)
                .entries().entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue().print(output))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    /**
     * Returns the text for the metadata.
     *
     * @return the expression with {@code $i} for output i
     */
    default String text() {
        return print(i -> "$" + i);
    }

    /**
     * Returns the outputs in the order in which the expression names them.
     *
     * @return indices, repeated where the result is
     */
    default List<Integer> leaves() {
        List<Integer> found = new ArrayList<>();
        print(
                i -> {
                    found.add(i);
                    return "";
                });
        return found;
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @param text the expression
     * @return the form
     * @throws IllegalArgumentException if the text is none
     */
    static ResultForm parse(String text) {
        return new ResultFormParser(text).parse();
    }
}
