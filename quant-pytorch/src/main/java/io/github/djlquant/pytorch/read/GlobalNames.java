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
import io.github.djlquant.pytorch.script.ClassDef;
import io.github.djlquant.pytorch.script.Definition;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.FunctionDef;
import java.util.List;
import java.util.Optional;

/** What dotted names stand for: constants, functions, classes, members of enums, operators. */
final class GlobalNames {

    private final Interpreter interpreter;
    private final Reading reading;

    GlobalNames(Interpreter interpreter) {
        this.interpreter = interpreter;
        this.reading = interpreter.reading;
    }

    /** The dotted name that a chain of members spells, if a name is at its root. */
    static Optional<String> dotted(Expression expression) {
        if (expression instanceof Expression.Name name) {
            return Optional.of(name.id());
        } else if (expression instanceof Expression.Member member) {
            return dotted(member.object()).map(object -> object + "." + member.name());
        }
        return Optional.empty();
    }

    static boolean isVariable(String dotted, Frame frame) {
        int dot = dotted.indexOf('.');
        return frame.variable(dot < 0 ? dotted : dotted.substring(0, dot)).isPresent();
    }

    /** What a dotted name stands for that is no variable. */
    ScriptValue global(String dotted, Frame frame) {
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
                        .map(value -> interpreter.expressions.evaluate(value, frame, ""))
                : Optional.empty();
    }

    private int constantIndex(String dotted, Frame frame) {
        String digits = dotted.substring("CONSTANTS.c".length());
        if (!digits.matches("\\d{1,9}")) {
            throw reading.malformed(frame, "a name stands for nothing", "CONSTANTS.c0", dotted);
        }
        return Integer.parseInt(digits);
    }

    /** The operator that {@code torch.name} or {@code ops.dialect.name} calls. */
    static Optional<OpType> operator(String dotted) {
        String[] parts = dotted.split("\\.");
        if (parts.length == 2 && parts[0].equals("torch")) {
            return Optional.of(new OpType(OpType.ATEN, parts[1]));
        } else if (parts.length == 3 && parts[0].equals("ops")) {
            return Optional.of(new OpType(parts[1], parts[2]));
        }
        return Optional.empty();
    }
}
