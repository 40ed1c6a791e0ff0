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

import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.FunctionDef;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Runs the source with what is known of it: calls are followed, known conditions decided, known
 * loops unrolled. What depends on the model's inputs becomes nodes.
 */
final class Interpreter {

    final Reading reading;
    final Attributes attributes;
    final Expressions expressions;
    private final Branches branches;
    private final Loops loops;
    private final Set<String> rootMethods = new HashSet<>();

    Interpreter(Reading reading) {
        this.reading = reading;
        this.attributes = new Attributes(reading);
        this.expressions = new Expressions(this);
        this.branches = new Branches(this);
        this.loops = new Loops(this);
    }

    /**
     * Calls a function.
     *
     * @param path the path of the module whose method it is, or whose method calls it
     */
    ScriptValue call(
            FunctionDef function,
            Optional<Frame> around,
            String path,
            List<ScriptValue> positional,
            Map<String, ScriptValue> named,
            Frame caller) {
        Frame frame = new Frame(path, function.name(), reading.deeper(caller), around);
        List<FunctionDef.Parameter> parameters = function.parameters();
        if (positional.size() > parameters.size()) {
            throw reading.malformed(
                    caller,
                    "a function is called with more arguments than it has parameters",
                    function.name() + " with at most " + parameters.size(),
                    positional.size());
        }
        for (int i = 0; i < parameters.size(); i++) {
            FunctionDef.Parameter parameter = parameters.get(i);
            ScriptValue value =
                    i < positional.size() ? positional.get(i) : named.get(parameter.name());
            if (value == null && parameter.defaultValue().isPresent()) {
                value = expressions.evaluate(parameter.defaultValue().get(), frame, "literal");
            }
            if (value == null) {
                throw reading.malformed(
                        caller,
                        "a function is called without one of its arguments",
                        function.name() + "(" + parameter.name() + ")",
                        positional.size() + " arguments");
            }
            frame.variables.put(parameter.name(), typed(value, parameter.type()));
        }
        return run(function.body(), frame).orElse(ScriptValue.NONE);
    }

    /** Runs statements; returns the function's result if they end it. */
    Optional<ScriptValue> run(List<Statement> statements, Frame frame) {
        for (Statement statement : statements) {
            reading.step(frame);
            Optional<ScriptValue> result = run(statement, frame);
            if (result.isPresent()) {
                return result;
            }
        }
        return Optional.empty();
    }

    private Optional<ScriptValue> run(Statement statement, Frame frame) {
        if (statement instanceof Statement.Assign s) {
            ScriptValue value = expressions.evaluate(s.value(), frame, s.target());
            frame.variables.put(s.target(), typed(value, s.type()));
        } else if (statement instanceof Statement.Unpack s) {
            unpack(s, frame);
        } else if (statement instanceof Statement.Evaluate s) {
            expressions.evaluate(s.expression(), frame, "unused");
        } else if (statement instanceof Statement.Return s) {
            return Optional.of(
                    s.value()
                            .map(value -> expressions.evaluate(value, frame, ""))
                            .orElse(ScriptValue.NONE));
        } else if (statement instanceof Statement.If s) {
            return runIf(s, frame);
        } else if (statement instanceof Statement.For s) {
            return loops.run(s, frame);
        } else if (statement instanceof Statement.While s) {
            loops.run(s, frame);
        } else if (statement instanceof Statement.Raise s) {
            throw new RaisedException(s.exception().toString());
        } else if (statement instanceof Statement.Assert s) {
            runAssert(s, frame);
        } else if (statement instanceof Statement.Nested s) {
            frame.variables.put(
                    s.function().name(),
                    new ScriptValue.FunctionOf(s.function(), Optional.of(frame)));
        } else if (statement instanceof Statement.SetElement s) {
            expressions.setElement(s.element(), s.value(), frame);
        } else if (statement instanceof Statement.With s) {
            return runWith(s, frame);
        } else if (statement instanceof Statement.SetAttribute s) {
            throw reading.unsupported(
                    frame,
                    s.attribute(),
                    "the model changes an attribute, so that one run depends on the runs before",
                    "a model without state between runs",
                    "an assignment to ." + s.attribute(),
                    "Pass the state in and out as tensors");
        } else if (statement instanceof Statement.Break
                || statement instanceof Statement.Continue) {
            throw reading.unsupported(
                    frame,
                    "",
                    "a loop is left from inside",
                    "the form that the scripting compiler saves, with a condition instead",
                    statement,
                    "Load the model with torch.jit.load and save it again");
        }
        return Optional.empty();
    }

    private Optional<ScriptValue> runIf(Statement.If s, Frame frame) {
        ScriptValue condition = expressions.evaluate(s.condition(), frame, "condition");
        if (condition instanceof ScriptValue.Known known
                && known.value() instanceof Boolean truth) {
            return run(truth ? s.then() : s.otherwise(), frame);
        } else if (condition instanceof GraphRef ref) {
            return branches.run(ref, s, frame);
        }
        throw reading.malformed(frame, "a condition is no truth value", "a truth value", condition);
    }

    /**
     * What checks the input is left out: a quantized model need not refuse what the float one does.
     */
    private void runAssert(Statement.Assert s, Frame frame) {
        if (expressions.evaluate(s.condition(), frame, "condition")
                        instanceof ScriptValue.Known known
                && Boolean.FALSE.equals(known.value())) {
            throw new RaisedException("an assertion that never holds");
        }
    }

    private Optional<ScriptValue> runWith(Statement.With s, Frame frame) {
        if (!(expressions.evaluate(s.context(), frame, "context") instanceof ScriptValue.ClassOf)) {
            throw reading.unsupported(
                    frame,
                    "with",
                    "statements run inside a context that may change what they compute",
                    "no_grad",
                    s.context(),
                    "Trace the model without it");
        }
        return run(s.body(), frame);
    }

    private void unpack(Statement.Unpack s, Frame frame) {
        List<ScriptValue> parts;
        if (s.value() instanceof Expression.TupleLiteral tuple
                && tuple.elements().size() == s.targets().size()) {
            parts = new ArrayList<>();
            for (int i = 0; i < s.targets().size(); i++) {
                parts.add(expressions.evaluate(tuple.elements().get(i), frame, s.targets().get(i)));
            }
        } else {
            ScriptValue value =
                    s.value() instanceof Expression.Call call && s.targets().size() > 1
                            ? expressions.calls.call(call, frame, s.targets())
                            : expressions.evaluate(s.value(), frame, "parts");
            parts = parts(value, s.targets(), frame);
        }
        for (int i = 0; i < parts.size(); i++) {
            frame.variables.put(s.targets().get(i), parts.get(i));
        }
    }

    private List<ScriptValue> parts(ScriptValue value, List<String> targets, Frame frame) {
        List<ScriptValue> parts;
        if (value instanceof ScriptValue.TupleOf tuple) {
            parts = tuple.elements();
        } else if (value instanceof ListCell list && list.isKnown()) {
            parts = list.elements;
        } else {
            ScriptValue of = value instanceof ListCell list ? list.value.get() : value;
            parts = unpack(of, targets, frame);
        }
        if (parts.size() != targets.size()) {
            throw reading.malformed(
                    frame,
                    "a value has another number of parts than are named",
                    targets.size(),
                    parts.size());
        }
        return parts;
    }

    private List<ScriptValue> unpack(ScriptValue value, List<String> targets, Frame frame) {
        Argument argument = reading.operands.argument(value, frame);
        List<String> names =
                reading.sink.add(frame, new Call(PrimOps.TUPLE_UNPACK, List.of(argument)), targets);
        String element = ValueTypes.element(reading.operands.type(value));
        return IntStream.range(0, names.size())
                .mapToObj(i -> (ScriptValue) part(value, names.get(i), element))
                .toList();
    }

    private GraphRef part(ScriptValue whole, String name, String type) {
        GraphRef part = reading.ref(name, type, null);
        if (whole instanceof GraphRef ref && ref.apart) {
            part.becomePart(ref);
        } else if (whole instanceof GraphRef ref && !ValueTypes.isScalar(type)) {
            ref.memory.join(part.memory);
        }
        return part;
    }

    /** Gives a None, or an empty list, the type that the source declares. */
    private ScriptValue typed(ScriptValue value, Optional<String> type) {
        return type.isPresent() && value instanceof ScriptValue.Known known && known.isNone()
                ? new ScriptValue.Known(null, type.get())
                : value;
    }

    /** Calls a method of an object of the archive. */
    /** Tells whether the model's own method was called so far. */
    boolean hasCalled(String method) {
        return rootMethods.contains(method);
    }

    ScriptValue callMethod(
            ScriptValue.ObjectOf object,
            String method,
            List<ScriptValue> positional,
            Map<String, ScriptValue> named,
            Frame caller) {
        FunctionDef function =
                object.type()
                        .definition()
                        .method(method)
                        .orElseThrow(
                                () ->
                                        reading.malformed(
                                                caller,
                                                "a class lacks a method that is called",
                                                object.type().name() + "." + method,
                                                "none"));
        if (object.path().isEmpty()) {
            rootMethods.add(method);
        }
        List<ScriptValue> all = new ArrayList<>();
        all.add(object);
        all.addAll(positional);
        return call(function, Optional.empty(), object.path(), all, named, caller);
    }

    ScriptValue.ObjectOf root() {
        PickleValue.ObjectValue data = reading.archive.data();
        return new ScriptValue.ObjectOf(data, reading.sources.type(data.className()), "");
    }
}
