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
import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.read.ScriptValue.Known;
import io.github.djlquant.pytorch.script.BinaryOperator;
import io.github.djlquant.pytorch.script.ClassDef;
import io.github.djlquant.pytorch.script.Definition;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.FunctionDef;
import io.github.djlquant.pytorch.script.ScriptPrinter;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Evaluates expressions. */
final class Expressions {

    private static final String TORCH = "torch";

    /** Contexts that change no result. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "__torch__.torch.autograd.grad_mode.no_grad",
                    "__torch__.torch.autograd.grad_mode.enable_grad",
                    "__torch__.torch.autograd.grad_mode.inference_mode",
                    "__torch__.torch.autograd.profiler.record_function");

    private final Interpreter interpreter;
    private final Reading reading;
    private final Operators operators;
    private final Containers containers;

    Expressions(Interpreter interpreter) {
        this.interpreter = interpreter;
        this.reading = interpreter.reading;
        this.containers = new Containers(reading);
        this.operators = new Operators(reading, containers);
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
            return evaluateMany(e, frame, List.of(hint));
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
                            new Expression.Member(new Expression.Name(TORCH), "__contains__"),
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

    private List<ScriptValue> all(List<Expression> expressions, Frame frame) {
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
        Optional<String> dotted = dotted(e);
        if (dotted.isPresent() && !isVariable(dotted.get(), frame)) {
            return global(dotted.get(), frame);
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

    /** The dotted name that a chain of members spells, if a name is at its root. */
    private static Optional<String> dotted(Expression expression) {
        if (expression instanceof Expression.Name name) {
            return Optional.of(name.id());
        } else if (expression instanceof Expression.Member member) {
            return dotted(member.object()).map(object -> object + "." + member.name());
        }
        return Optional.empty();
    }

    private static boolean isVariable(String dotted, Frame frame) {
        int dot = dotted.indexOf('.');
        return frame.variable(dot < 0 ? dotted : dotted.substring(0, dot)).isPresent();
    }

    private ScriptValue global(String dotted, Frame frame) {
        if (dotted.startsWith("CONSTANTS.c")) {
            List<PickleValue> constants = reading.archive.constants().elements();
            int index = constantIndex(dotted, frame);
            if (index >= constants.size()) {
                throw reading.malformed(
                        frame, "a constant is missing", dotted, constants.size() + " constants");
            }
            return interpreter.attributes.value(constants.get(index), "", dotted, frame);
        }
        Optional<Definition> found = reading.sources.find(dotted);
        if (found.orElse(null) instanceof FunctionDef function) {
            return new ScriptValue.FunctionOf(function, Optional.empty());
        } else if (found.orElse(null) instanceof ClassDef type) {
            return new ScriptValue.ClassOf(type);
        }
        Optional<ScriptValue> member = enumMember(dotted, frame);
        if (member.isPresent()) {
            return member.get();
        }
        throw reading.malformed(frame, "a name stands for nothing", "a definition", dotted);
    }

    private Optional<ScriptValue> enumMember(String dotted, Frame frame) {
        int dot = dotted.lastIndexOf('.');
        return dot > 0
                        && reading.sources.find(dotted.substring(0, dot)).orElse(null)
                                instanceof ClassDef type
                ? type.field(dotted.substring(dot + 1))
                        .flatMap(field -> field.value())
                        .map(value -> evaluate(value, frame, ""))
                : Optional.empty();
    }

    private int constantIndex(String dotted, Frame frame) {
        String digits = dotted.substring("CONSTANTS.c".length());
        if (!digits.matches("\\d{1,9}")) {
            throw reading.malformed(frame, "a name stands for nothing", "CONSTANTS.c0", dotted);
        }
        return Integer.parseInt(digits);
    }

    /**
     * Evaluates a call.
     *
     * @param targets what the values that it makes are called, one for each
     */
    ScriptValue evaluateMany(Expression.Call call, Frame frame, List<String> targets) {
        reading.step(frame);
        Expression callee = call.callee();
        if (callee instanceof Expression.Name name && frame.variable(name.id()).isEmpty()) {
            return builtin(name.id(), call, frame, targets);
        }
        Optional<String> dotted = dotted(callee);
        if (dotted.isPresent() && !isVariable(dotted.get(), frame)) {
            if (dotted.get().equals("torch.device")) {
                return new ScriptValue.Literal(call, "Device");
            }
            Optional<OpType> op = operatorNamed(dotted.get());
            if (op.isPresent()) {
                return operators.apply(
                        op.get(), all(call.arguments(), frame), named(call, frame), frame, targets);
            }
        } else if (callee instanceof Expression.Member member) {
            ScriptValue object = evaluate(member.object(), frame, "");
            if (object instanceof ScriptValue.ObjectOf o) {
                return interpreter.callMethod(
                        o, member.name(), all(call.arguments(), frame), named(call, frame), frame);
            }
            if (object instanceof ScriptValue.ClassOf) {
                return ScriptValue.NONE;
            }
            List<ScriptValue> arguments = new ArrayList<>();
            arguments.add(object);
            arguments.addAll(all(call.arguments(), frame));
            if (member.name().equals("tolist")) {
                throw reading.unsupported(
                        frame,
                        "tolist",
                        "a tensor is made into a list of numbers",
                        "tensors",
                        ScriptPrinter.print(call),
                        "Compute with the tensor itself");
            }
            return operators.apply(
                    new OpType(OpType.ATEN, member.name()),
                    arguments,
                    named(call, frame),
                    frame,
                    targets);
        }
        if (dotted.isPresent() && !isVariable(dotted.get(), frame)) {
            Optional<ScriptValue> result = ofClass(dotted.get(), call, frame);
            if (result.isPresent()) {
                return result.get();
            }
        }
        return callValue(evaluate(callee, frame, ""), call, frame);
    }

    /**
     * A class's own function: {@code __torch__.C.method(object)} or {@code __torch__.C.__new__}.
     */
    private Optional<ScriptValue> ofClass(String dotted, Expression.Call call, Frame frame) {
        int dot = dotted.lastIndexOf('.');
        if (dot < 0
                || !(reading.sources.find(dotted.substring(0, dot)).orElse(null)
                        instanceof ClassDef type)) {
            return Optional.empty();
        }
        String method = dotted.substring(dot + 1);
        if (method.equals("__new__")) {
            if (HARMLESS.contains(dotted.substring(0, dot))) {
                return Optional.of(new ScriptValue.ClassOf(type));
            }
            throw reading.unsupported(
                    frame,
                    dotted,
                    "an object is made while the model runs",
                    "functions, methods, operators and named tuples",
                    dotted.substring(0, dot),
                    "Trace the model");
        }
        List<ScriptValue> arguments = all(call.arguments(), frame);
        return arguments.isEmpty() || !(arguments.get(0) instanceof ScriptValue.ObjectOf object)
                ? Optional.empty()
                : Optional.of(
                        interpreter.callMethod(
                                object,
                                method,
                                arguments.subList(1, arguments.size()),
                                named(call, frame),
                                frame));
    }

    private ScriptValue callValue(ScriptValue callee, Expression.Call call, Frame frame) {
        if (callee instanceof ScriptValue.FunctionOf f) {
            return interpreter.call(
                    f.function(),
                    f.around(),
                    frame.path,
                    all(call.arguments(), frame),
                    named(call, frame),
                    frame);
        } else if (callee instanceof ScriptValue.ClassOf c
                && c.type().kind() == ClassDef.Kind.NAMED_TUPLE) {
            return new ScriptValue.TupleOf(all(call.arguments(), frame), Optional.of(c.type()));
        }
        throw reading.unsupported(
                frame,
                ScriptPrinter.print(call.callee()),
                "an object is made while the model runs",
                "functions, methods, operators and named tuples",
                ScriptPrinter.print(call.callee()),
                "Trace the model");
    }

    private static Optional<OpType> operatorNamed(String dotted) {
        String[] parts = dotted.split("\\.");
        if (parts.length == 2 && parts[0].equals(TORCH)) {
            return Optional.of(new OpType(OpType.ATEN, parts[1]));
        } else if (parts.length == 3 && parts[0].equals("ops")) {
            return Optional.of(new OpType(parts[1], parts[2]));
        }
        return Optional.empty();
    }

    private Map<String, ScriptValue> named(Expression.Call call, Frame frame) {
        Map<String, ScriptValue> named = new LinkedHashMap<>();
        call.keywords()
                .forEach(
                        keyword -> named.put(keyword.name(), evaluate(keyword.value(), frame, "")));
        return named;
    }

    private ScriptValue builtin(
            String name, Expression.Call call, Frame frame, List<String> targets) {
        List<Expression> arguments = call.arguments();
        return switch (name) {
            case "annotate" ->
                    annotated(
                            type(call, frame),
                            evaluate(arguments.get(1), frame, targets.get(0)),
                            frame,
                            targets);
            case "unchecked_cast" ->
                    operators.cast(
                            type(call, frame),
                            evaluate(arguments.get(1), frame, targets.get(0)),
                            frame,
                            targets.get(0));
            case "uninitialized" -> new ScriptValue.Uninitialized(type(call, frame));
            case "int", "float", "bool", "complex" ->
                    operators.apply(
                            new OpType(
                                    OpType.ATEN,
                                    Character.toUpperCase(name.charAt(0)) + name.substring(1)),
                            all(arguments, frame),
                            Map.of(),
                            frame,
                            targets);
            case "fork" -> {
                List<ScriptValue> values = all(arguments.subList(1, arguments.size()), frame);
                ScriptValue function = evaluate(arguments.get(0), frame, "");
                if (!(function instanceof ScriptValue.FunctionOf f)) {
                    throw reading.malformed(
                            frame, "what is forked is no function", "a function", name);
                }
                yield interpreter.call(
                        f.function(), f.around(), frame.path, values, named(call, frame), frame);
            }
            case "wait" -> evaluate(arguments.get(0), frame, targets.get(0));
            case "isinstance" ->
                    operators.isInstance(
                            evaluate(arguments.get(0), frame, ""),
                            ScriptPrinter.print(arguments.get(1)),
                            frame);
            default ->
                    operators.apply(
                            new OpType(OpType.ATEN, name),
                            all(arguments, frame),
                            named(call, frame),
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
