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
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.ScriptPrinter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns what variables hold into what nodes are given. */
final class Operands {

    private final Reading reading;

    Operands(Reading reading) {
        this.reading = reading;
    }

    /** An argument of a call: a literal where there is one, else a value. */
    Argument argument(ScriptValue value, Frame frame) {
        if (value instanceof GraphRef ref) {
            return Argument.of(reading.aliases.use(ref, frame));
        } else if (value instanceof ListCell list && list.value.isPresent()) {
            return argument(list.value.get(), frame);
        }
        Optional<Attribute> literal = literal(value);
        return literal.isPresent()
                ? new Argument.Literal(literal.get())
                : Argument.of(construct(value, frame));
    }

    /** A value of the graph, also for a literal. */
    String name(ScriptValue value, Frame frame) {
        Argument argument = argument(value, frame);
        return argument instanceof Argument.Of of
                ? of.value()
                : reading.sink.constant(frame, argument, type(value));
    }

    /** The type of a value as the source writes it; empty if it is not known. */
    String type(ScriptValue value) {
        if (value instanceof GraphRef ref) {
            return ref.type;
        } else if (value instanceof ScriptValue.Known known) {
            return known.type();
        } else if (value instanceof ScriptValue.Literal literal) {
            return literal.type();
        } else if (value instanceof ScriptValue.Uninitialized uninitialized) {
            return uninitialized.type();
        } else if (value instanceof ListCell list) {
            return !list.type.isEmpty() || list.elements.isEmpty()
                    ? list.type
                    : ValueTypes.list(type(list.elements.get(0)));
        } else if (value instanceof DictCell dict) {
            return dict.type;
        } else if (value instanceof ScriptValue.TupleOf tuple) {
            List<String> types = tuple.elements().stream().map(this::type).toList();
            return types.contains("") ? "" : "Tuple[" + String.join(", ", types) + "]";
        }
        return "";
    }

    private String construct(ScriptValue value, Frame frame) {
        if (value instanceof ListCell list) {
            Map<String, Argument> named =
                    list.elements.isEmpty() && !list.type.isEmpty()
                            ? Map.of(PrimOps.TYPE, Argument.literal(list.type))
                            : Map.of();
            return reading.sink.add(
                    frame,
                    new Call(PrimOps.LIST_CONSTRUCT, arguments(list.elements, frame), named),
                    "list");
        } else if (value instanceof ScriptValue.TupleOf tuple) {
            return reading.sink.add(
                    frame,
                    new Call(PrimOps.TUPLE_CONSTRUCT, arguments(tuple.elements(), frame)),
                    "tuple");
        } else if (value instanceof DictCell dict) {
            List<ScriptValue> parts = new ArrayList<>();
            dict.entries.forEach(
                    (key, entry) -> {
                        parts.add(new ScriptValue.Known(key, ""));
                        parts.add(entry);
                    });
            Map<String, Argument> named =
                    dict.type.isEmpty()
                            ? Map.of()
                            : Map.of(PrimOps.TYPE, Argument.literal(dict.type));
            return reading.sink.add(
                    frame,
                    new Call(PrimOps.DICT_CONSTRUCT, arguments(parts, frame), named),
                    "dict");
        } else if (value instanceof ScriptValue.Uninitialized uninitialized) {
            return reading.sink.add(
                    frame,
                    new Call(
                            PrimOps.UNINITIALIZED,
                            List.of(),
                            Map.of(PrimOps.TYPE, Argument.literal(uninitialized.type()))),
                    "uninitialized");
        } else if (value instanceof ScriptValue.Conflict conflict) {
            throw reading.unsupported(
                    frame,
                    "",
                    conflict.why(),
                    "a variable that is the same kind of value on every way",
                    "two kinds",
                    "Trace the model, or give the variable one type on both ways");
        }
        throw reading.unsupported(
                frame,
                "",
                "an object stands where only a value can",
                "tensors, numbers, strings, lists, tuples and dictionaries",
                value.getClass().getSimpleName(),
                "Pass the object's tensors instead of the object");
    }

    private List<Argument> arguments(List<ScriptValue> values, Frame frame) {
        List<Argument> arguments = new ArrayList<>(values.size());
        values.forEach(value -> arguments.add(argument(value, frame)));
        return arguments;
    }

    /** The literal that a value is, if it is known completely. */
    static Optional<Attribute> literal(ScriptValue value) {
        if (value instanceof ScriptValue.Known known) {
            return Optional.of(scalar(known.value()));
        } else if (value instanceof ListCell list
                && list.isKnown()
                && (!list.elements.isEmpty() || list.type.equals("List[int]"))
                && list.elements.stream().allMatch(Operands::isInt)) {
            return Optional.of(
                    new Attribute.IntsAttribute(
                            list.elements.stream()
                                    .map(e -> (Long) ((ScriptValue.Known) e).value())
                                    .toList()));
        }
        return text(value).map(Attribute.LiteralAttribute::new);
    }

    private static boolean isInt(ScriptValue value) {
        return value instanceof ScriptValue.Known known && known.value() instanceof Long;
    }

    private static Attribute scalar(Object value) {
        if (value instanceof Long number) {
            return new Attribute.IntAttribute(number);
        } else if (value instanceof Double number) {
            return new Attribute.DoubleAttribute(number);
        } else if (value instanceof Boolean truth) {
            return new Attribute.BoolAttribute(truth);
        } else if (value instanceof String text) {
            return new Attribute.StringAttribute(text);
        }
        return new Attribute.LiteralAttribute("None");
    }

    /** The source text of a value that is known completely. */
    static Optional<String> text(ScriptValue value) {
        return expression(value)
                .map(
                        expression -> {
                            String text = ScriptPrinter.print(expression);
                            return value instanceof ListCell list && list.elements.isEmpty()
                                    ? "annotate(" + list.type + ", [])"
                                    : text;
                        });
    }

    private static Optional<Expression> expression(ScriptValue value) {
        if (value instanceof ScriptValue.Known known) {
            return Optional.of(scalarExpression(known.value()));
        } else if (value instanceof ScriptValue.Literal literal) {
            return Optional.of(literal.expression());
        } else if (value instanceof ListCell list && list.isKnown()) {
            return list.elements.isEmpty() && list.type.isEmpty()
                    ? Optional.empty()
                    : expressions(list.elements).map(Expression.ListLiteral::new);
        } else if (value instanceof ScriptValue.TupleOf tuple) {
            return expressions(tuple.elements()).map(Expression.TupleLiteral::new);
        }
        return Optional.empty();
    }

    private static Optional<List<Expression>> expressions(List<ScriptValue> values) {
        List<Expression> found = new ArrayList<>(values.size());
        for (ScriptValue value : values) {
            Optional<Expression> expression = expression(value);
            if (expression.isEmpty()) {
                return Optional.empty();
            }
            found.add(expression.get());
        }
        return Optional.of(found);
    }

    private static Expression scalarExpression(Object value) {
        if (value instanceof Long number) {
            return new Expression.IntLiteral(number);
        } else if (value instanceof Double number) {
            return new Expression.FloatLiteral(number);
        } else if (value instanceof Boolean truth) {
            return new Expression.BoolLiteral(truth);
        } else if (value instanceof String text) {
            return new Expression.StringLiteral(text);
        }
        return new Expression.NoneLiteral();
    }

    /** The arguments by name. */
    Map<String, Argument> named(Map<String, ScriptValue> values, Frame frame) {
        Map<String, Argument> named = new LinkedHashMap<>();
        values.forEach((name, value) -> named.put(name, argument(value, frame)));
        return named;
    }

    List<Argument> positional(List<ScriptValue> values, Frame frame) {
        return arguments(values, frame);
    }
}
