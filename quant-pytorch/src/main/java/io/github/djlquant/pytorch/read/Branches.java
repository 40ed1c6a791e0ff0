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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a branch that depends on the input: both ways, each from the same state, and a node whose
 * outputs are what they leave differently. A way that always raises is not taken: what checks the
 * input is left out.
 */
final class Branches {

    private final Interpreter interpreter;
    private final Reading reading;

    Branches(Interpreter interpreter) {
        this.interpreter = interpreter;
        this.reading = interpreter.reading;
    }

    /** What one way leaves. */
    private record Way(
            List<Node> nodes,
            Map<String, Frozen> variables,
            Map<Object, Frozen> changed,
            Optional<Frozen> result) {}

    Optional<ScriptValue> run(GraphRef condition, Statement.If s, Frame frame) {
        if (raises(s.then())) {
            return interpreter.run(s.otherwise(), frame);
        } else if (raises(s.otherwise())) {
            return interpreter.run(s.then(), frame);
        } else if (isEmpty(s.then()) && isEmpty(s.otherwise())) {
            return Optional.empty();
        }
        String name = reading.aliases.use(condition, frame);
        Way then;
        try {
            then = way(s.then(), frame);
        } catch (RaisedException e) {
            return interpreter.run(s.otherwise(), frame);
        }
        Way otherwise;
        try {
            otherwise = way(s.otherwise(), frame);
        } catch (RaisedException e) {
            return interpreter.run(s.then(), frame);
        }
        if (then.result.isPresent() != otherwise.result.isPresent()) {
            throw reading.unsupported(
                    frame,
                    "if",
                    "a function returns on one way of a branch only",
                    "the form that the scripting compiler saves, with one return",
                    "a return inside if",
                    "Load the model with torch.jit.load and save it again");
        }
        return new Merge(frame, then, otherwise).run(name);
    }

    private static boolean raises(List<Statement> statements) {
        return statements.stream()
                .anyMatch(
                        s ->
                                s instanceof Statement.Raise
                                        || s instanceof Statement.Evaluate e
                                                && isRaise(e.expression())
                                        || s instanceof Statement.If i
                                                && raises(i.then())
                                                && raises(i.otherwise()));
    }

    private static boolean isRaise(Expression expression) {
        return expression instanceof Expression.Call call
                && call.callee() instanceof Expression.Member member
                && member.name().equals("RaiseException");
    }

    private static boolean isEmpty(List<Statement> statements) {
        return statements.stream().allMatch(Statement.Pass.class::isInstance);
    }

    private Way way(List<Statement> statements, Frame frame) {
        long start = reading.nextSerial();
        Frame inner = frame.copy();
        Way way;
        reading.journal.begin();
        reading.sink.open();
        try {
            way = leave(interpreter.run(statements, inner), frame, inner, start);
        } finally {
            reading.sink.close();
            reading.journal.rollBack();
        }
        reading.sink.keep(way.nodes);
        return way;
    }

    private Way leave(Optional<ScriptValue> result, Frame frame, Frame inner, long start) {
        Map<String, Frozen> variables = new LinkedHashMap<>();
        inner.variables.forEach(
                (name, value) -> {
                    if (frame.variables.get(name) != value) {
                        variables.put(name, Frozen.of(value, reading, inner));
                    }
                });
        Map<Object, Frozen> changed = new LinkedHashMap<>();
        for (Object target : reading.journal.targets()) {
            if (target instanceof ScriptValue value && serial(value) < start) {
                changed.put(target, Frozen.of(value, reading, inner));
            }
        }
        return new Way(
                reading.sink.current(),
                variables,
                changed,
                result.map(value -> Frozen.of(value, reading, inner)));
    }

    static long serial(ScriptValue value) {
        if (value instanceof GraphRef ref) {
            return ref.serial;
        } else if (value instanceof ListCell list) {
            return list.serial;
        }
        return value instanceof DictCell dict ? dict.serial : Long.MAX_VALUE;
    }

    /** Brings two ways together. */
    private final class Merge {
        private final Frame frame;
        private final Way then;
        private final Way otherwise;
        private final List<String> outputs = new ArrayList<>();
        private final List<Value> thenValues = new ArrayList<>();
        private final List<Value> otherwiseValues = new ArrayList<>();

        Merge(Frame frame, Way then, Way otherwise) {
            this.frame = frame;
            this.then = then;
            this.otherwise = otherwise;
        }

        Optional<ScriptValue> run(String condition) {
            Map<String, ScriptValue> merged = new LinkedHashMap<>();
            Set<String> names = new LinkedHashSet<>(then.variables.keySet());
            names.addAll(otherwise.variables.keySet());
            for (String name : names) {
                Optional<Frozen> a = at(then, name);
                Optional<Frozen> b = at(otherwise, name);
                if (a.isPresent() && b.isPresent()) {
                    merged.put(name, merge(name, a.get(), b.get()));
                }
            }
            Set<Object> targets = new LinkedHashSet<>(then.changed.keySet());
            targets.addAll(otherwise.changed.keySet());
            List<Runnable> changes = new ArrayList<>();
            for (Object target : targets) {
                Frozen a = changed(then, target);
                Frozen b = changed(otherwise, target);
                change((ScriptValue) target, a, b, changes);
            }
            Optional<ScriptValue> result =
                    then.result.map(a -> merge("result", a, otherwise.result.orElseThrow()));
            Map<String, Attribute> bodies = new LinkedHashMap<>();
            bodies.put(PrimOps.THEN, body(then.nodes, thenValues));
            bodies.put(PrimOps.ELSE, body(otherwise.nodes, otherwiseValues));
            reading.sink.add(
                    frame, new Call(PrimOps.IF, List.of(Argument.of(condition))), outputs, bodies);
            changes.forEach(Runnable::run);
            frame.variables.putAll(merged);
            return result;
        }

        private Optional<Frozen> at(Way way, String name) {
            Frozen kept = way.variables.get(name);
            if (kept != null) {
                return Optional.of(kept);
            }
            ScriptValue before = frame.variables.get(name);
            return before == null
                    ? Optional.empty()
                    : Optional.of(Frozen.of(before, reading, frame));
        }

        private Frozen changed(Way way, Object target) {
            Frozen kept = way.changed.get(target);
            return kept != null ? kept : Frozen.of((ScriptValue) target, reading, frame);
        }

        /** What a list, dictionary or tensor around the branch is after it. */
        private void change(ScriptValue target, Frozen a, Frozen b, List<Runnable> changes) {
            if (target instanceof GraphRef ref) {
                boolean derived = ref.view.isPresent() && ref.view.get().certain();
                if (derived || a instanceof Frozen.Fixed || b instanceof Frozen.Fixed) {
                    changes.add(() -> reading.aliases.set(ref, ref.name, true));
                } else if (!a.equals(b)) {
                    String name = output(ref.name, a, b);
                    changes.add(() -> reading.aliases.set(ref, name, false));
                } else {
                    String name = ((Frozen.Part) a).name();
                    changes.add(() -> reading.aliases.set(ref, name, false));
                }
                return;
            }
            ScriptValue merged = merge("changed", a, b);
            changes.add(() -> Cells.become(target, merged, reading, frame));
        }

        private ScriptValue merge(String name, Frozen a, Frozen b) {
            if (a instanceof Frozen.Part x
                    && b instanceof Frozen.Part y
                    && x.ref() == y.ref()
                    && x.name().equals(y.name())) {
                return x.ref();
            } else if (a instanceof Frozen.Literal x
                    && b instanceof Frozen.Literal y
                    && x.attribute().equals(y.attribute())) {
                return x.value();
            } else if (a instanceof Frozen.Fixed x && b instanceof Frozen.Fixed y) {
                return same(x.value(), y.value())
                        ? x.value()
                        : new ScriptValue.Conflict("a variable holds different objects: " + name);
            } else if (a instanceof Frozen.Fixed x && isObject(x.value())
                    || b instanceof Frozen.Fixed y && isObject(y.value())) {
                return new ScriptValue.Conflict(
                        "a variable holds an object on one way only: " + name);
            } else if (a instanceof Frozen.Whole x
                    && b instanceof Frozen.Whole y
                    && x.value().getClass() == y.value().getClass()
                    && x.keys().equals(y.keys())
                    && x.parts().size() == y.parts().size()) {
                return whole(name, x, y);
            }
            return mergeValues(name, a, b);
        }

        private ScriptValue whole(String name, Frozen.Whole a, Frozen.Whole b) {
            if (a.value() == b.value() && a.parts().equals(b.parts())) {
                return a.value();
            }
            List<ScriptValue> parts = new ArrayList<>();
            for (int i = 0; i < a.parts().size(); i++) {
                parts.add(merge(name, a.parts().get(i), b.parts().get(i)));
            }
            if (a.value() instanceof ScriptValue.TupleOf tuple) {
                return new ScriptValue.TupleOf(parts, tuple.named());
            } else if (a.value() instanceof ListCell list) {
                return reading.list(list.type, parts);
            }
            Map<Object, ScriptValue> entries = new LinkedHashMap<>();
            for (int i = 0; i < parts.size(); i++) {
                entries.put(a.keys().get(i), parts.get(i));
            }
            return reading.dict(((DictCell) a.value()).type, entries);
        }

        private ScriptValue mergeValues(String name, Frozen a, Frozen b) {
            String typeA = a.type(reading);
            String typeB = b.type(reading);
            String type = Cells.union(typeA, typeB);
            DataType dataType = Cells.dataType(a) == Cells.dataType(b) ? Cells.dataType(a) : null;
            GraphRef ref = reading.ref(output(name, a, b), type, dataType);
            reading.describe(ref);
            a.references().forEach(other -> other.memory.join(ref.memory));
            b.references().forEach(other -> other.memory.join(ref.memory));
            if (type.startsWith("List[")) {
                ListCell list = reading.list(type, List.of());
                list.value = Optional.of(ref);
                return list;
            }
            return ref;
        }

        private String output(String hint, Frozen a, Frozen b) {
            String local = hint.substring(hint.lastIndexOf('/') + 1);
            thenValues.add(value(then.nodes, a));
            otherwiseValues.add(value(otherwise.nodes, b));
            String output = reading.sink.valueName(frame, local);
            outputs.add(output);
            return output;
        }

        private Value value(List<Node> nodes, Frozen frozen) {
            reading.sink.open(nodes);
            try {
                return new Value(frozen.name(reading, frame), ValueType.UNKNOWN);
            } finally {
                reading.sink.close();
            }
        }

        private static boolean isObject(ScriptValue value) {
            return !(value instanceof ScriptValue.Uninitialized);
        }

        private static boolean same(ScriptValue a, ScriptValue b) {
            return a == b
                    || a instanceof ScriptValue.ObjectOf x
                            && b instanceof ScriptValue.ObjectOf y
                            && x.path().equals(y.path())
                    || a instanceof ScriptValue.FunctionOf f
                            && b instanceof ScriptValue.FunctionOf g
                            && f.function().equals(g.function())
                    || a.equals(b);
        }
    }

    static Attribute body(List<Node> nodes, List<Value> outputs) {
        return new Attribute.GraphAttribute(Cells.body(List.of(), nodes, outputs));
    }
}
