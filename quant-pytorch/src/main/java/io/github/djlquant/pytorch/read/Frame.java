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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The variables of one call of a function. */
final class Frame {

    /** The path of the module whose method runs, or calls the function that runs. */
    final String path;

    /** The function's name, for messages. */
    final String function;

    final int depth;
    private final Optional<Frame> around;
    final Map<String, ScriptValue> variables;

    Frame(String path, String function, int depth, Optional<Frame> around) {
        this(path, function, depth, around, new LinkedHashMap<>());
    }

    private Frame(
            String path,
            String function,
            int depth,
            Optional<Frame> around,
            Map<String, ScriptValue> variables) {
        this.path = path;
        this.function = function;
        this.depth = depth;
        this.around = around;
        this.variables = variables;
    }

    /** What one way of a branch sees: changes stay inside. */
    Frame copy() {
        return new Frame(path, function, depth, around, new LinkedHashMap<>(variables));
    }

    Optional<ScriptValue> variable(String name) {
        ScriptValue found = variables.get(name);
        return found != null ? Optional.of(found) : around.flatMap(frame -> frame.variable(name));
    }

    /** Where a message says something happened. */
    String place(String what) {
        return (path.isEmpty() ? "" : path + ".") + function + (what.isEmpty() ? "" : "/" + what);
    }
}
