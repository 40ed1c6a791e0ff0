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

import io.github.djlquant.pytorch.read.ScriptValue.Known;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads loops: one whose number of rounds is known and small is unrolled, so that each round is a
 * part of the graph as any other; else it becomes a node with a body.
 */
final class Loops {

    /** More rounds than layers have; a longer loop walks over time or positions. */
    private static final long UNROLLED = 64;

    private final Interpreter interpreter;
    private final Reading reading;

    Loops(Interpreter interpreter) {
        this.interpreter = interpreter;
        this.reading = interpreter.reading;
    }

    Optional<ScriptValue> run(Statement.For s, Frame frame) {
        if (s.iterable() instanceof Expression.Call call
                && call.callee() instanceof Expression.Name range
                && range.id().equals("range")
                && call.arguments().size() == 1) {
            ScriptValue rounds =
                    interpreter.expressions.evaluate(call.arguments().get(0), frame, "rounds");
            if (!(rounds instanceof Known known && known.value() instanceof Long count)) {
                loop(rounds, s.variable(), Optional.empty(), s.body(), frame);
                return Optional.empty();
            } else if (count > UNROLLED) {
                loop(rounds, s.variable(), Optional.empty(), s.body(), frame);
                return Optional.empty();
            }
            List<ScriptValue> elements = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                elements.add(Known.of(i));
            }
            return unroll(elements, s, frame);
        }
        ScriptValue iterable = interpreter.expressions.evaluate(s.iterable(), frame, "elements");
        if (iterable instanceof ListCell list && list.isKnown()) {
            return unroll(list.elements, s, frame);
        } else if (iterable instanceof ScriptValue.TupleOf tuple) {
            return unroll(tuple.elements(), s, frame);
        }
        throw reading.unsupported(
                frame,
                "for",
                "a loop over something whose length depends on the input",
                "range(n), or a list of known length",
                iterable,
                "Loop over range(len(...)) in the model");
    }

    private Optional<ScriptValue> unroll(List<ScriptValue> elements, Statement.For s, Frame frame) {
        for (ScriptValue element : elements) {
            frame.variables.put(s.variable(), element);
            Optional<ScriptValue> result = interpreter.run(s.body(), frame);
            if (result.isPresent()) {
                return result;
            }
        }
        return Optional.empty();
    }

    void run(Statement.While s, Frame frame) {
        // What is known of a condition is known of the rounds, too, if the loop counts in numbers.
        for (long i = 0; i < UNROLLED; i++) {
            ScriptValue condition =
                    interpreter.expressions.evaluate(s.condition(), frame, "condition");
            if (!(condition instanceof Known known && known.value() instanceof Boolean truth)) {
                break;
            } else if (!truth) {
                return;
            } else if (!countsInNumbers(s, frame)) {
                break;
            }
            interpreter.run(s.body(), frame);
        }
        loop(Known.of(Long.MAX_VALUE), "", Optional.of(s.condition()), s.body(), frame);
    }

    /** Whether one round leaves the condition known; the state is as before. */
    private boolean countsInNumbers(Statement.While s, Frame frame) {
        reading.journal.begin();
        reading.sink.open();
        try {
            Frame trial = frame.copy();
            interpreter.run(s.body(), trial);
            return interpreter.expressions.evaluate(s.condition(), trial, "condition")
                    instanceof Known;
        } finally {
            reading.sink.close();
            reading.journal.rollBack();
        }
    }

    private void loop(
            ScriptValue rounds,
            String variable,
            Optional<Expression> condition,
            List<Statement> body,
            Frame frame) {
        Set<ScriptValue> around = new LinkedHashSet<>();
        while (!new LoopRound(interpreter, rounds, variable, condition, body, frame, around)
                .run()) {
            reading.step(frame);
        }
    }
}
