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
package io.github.djlquant.pytorch.script;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A function: a method of a class (its first parameter is {@code self}), a free one or one inside
 * another's body (what {@code fork} runs).
 *
 * @param name its name
 * @param parameters its parameters
 * @param returnType the type of its result as text; absent inside bodies
 * @param body its statements, at least one
 */
public record FunctionDef(
        String name, List<Parameter> parameters, Optional<String> returnType, List<Statement> body)
        implements Definition {

    /** Copies the lists. */
    public FunctionDef {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(returnType, "returnType");
        parameters = List.copyOf(parameters);
        body = List.copyOf(body);
    }

    /**
     * A parameter.
     *
     * @param name its name
     * @param type its type as text; absent for {@code self} in interfaces
     * @param defaultValue its default, if it has one
     */
    public record Parameter(String name, Optional<String> type, Optional<Expression> defaultValue) {

        /** Requires all parts. */
        public Parameter {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(defaultValue, "defaultValue");
        }
    }
}
