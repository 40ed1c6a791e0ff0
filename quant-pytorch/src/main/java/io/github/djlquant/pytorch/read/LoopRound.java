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
import io.github.djlquant.pytorch.read.ScriptValue.Known;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One reading of a loop's body; repeated when it turns out to change more than was known. */
final class LoopRound {

    private final Interpreter interpreter;
    private final Reading reading;
    private final ScriptValue rounds;
    private final String variable;
    private final Optional<Expression> condition;
    private final List<Statement> body;
    private final Frame frame;

    /** Lists and tensors around the loop that its body changes. */
    private final Set<ScriptValue> around;

    private final List<Argument> initial = new ArrayList<>();
    private final List<Value> inputs = new ArrayList<>();

    LoopRound(
            Interpreter interpreter,
            ScriptValue rounds,
            String variable,
            Optional<Expression> condition,
            List<Statement> body,
            Frame frame,
            Set<ScriptValue> around) {
        this.interpreter = interpreter;
        this.reading = interpreter.reading;
        this.rounds = rounds;
        this.variable = variable;
        this.condition = condition;
        this.body = body;
        this.frame = frame;
        this.around = around;
    }

    boolean run() {
        Argument most = reading.operands.argument(rounds, frame);
        Argument first =
                condition
                        .map(c -> interpreter.expressions.evaluate(c, frame, "condition"))
                        .map(c -> reading.operands.argument(c, frame))
                        .orElse(Argument.literal(true));
        initial.add(most);
        initial.add(first);
        around.forEach(this::openList);
        Map<String, ScriptValue> carried = new LinkedHashMap<>();
        for (String name : assigned(body)) {
            ScriptValue before = frame.variables.get(name);
            if (before != null && !name.equals(variable) && isValue(before)) {
                carried.put(name, before);
            }
        }
        long start = reading.nextSerial();
        reading.journal.begin();
        reading.sink.open();
        List<Value> outputs = new ArrayList<>();
        Map<String, ScriptValue> bound = new LinkedHashMap<>();
        Set<ScriptValue> missed = new LinkedHashSet<>();
        List<Node> nodes;
        try {
            Frame inner = frame.copy();
            GraphRef number =
                    reading.ref(
                            reading.sink.valueName(frame, variable.isEmpty() ? "round" : variable),
                            ValueTypes.INT,
                            null);
            inputs.add(new Value(number.name, ValueType.UNKNOWN));
            if (!variable.isEmpty()) {
                inner.variables.put(variable, number);
            }
            carried.forEach((name, before) -> bound.put(name, bind(name, before)));
            inner.variables.putAll(bound);
            around.forEach(this::bindAround);
            interpreter.run(body, inner);
            for (Object target : reading.journal.targets()) {
                if (target instanceof ScriptValue value
                        && Branches.serial(value) < start
                        && !isCovered(value)) {
                    missed.add(value);
                }
            }
            ScriptValue next =
                    condition
                            .map(c -> interpreter.expressions.evaluate(c, inner, "condition"))
                            .orElse(Known.of(true));
            outputs.add(output(next, inner));
            for (Map.Entry<String, ScriptValue> entry : bound.entrySet()) {
                leave(entry.getValue(), inner.variables.get(entry.getKey()), outputs, inner);
            }
            for (ScriptValue value : around) {
                outputs.add(output(value, inner));
            }
            nodes = reading.sink.current();
        } finally {
            reading.sink.close();
            reading.journal.rollBack();
        }
        if (!missed.isEmpty()) {
            around.addAll(missed);
            return false;
        }
        reading.sink.keep(nodes);
        inputs.forEach(input -> reading.sink.keepValue(input.name()));
        finish(bound, new Attribute.GraphAttribute(Cells.body(inputs, nodes, outputs)));
        return true;
    }

    /** A list that grows in the loop has no known length. */
    private void openList(ScriptValue value) {
        if (value instanceof ListCell list && list.isKnown()) {
            String type = reading.operands.type(list);
            GraphRef ref = reading.ref(reading.operands.name(list, frame), type, null);
            list.elements.stream()
                    .filter(GraphRef.class::isInstance)
                    .forEach(e -> ((GraphRef) e).memory.join(ref.memory));
            Cells.open(list, ref, reading);
        } else if (value instanceof DictCell) {
            throw reading.unsupported(
                    frame,
                    "for",
                    "a dictionary is changed in a loop whose number of rounds depends on the input",
                    "a list",
                    "a dictionary",
                    "Collect in a list, or trace the model");
        }
    }

    private boolean isCovered(ScriptValue value) {
        return around.contains(value)
                || value instanceof GraphRef ref
                        && (ref.view.isPresent() && ref.view.get().certain()
                                || ref.stale
                                || isListValue(ref));
    }

    private boolean isListValue(GraphRef ref) {
        return around.stream()
                .anyMatch(v -> v instanceof ListCell list && list.value.orElse(null) == ref);
    }

    private boolean isValue(ScriptValue value) {
        return value instanceof GraphRef
                || value instanceof ScriptValue.Known
                || value instanceof ScriptValue.Literal
                || value instanceof ScriptValue.Uninitialized
                || value instanceof ListCell
                || value instanceof ScriptValue.TupleOf tuple
                        && tuple.elements().stream().allMatch(this::isValue);
    }

    /** What a carried variable is inside the body. */
    private ScriptValue bind(String name, ScriptValue before) {
        if (before instanceof ScriptValue.TupleOf tuple) {
            return new ScriptValue.TupleOf(
                    tuple.elements().stream().map(e -> bind(name, e)).toList(), tuple.named());
        }
        ScriptValue value = before;
        String type = reading.operands.type(value);
        DataType dataType = value instanceof GraphRef ref ? ref.dataType : null;
        // The value is given before the body is opened, so that it is made around it.
        List<Node> inside = reading.sink.close();
        initial.add(reading.operands.argument(value, frame));
        reading.sink.open(inside);
        GraphRef ref = reading.ref(reading.sink.valueName(frame, name), type, dataType);
        reading.describe(ref);
        inputs.add(new Value(ref.name, ValueType.UNKNOWN));
        if (value instanceof GraphRef outer) {
            outer.memory.join(ref.memory);
        } else if (value instanceof ListCell list) {
            ListCell inner = reading.list(type, List.of());
            list.value.ifPresent(v -> v.memory.join(ref.memory));
            inner.value = Optional.of(ref);
            return inner;
        }
        return ref;
    }

    private void bindAround(ScriptValue value) {
        GraphRef ref = value instanceof ListCell list ? list.value.orElseThrow() : (GraphRef) value;
        initial.add(Argument.of(reading.aliases.use(ref, frame)));
        String inner = reading.sink.valueName(frame, "carried");
        inputs.add(new Value(inner, ValueType.UNKNOWN));
        reading.aliases.set(ref, inner, false);
    }

    private void leave(ScriptValue bound, ScriptValue value, List<Value> outputs, Frame inner) {
        if (bound instanceof ScriptValue.TupleOf before) {
            if (!(value instanceof ScriptValue.TupleOf after)
                    || after.elements().size() != before.elements().size()) {
                throw reading.unsupported(
                        inner,
                        "for",
                        "a loop leaves another kind of value in a variable than it found",
                        "a tuple of " + before.elements().size(),
                        value,
                        "Trace the model");
            }
            for (int i = 0; i < before.elements().size(); i++) {
                leave(before.elements().get(i), after.elements().get(i), outputs, inner);
            }
            return;
        }
        outputs.add(output(value, inner));
    }

    private Value output(ScriptValue value, Frame inner) {
        return new Value(reading.operands.name(value, inner), ValueType.UNKNOWN);
    }

    private void finish(Map<String, ScriptValue> bound, Attribute bodyGraph) {
        List<String> outputs = new ArrayList<>();
        Map<String, ScriptValue> after = new LinkedHashMap<>();
        bound.forEach((name, value) -> after.put(name, result(name, value, outputs)));
        Map<ScriptValue, String> changed = new LinkedHashMap<>();
        for (ScriptValue value : around) {
            String name = reading.sink.valueName(frame, "carried");
            outputs.add(name);
            changed.put(value, name);
        }
        reading.sink.add(
                frame, new Call(PrimOps.LOOP, initial), outputs, Map.of(PrimOps.BODY, bodyGraph));
        frame.variables.putAll(after);
        changed.forEach(
                (value, name) -> {
                    if (value instanceof ListCell list) {
                        reading.aliases.set(list.value.orElseThrow(), name, false);
                    } else {
                        reading.aliases.changed((GraphRef) value, name, frame);
                    }
                });
    }

    private ScriptValue result(String name, ScriptValue bound, List<String> outputs) {
        if (bound instanceof ScriptValue.TupleOf tuple) {
            return new ScriptValue.TupleOf(
                    tuple.elements().stream().map(e -> result(name, e, outputs)).toList(),
                    tuple.named());
        }
        String output = reading.sink.valueName(frame, name);
        outputs.add(output);
        GraphRef inner =
                bound instanceof ListCell list ? list.value.orElseThrow() : (GraphRef) bound;
        GraphRef ref = reading.ref(output, inner.type, inner.dataType);
        reading.describe(ref);
        inner.memory.join(ref.memory);
        if (bound instanceof ListCell list) {
            ListCell after = reading.list(list.type, List.of());
            after.value = Optional.of(ref);
            return after;
        }
        return ref;
    }

    /** The variables that statements give a value. */
    private static Set<String> assigned(List<Statement> body) {
        Set<String> names = new LinkedHashSet<>();
        for (Statement statement : body) {
            if (statement instanceof Statement.Assign s) {
                names.add(s.target());
            } else if (statement instanceof Statement.Unpack s) {
                names.addAll(s.targets());
            } else if (statement instanceof Statement.If s) {
                names.addAll(assigned(s.then()));
                names.addAll(assigned(s.otherwise()));
            } else if (statement instanceof Statement.For s) {
                names.addAll(assigned(s.body()));
            } else if (statement instanceof Statement.While s) {
                names.addAll(assigned(s.body()));
            } else if (statement instanceof Statement.With s) {
                names.addAll(assigned(s.body()));
            }
        }
        return names;
    }
}
