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

import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.read.ScriptValue.Known;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** The operators of lists, tuples and dictionaries whose content is known. */
final class Containers {

    /** Operators that change what they are given. */
    private static final Set<String> CHANGES =
            Set.of(
                    "append",
                    "extend",
                    "insert",
                    "pop",
                    "popitem",
                    "remove",
                    "clear",
                    "reverse",
                    "sort",
                    "update",
                    "setdefault",
                    "_set_item",
                    "Delete",
                    "__delitem__");

    private final Reading reading;

    Containers(Reading reading) {
        this.reading = reading;
    }

    /** Applies an operator, empty if it is none of these or needs a value of the graph. */
    Optional<ScriptValue> apply(String op, List<ScriptValue> arguments, Frame frame) {
        Optional<ScriptValue> result = applied(op, arguments, frame);
        if (result.isEmpty() && CHANGES.contains(op)) {
            throw reading.unsupported(
                    frame,
                    op,
                    "a list or dictionary is changed in a way that depends on the input",
                    "changes by what is known before the model runs, and append",
                    op,
                    "Make a new list or dictionary, or trace the model");
        }
        return result;
    }

    private Optional<ScriptValue> applied(String op, List<ScriptValue> arguments, Frame frame) {
        if (arguments.isEmpty()) {
            return Optional.empty();
        }
        ScriptValue first = arguments.get(0);
        if (first instanceof ListCell list) {
            return list.isKnown()
                    ? known(op, list, arguments, frame)
                    : open(op, list, arguments, frame);
        } else if (first instanceof DictCell dict) {
            return dict(op, dict, arguments, frame);
        } else if (first instanceof ScriptValue.TupleOf tuple) {
            return elements(op, tuple.elements(), arguments);
        } else if (op.equals("__contains__") && arguments.get(1) instanceof DictCell) {
            return Optional.empty();
        } else if (op.equals("format")
                && first instanceof Known known
                && known.value() instanceof String pattern) {
            return Elements.format(pattern, arguments.subList(1, arguments.size()));
        }
        return Optional.empty();
    }

    private Optional<ScriptValue> known(
            String op, ListCell list, List<ScriptValue> arguments, Frame frame) {
        switch (op) {
            case "append" -> {
                return Optional.of(
                        set(list, Elements.plus(list.elements, List.of(arguments.get(1)))));
            }
            case "extend", "add_" -> {
                return Elements.other(arguments.get(1))
                        .map(more -> set(list, Elements.plus(list.elements, more)));
            }
            case "insert" -> {
                return Elements.index(arguments.get(1), list.elements.size() + 1)
                        .map(
                                i -> {
                                    List<ScriptValue> copy = new ArrayList<>(list.elements);
                                    copy.add(i, arguments.get(2));
                                    return set(list, copy);
                                });
            }
            case "pop" -> {
                return Elements.index(
                                arguments.size() > 1 ? arguments.get(1) : Known.of(-1),
                                list.elements.size())
                        .map(
                                i -> {
                                    List<ScriptValue> copy = new ArrayList<>(list.elements);
                                    ScriptValue removed = copy.remove((int) i);
                                    set(list, copy);
                                    return removed;
                                });
            }
            case "clear" -> {
                return Optional.of(set(list, List.of()));
            }
            case "reverse" -> {
                List<ScriptValue> copy = new ArrayList<>(list.elements);
                java.util.Collections.reverse(copy);
                return Optional.of(set(list, copy));
            }
            case "_set_item" -> {
                Optional<Integer> index = Elements.index(arguments.get(1), list.elements.size());
                if (index.isEmpty()) {
                    throw reading.unsupported(
                            frame,
                            op,
                            "an element of a list is set whose place depends on the input",
                            "a number",
                            "a value of the graph",
                            "Trace the model");
                }
                List<ScriptValue> copy = new ArrayList<>(list.elements);
                copy.set(index.get(), arguments.get(2));
                return Optional.of(set(list, copy));
            }
            case "list", "copy" -> {
                return Optional.of(reading.list(list.type, list.elements));
            }
            case "add" -> {
                return Elements.other(arguments.get(1))
                        .map(more -> reading.list(list.type, Elements.plus(list.elements, more)));
            }
            case "mul" -> {
                return arguments.get(1) instanceof Known known
                                && known.value() instanceof Long times
                                && times >= 0
                                && times * list.elements.size() <= 65536
                        ? Optional.of(
                                reading.list(
                                        list.type,
                                        LongStream.range(0, times)
                                                .boxed()
                                                .flatMap(i -> list.elements.stream())
                                                .toList()))
                        : Optional.empty();
            }
            case "slice" -> {
                return Elements.slice(list.elements, arguments.subList(1, arguments.size()))
                        .map(part -> reading.list(list.type, part));
            }
            case "sorted" -> {
                return Elements.sorted(list.elements)
                        .map(elements -> reading.list(list.type, elements));
            }
            case "sort" -> {
                return Elements.sorted(list.elements).map(elements -> set(list, elements));
            }
            case "eq", "ne" -> {
                return Elements.equality(list.elements, arguments.get(1))
                        .map(equal -> Known.of(equal == op.equals("eq")));
            }
            default -> {
                return elements(op, list.elements, arguments);
            }
        }
    }

    /** A list whose length depends on the input grows by making a new one. */
    private Optional<ScriptValue> open(
            String op, ListCell list, List<ScriptValue> arguments, Frame frame) {
        GraphRef value = list.value.orElseThrow();
        ListCell more;
        if (op.equals("append")) {
            more = reading.list(value.type, List.of(arguments.get(1)));
        } else if (op.equals("extend") && arguments.get(1) instanceof ListCell other) {
            more = other;
        } else if (op.equals("len")
                || op.equals("__getitem__")
                || op.equals("slice")
                || op.equals("list")) {
            return Optional.empty();
        } else if (op.equals("_set_item")
                || op.equals("pop")
                || op.equals("insert")
                || op.equals("clear")) {
            throw reading.unsupported(
                    frame,
                    op,
                    "a list whose length depends on the input is changed inside",
                    "append",
                    op,
                    "Build the list with append, or trace the model");
        } else {
            return Optional.empty();
        }
        Argument both = reading.operands.argument(value, frame);
        Argument added = reading.operands.argument(more, frame);
        String name =
                reading.sink.add(
                        frame,
                        new Call(new OpType(OpType.ATEN, "add"), List.of(both, added)),
                        "list");
        if (arguments.get(1) instanceof GraphRef element) {
            value.memory.join(element.memory);
        }
        reading.aliases.set(value, name, false);
        return Optional.of(list);
    }

    private Optional<ScriptValue> dict(
            String op, DictCell dict, List<ScriptValue> arguments, Frame frame) {
        switch (op) {
            case "_set_item" -> {
                Map<Object, ScriptValue> copy = new LinkedHashMap<>(dict.entries);
                copy.put(key(arguments.get(1), frame), arguments.get(2));
                set(dict, copy);
                return Optional.of(ScriptValue.NONE);
            }
            case "__getitem__" -> {
                Object key = key(arguments.get(1), frame);
                ScriptValue found = dict.entries.get(key);
                if (found == null) {
                    throw reading.malformed(
                            frame,
                            "a dictionary lacks a key that is read",
                            dict.entries.keySet(),
                            key);
                }
                return Optional.of(found);
            }
            case "pop", "Delete", "__delitem__" -> {
                Object key = key(arguments.get(1), frame);
                Map<Object, ScriptValue> copy = new LinkedHashMap<>(dict.entries);
                ScriptValue removed = copy.remove(key);
                if (removed == null && arguments.size() < 3) {
                    throw reading.malformed(
                            frame, "a dictionary lacks a key that is removed", copy.keySet(), key);
                }
                set(dict, copy);
                return Optional.of(removed == null ? arguments.get(2) : removed);
            }
            case "update" -> {
                if (!(arguments.get(1) instanceof DictCell other)) {
                    return Optional.empty();
                }
                Map<Object, ScriptValue> copy = new LinkedHashMap<>(dict.entries);
                copy.putAll(other.entries);
                set(dict, copy);
                return Optional.of(ScriptValue.NONE);
            }
            case "clear" -> {
                set(dict, Map.of());
                return Optional.of(ScriptValue.NONE);
            }
            case "copy", "dict" -> {
                return Optional.of(reading.dict(dict.type, dict.entries));
            }
            case "get" -> {
                ScriptValue absent = arguments.size() > 2 ? arguments.get(2) : ScriptValue.NONE;
                return Optional.of(dict.entries.getOrDefault(key(arguments.get(1), frame), absent));
            }
            case "__contains__" -> {
                return Optional.of(
                        Known.of(dict.entries.containsKey(key(arguments.get(1), frame))));
            }
            case "len" -> {
                return Optional.of(Known.of(dict.entries.size()));
            }
            case "keys" -> {
                return Optional.of(
                        reading.list(
                                "", dict.entries.keySet().stream().map(Folding::known).toList()));
            }
            case "values" -> {
                return Optional.of(reading.list("", List.copyOf(dict.entries.values())));
            }
            case "items" -> {
                return Optional.of(
                        reading.list(
                                "",
                                dict.entries.entrySet().stream()
                                        .map(
                                                e ->
                                                        new ScriptValue.TupleOf(
                                                                List.of(
                                                                        Folding.known(e.getKey()),
                                                                        e.getValue())))
                                        .toList()));
            }
            default -> {
                return Optional.empty();
            }
        }
    }

    /** The key that a value is. */
    Object key(ScriptValue value, Frame frame) {
        if (value instanceof Known known && !known.isNone()) {
            return known.value();
        }
        throw reading.unsupported(
                frame,
                "",
                "the key of a dictionary depends on the input",
                "a number or string",
                "a value of the graph",
                "Trace the model");
    }

    /** What lists and tuples have in common. */
    private Optional<ScriptValue> elements(
            String op, List<ScriptValue> elements, List<ScriptValue> arguments) {
        return switch (op) {
            case "len" -> Optional.of(Known.of(elements.size()));
            case "__getitem__" ->
                    Elements.index(arguments.get(1), elements.size()).map(elements::get);
            case "__contains__" -> Elements.contains(elements, arguments.get(1));
            case "slice" ->
                    Elements.slice(elements, arguments.subList(1, arguments.size()))
                            .map(ScriptValue.TupleOf::new);
            default -> Optional.empty();
        };
    }

    /** Changes a list's content. */
    ListCell set(ListCell list, List<ScriptValue> elements) {
        List<ScriptValue> old = list.elements;
        reading.journal.changed(list, () -> list.elements = old);
        list.elements = List.copyOf(elements);
        return list;
    }

    private void set(DictCell dict, Map<Object, ScriptValue> entries) {
        Map<Object, ScriptValue> old = dict.entries;
        reading.journal.changed(dict, () -> dict.entries = old);
        dict.entries = entries;
    }
}
