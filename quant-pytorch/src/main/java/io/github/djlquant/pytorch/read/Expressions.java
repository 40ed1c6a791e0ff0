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
import io.github.djlquant.pytorch.script.BinaryOperator;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.ScriptPrinter;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluates expressions. */
final class Expressions {

    private final Interpreter interpreter;
    private final Reading reading;
    private final Operators operators;
    private final Containers containers;
    private final GlobalNames globals;
    final Calls calls;

    Expressions(Interpreter interpreter) {
        this.interpreter = interpreter;
        this.reading = interpreter.reading;
        this.containers = new Containers(reading);
        this.operators = new Operators(reading, containers);
        this.globals = new GlobalNames(interpreter);
        this.calls = new Calls(interpreter, this, operators);
    }

    /**
     * Evaluates an expression.
     *
     * @param hint what a value that it makes is called; empty for the operator's name
     */
    ScriptValue evaluate(Expression expression, Frame frame, String hint) {
        if (expression instanceof Expression.Name e) {
            return variable(e.id(), frame);
        } else if (expression instanceof Expression.Member e) {
            return member(e, frame);
        } else if (expression instanceof Expression.Call e) {
            return calls.call(e, frame, List.of(hint));
        } else if (expression instanceof Expression.IntLiteral e) {
            return Known.of(e.value());
        } else if (expression instanceof Expression.FloatLiteral e) {
            return Known.of(e.value());
        } else if (expression instanceof Expression.BoolLiteral e) {
            return Known.of(e.value());
        } else if (expression instanceof Expression.StringLiteral e) {
            return Known.of(e.value());
        } else if (expression instanceof Expression.NoneLiteral) {
            return ScriptValue.NONE;
        } else if (expression instanceof Expression.ListLiteral e) {
            return reading.list("", all(e.elements(), frame));
        } else if (expression instanceof Expression.TupleLiteral e) {
            return new ScriptValue.TupleOf(all(e.elements(), frame));
        } else if (expression instanceof Expression.DictLiteral e) {
            return dict(e, frame);
        } else if (expression instanceof Expression.Subscript e) {
            return subscript(e, frame, hint);
        } else if (expression instanceof Expression.Conditional e) {
            return conditional(e, frame);
        } else if (expression instanceof Expression.Unary e) {
            String op =
                    switch (e.operator()) {
                        case NOT -> "__not__";
                        case MINUS -> "neg";
                        case INVERT -> "bitwise_not";
                    };
            return operator(op, List.of(e.operand()), frame, hint);
        } else if (expression instanceof Expression.Binary e) {
            return binary(e, frame, hint);
        }
        return new ScriptValue.Literal(expression, "complex");
    }

    private ScriptValue operator(String op, List<Expression> operands, Frame frame, String hint) {
        return operators.apply(
                new OpType(OpType.ATEN, op), all(operands, frame), Map.of(), frame, List.of(hint));
    }

    private ScriptValue binary(Expression.Binary e, Frame frame, String hint) {
        if (e.operator() == BinaryOperator.IN || e.operator() == BinaryOperator.NOT_IN) {
            Expression in =
                    new Expression.Call(
                            new Expression.Member(new Expression.Name("torch"), "__contains__"),
                            List.of(e.right(), e.left()),
                            List.of());
            return e.operator() == BinaryOperator.IN
                    ? evaluate(in, frame, hint)
                    : operator("__not__", List.of(in), frame, hint);
        }
        return operator(name(e.operator()), List.of(e.left(), e.right()), frame, hint);
    }

    private static String name(BinaryOperator operator) {
        return switch (operator) {
            case OR -> "__or__";
            case AND -> "__and__";
            case EQUAL -> "eq";
            case NOT_EQUAL -> "ne";
            case LESS -> "lt";
            case LESS_EQUAL -> "le";
            case GREATER -> "gt";
            case GREATER_EQUAL -> "ge";
            case IS -> "__is__";
            case IS_NOT -> "__isnot__";
            case IN, NOT_IN -> "__contains__";
            case BIT_OR -> "__or__";
            case BIT_XOR -> "__xor__";
            case BIT_AND -> "__and__";
            case SHIFT_LEFT -> "__lshift__";
            case SHIFT_RIGHT -> "__rshift__";
            case ADD -> "add";
            case SUBTRACT -> "sub";
            case MULTIPLY -> "mul";
            case DIVIDE -> "div";
            case FLOOR_DIVIDE -> "floordiv";
            case MODULO -> "remainder";
            case MATRIX_MULTIPLY -> "matmul";
            case POWER -> "pow";
        };
    }

    /** Evaluates expressions one after the other. */
    List<ScriptValue> all(List<Expression> expressions, Frame frame) {
        List<ScriptValue> values = new ArrayList<>(expressions.size());
        expressions.forEach(expression -> values.add(evaluate(expression, frame, "")));
        return values;
    }

    private ScriptValue dict(Expression.DictLiteral e, Frame frame) {
        Map<Object, ScriptValue> entries = new LinkedHashMap<>();
        for (Expression.Entry entry : e.entries()) {
            entries.put(
                    containers.key(evaluate(entry.key(), frame, "key"), frame),
                    evaluate(entry.value(), frame, ""));
        }
        return reading.dict("", entries);
    }

    private ScriptValue conditional(Expression.Conditional e, Frame frame) {
        String result = "conditional";
        frame.variables.remove(result);
        interpreter.run(
                List.of(
                        new Statement.If(
                                e.condition(),
                                List.of(new Statement.Assign(result, Optional.empty(), e.then())),
                                List.of(
                                        new Statement.Assign(
                                                result, Optional.empty(), e.otherwise())))),
                frame);
        return frame.variables.remove(result);
    }

    private ScriptValue variable(String name, Frame frame) {
        ScriptValue value =
                frame.variable(name)
                        .orElseThrow(
                                () ->
                                        reading.malformed(
                                                frame,
                                                "a variable is read that has no value here",
                                                "a value of " + name,
                                                "none"));
        if (value instanceof ScriptValue.Conflict conflict) {
            throw reading.unsupported(
                    frame,
                    name,
                    conflict.why(),
                    "the same kind of value on every way",
                    "two kinds",
                    "Give the variable one type on both ways, or trace the model");
        }
        return value;
    }

    private ScriptValue member(Expression.Member e, Frame frame) {
        Optional<String> dotted = GlobalNames.dotted(e);
        if (dotted.isPresent() && !GlobalNames.isVariable(dotted.get(), frame)) {
            return globals.global(dotted.get(), frame);
        }
        ScriptValue object = evaluate(e.object(), frame, "");
        if (object instanceof ScriptValue.ObjectOf o) {
            return interpreter
                    .attributes
                    .get(o, e.name(), frame)
                    .orElseThrow(
                            () ->
                                    reading.malformed(
                                            frame,
                                            "a module lacks an attribute that is read",
                                            o.path() + "." + e.name(),
                                            "none"));
        } else if (object instanceof ScriptValue.TupleOf tuple && tuple.named().isPresent()) {
            List<String> fields =
                    tuple.named().get().fields().stream().map(field -> field.name()).toList();
            int index = fields.indexOf(e.name());
            if (index >= 0 && index < tuple.elements().size()) {
                return tuple.elements().get(index);
            }
        }
        throw reading.unsupported(
                frame,
                e.name(),
                "an attribute of something that is no module is read",
                "a module",
                ScriptPrinter.print(e),
                "Trace the model");
    }

    /** The arguments of a call that are given by name. */
    Map<String, ScriptValue> named(Expression.Call call, Frame frame) {
        Map<String, ScriptValue> named = new LinkedHashMap<>();
        call.keywords()
                .forEach(
                        keyword -> named.put(keyword.name(), evaluate(keyword.value(), frame, "")));
        return named;
    }

    private ScriptValue subscript(Expression.Subscript e, Frame frame, String hint) {
        ScriptValue object = evaluate(e.object(), frame, "");
        if (e.indices().size() == 1 && e.indices().get(0) instanceof Expression.Slice slice) {
            return operators.slice(
                    object,
                    slice.lower().map(x -> evaluate(x, frame, "")),
                    slice.upper().map(x -> evaluate(x, frame, "")),
                    slice.step().map(x -> evaluate(x, frame, "")),
                    frame,
                    hint);
        } else if (e.indices().size() != 1) {
            throw reading.unsupported(
                    frame,
                    "",
                    "a subscript with several indices",
                    "the form that torch.jit.save writes",
                    ScriptPrinter.print(e),
                    "Load the model with torch.jit.load and save it again");
        }
        ScriptValue index = evaluate(e.indices().get(0), frame, "");
        if (object instanceof ScriptValue.ObjectOf module) {
            return child(module, index, frame);
        }
        boolean tensor = object instanceof GraphRef ref && ref.type.equals(ValueTypes.TENSOR);
        return tensor
                ? operators.apply(
                        new OpType(OpType.ATEN, "select"),
                        List.of(object, Known.of(0), index),
                        Map.of(),
                        frame,
                        List.of(hint))
                : operators.apply(
                        new OpType(OpType.ATEN, "__getitem__"),
                        List.of(object, index),
                        Map.of(),
                        frame,
                        List.of(hint));
    }

    /** The child of a module list or dictionary. */
    private ScriptValue child(ScriptValue.ObjectOf module, ScriptValue index, Frame frame) {
        if (index instanceof Known known && !known.isNone()) {
            Optional<ScriptValue> found =
                    interpreter.attributes.get(module, String.valueOf(known.value()), frame);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw reading.unsupported(
                frame,
                module.path(),
                "which child of a module runs depends on the input",
                "a known child",
                reading.operands.type(index),
                "Call the modules one after the other, or trace the model");
    }

    void setElement(Expression.Subscript element, Expression value, Frame frame) {
        operators.apply(
                new OpType(OpType.ATEN, "_set_item"),
                List.of(
                        evaluate(element.object(), frame, ""),
                        evaluate(element.indices().get(0), frame, ""),
                        evaluate(value, frame, "")),
                Map.of(),
                frame,
                List.of(""));
    }
}
