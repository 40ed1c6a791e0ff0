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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.pytorch.op.Argument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a variable holds at the end of a way, kept while the state goes back to the beginning. */
sealed interface Frozen {

    /**
     * A value of the graph.
     *
     * @param ref whose
     * @param name its name at that time
     */
    record Part(GraphRef ref, String name) implements Frozen {}

    /** A literal. */
    record Literal(ScriptValue value, Attribute attribute) implements Frozen {}

    /** A list, a tuple or a dictionary. */
    record Whole(ScriptValue value, List<Frozen> parts, List<Object> keys) implements Frozen {}

    /** What only identity tells apart: modules, functions, values that nobody may read. */
    record Fixed(ScriptValue value) implements Frozen {}

    /** Keeps a value; takes stale views anew while that is possible. */
    static Frozen of(ScriptValue value, Reading reading, Frame frame) {
        if (value instanceof GraphRef ref) {
            return reading.aliases.readable(ref)
                    ? new Part(ref, reading.aliases.use(ref, frame))
                    : new Fixed(stale(ref));
        } else if (value instanceof ListCell list) {
            return list.value.isPresent()
                    ? of(list.value.get(), reading, frame)
                    : new Whole(list, all(list.elements, reading, frame), List.of());
        } else if (value instanceof ScriptValue.TupleOf tuple) {
            return new Whole(tuple, all(tuple.elements(), reading, frame), List.of());
        } else if (value instanceof DictCell dict) {
            return new Whole(
                    dict,
                    all(List.copyOf(dict.entries.values()), reading, frame),
                    List.copyOf(dict.entries.keySet()));
        } else if (value instanceof ScriptValue.Known || value instanceof ScriptValue.Literal) {
            Optional<Attribute> literal = Operands.literal(value);
            return new Literal(value, literal.orElseThrow());
        }
        return new Fixed(value);
    }

    private static ScriptValue stale(GraphRef ref) {
        return new ScriptValue.Conflict(
                "a value is read after memory that it may share was changed in place: " + ref.name);
    }

    private static List<Frozen> all(List<ScriptValue> values, Reading reading, Frame frame) {
        return values.stream().map(value -> of(value, reading, frame)).toList();
    }

    /** Makes one value of the graph of it, in the body that is open. */
    default String name(Reading reading, Frame frame) {
        if (this instanceof Part part) {
            return part.name();
        } else if (this instanceof Literal literal) {
            return reading.sink.constant(
                    frame,
                    new Argument.Literal(literal.attribute()),
                    reading.operands.type(literal.value()));
        } else if (this instanceof Whole) {
            return reading.operands.name(thaw(), frame);
        }
        return reading.operands.name(((Fixed) this).value(), frame);
    }

    /** The value as it was, with the names of that time. */
    private ScriptValue thaw() {
        if (this instanceof Part part) {
            return new GraphRef(
                    0, part.name(), part.ref().type, part.ref().dataType, Optional.empty());
        } else if (this instanceof Literal literal) {
            return literal.value();
        } else if (this instanceof Whole whole) {
            List<ScriptValue> parts = whole.parts().stream().map(Frozen::thaw).toList();
            if (whole.value() instanceof ListCell list) {
                return new ListCell(0, list.type, parts);
            } else if (whole.value() instanceof DictCell dict) {
                Map<Object, ScriptValue> entries = new LinkedHashMap<>();
                for (int i = 0; i < parts.size(); i++) {
                    entries.put(whole.keys().get(i), parts.get(i));
                }
                return new DictCell(0, dict.type, entries);
            }
            return new ScriptValue.TupleOf(parts);
        }
        return ((Fixed) this).value();
    }

    /** The references that a value made of it may share memory with. */
    default List<GraphRef> references() {
        if (this instanceof Part part) {
            return ValueTypes.isScalar(part.ref().type) ? List.of() : List.of(part.ref());
        }
        return this instanceof Whole whole
                ? whole.parts().stream().flatMap(part -> part.references().stream()).toList()
                : List.of();
    }

    /** The value's type as the source writes it. */
    default String type(Reading reading) {
        return reading.operands.type(thaw());
    }
}
