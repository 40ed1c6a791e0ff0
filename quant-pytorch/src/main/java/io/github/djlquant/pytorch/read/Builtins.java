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
import io.github.djlquant.pytorch.read.ScriptValue.Known;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.ScriptPrinter;
import java.util.List;
import java.util.Map;

/** Functions that the language itself has: annotations, conversions, tests of types, futures. */
final class Builtins {

    private final Interpreter interpreter;
    private final Reading reading;
    private final Expressions expressions;
    private final Operators operators;

    Builtins(Interpreter interpreter, Expressions expressions, Operators operators) {
        this.interpreter = interpreter;
        this.reading = interpreter.reading;
        this.expressions = expressions;
        this.operators = operators;
    }

    /** Calls a function of the language. */
    ScriptValue call(String name, Expression.Call call, Frame frame, List<String> targets) {
        List<Expression> arguments = call.arguments();
        return switch (name) {
            case "annotate" ->
                    annotated(
                            type(call, frame),
                            expressions.evaluate(arguments.get(1), frame, targets.get(0)),
                            frame,
                            targets);
            case "unchecked_cast" ->
                    operators.cast(
                            type(call, frame),
                            expressions.evaluate(arguments.get(1), frame, targets.get(0)),
                            frame,
                            targets.get(0));
            case "uninitialized" -> new ScriptValue.Uninitialized(type(call, frame));
            case "int", "float", "bool", "complex" ->
                    operators.apply(
                            new OpType(
                                    OpType.ATEN,
                                    Character.toUpperCase(name.charAt(0)) + name.substring(1)),
                            expressions.all(arguments, frame),
                            Map.of(),
                            frame,
                            targets);
            case "fork" -> {
                List<ScriptValue> values =
                        expressions.all(arguments.subList(1, arguments.size()), frame);
                ScriptValue function = expressions.evaluate(arguments.get(0), frame, "");
                if (!(function instanceof ScriptValue.FunctionOf f)) {
                    throw reading.malformed(
                            frame, "what is forked is no function", "a function", name);
                }
                yield interpreter.call(
                        f.function(),
                        f.around(),
                        frame.path,
                        values,
                        expressions.named(call, frame),
                        frame);
            }
            case "wait" -> expressions.evaluate(arguments.get(0), frame, targets.get(0));
            case "isinstance" ->
                    operators.isInstance(
                            expressions.evaluate(arguments.get(0), frame, ""),
                            ScriptPrinter.print(arguments.get(1)),
                            frame);
            default ->
                    operators.apply(
                            new OpType(OpType.ATEN, name),
                            expressions.all(arguments, frame),
                            expressions.named(call, frame),
                            frame,
                            targets);
        };
    }

    private String type(Expression.Call call, Frame frame) {
        if (call.arguments().isEmpty()) {
            throw reading.malformed(
                    frame, "a type is missing", "a type", ScriptPrinter.print(call));
        }
        return ScriptPrinter.print(call.arguments().get(0));
    }

    private ScriptValue annotated(
            String type, ScriptValue value, Frame frame, List<String> targets) {
        if (ValueTypes.isScalar(type)
                && value instanceof GraphRef ref
                && ref.type.equals(ValueTypes.TENSOR)) {
            // What expects a number is given a tensor: the engine converts.
            String op = Character.toUpperCase(type.charAt(0)) + type.substring(1);
            return operators.apply(
                    new OpType(OpType.ATEN, op), List.of(value), Map.of(), frame, targets);
        }
        if (value instanceof ListCell list && list.isKnown() && list.type.isEmpty()) {
            return reading.list(type, list.elements);
        } else if (value instanceof DictCell dict && dict.type.isEmpty()) {
            return reading.dict(type, dict.entries);
        } else if (value instanceof Known known && known.isNone()) {
            return new Known(null, type);
        }
        return value;
    }
}
