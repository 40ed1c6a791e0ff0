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
import io.github.djlquant.pytorch.script.ClassDef;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.ScriptPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Evaluates calls: of operators, methods, functions and named tuples. */
final class Calls {

    /** Contexts that change no result. */
    private static final Set<String> HARMLESS =
            Set.of(
                    "__torch__.torch.autograd.grad_mode.no_grad",
                    "__torch__.torch.autograd.grad_mode.enable_grad",
                    "__torch__.torch.autograd.grad_mode.inference_mode",
                    "__torch__.torch.autograd.profiler.record_function");

    private final Interpreter interpreter;
    private final Reading reading;
    private final Expressions expressions;
    private final Operators operators;
    private final Builtins builtins;

    Calls(Interpreter interpreter, Expressions expressions, Operators operators) {
        this.interpreter = interpreter;
        this.reading = interpreter.reading;
        this.expressions = expressions;
        this.operators = operators;
        this.builtins = new Builtins(interpreter, expressions, operators);
    }

    /**
     * Evaluates a call.
     *
     * @param targets what the values that it makes are called, one for each
     */
    ScriptValue call(Expression.Call call, Frame frame, List<String> targets) {
        reading.step(frame);
        Expression callee = call.callee();
        if (callee instanceof Expression.Name name && frame.variable(name.id()).isEmpty()) {
            return builtins.call(name.id(), call, frame, targets);
        }
        Optional<String> dotted = GlobalNames.dotted(callee);
        if (dotted.isPresent() && !GlobalNames.isVariable(dotted.get(), frame)) {
            if (dotted.get().equals("torch.device")) {
                return new ScriptValue.Literal(call, "Device");
            }
            Optional<OpType> op = GlobalNames.operator(dotted.get());
            if (op.isPresent()) {
                return operators.apply(
                        op.get(),
                        expressions.all(call.arguments(), frame),
                        expressions.named(call, frame),
                        frame,
                        targets);
            }
        } else if (callee instanceof Expression.Member member) {
            ScriptValue object = expressions.evaluate(member.object(), frame, "");
            if (object instanceof ScriptValue.ObjectOf o) {
                return interpreter.callMethod(
                        o,
                        member.name(),
                        expressions.all(call.arguments(), frame),
                        expressions.named(call, frame),
                        frame);
            }
            if (object instanceof ScriptValue.ClassOf) {
                return ScriptValue.NONE;
            }
            List<ScriptValue> arguments = new ArrayList<>();
            arguments.add(object);
            arguments.addAll(expressions.all(call.arguments(), frame));
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
                    expressions.named(call, frame),
                    frame,
                    targets);
        }
        if (dotted.isPresent() && !GlobalNames.isVariable(dotted.get(), frame)) {
            Optional<ScriptValue> result = ofClass(dotted.get(), call, frame);
            if (result.isPresent()) {
                return result.get();
            }
        }
        return callValue(expressions.evaluate(callee, frame, ""), call, frame);
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
        List<ScriptValue> arguments = expressions.all(call.arguments(), frame);
        return arguments.isEmpty() || !(arguments.get(0) instanceof ScriptValue.ObjectOf object)
                ? Optional.empty()
                : Optional.of(
                        interpreter.callMethod(
                                object,
                                method,
                                arguments.subList(1, arguments.size()),
                                expressions.named(call, frame),
                                frame));
    }

    private ScriptValue callValue(ScriptValue callee, Expression.Call call, Frame frame) {
        if (callee instanceof ScriptValue.FunctionOf f) {
            return interpreter.call(
                    f.function(),
                    f.around(),
                    frame.path,
                    expressions.all(call.arguments(), frame),
                    expressions.named(call, frame),
                    frame);
        } else if (callee instanceof ScriptValue.ClassOf c
                && c.type().kind() == ClassDef.Kind.NAMED_TUPLE) {
            return new ScriptValue.TupleOf(
                    expressions.all(call.arguments(), frame), Optional.of(c.type()));
        }
        throw reading.unsupported(
                frame,
                ScriptPrinter.print(call.callee()),
                "an object is made while the model runs",
                "functions, methods, operators and named tuples",
                ScriptPrinter.print(call.callee()),
                "Trace the model");
    }
}
