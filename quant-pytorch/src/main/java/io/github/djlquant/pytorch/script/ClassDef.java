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
 * A class: a module, a plain class, a named tuple, an enumeration or an interface.
 *
 * @param name its name without the file's prefix
 * @param kind what it is
 * @param parameters the names of the fields that are parameters
 * @param buffers the names of the fields that are buffers
 * @param forwardPreHooks the methods that run before {@code forward}
 * @param forwardHooks the methods that run after {@code forward}
 * @param fields attributes and constants, in the file's order
 * @param methods methods, in the file's order
 */
public record ClassDef(
        String name,
        Kind kind,
        List<String> parameters,
        List<String> buffers,
        List<String> forwardPreHooks,
        List<String> forwardHooks,
        List<Field> fields,
        List<FunctionDef> methods)
        implements Definition {

    /** What a class is, by the name of its base. */
    public enum Kind {
        /** A module: its attributes are parameters, buffers, other modules and plain values. */
        MODULE("Module"),
        /** A plain class, without a base. */
        PLAIN(""),
        /** A named tuple: its fields have types and no methods. */
        NAMED_TUPLE("NamedTuple"),
        /** An enumeration: its fields have values and no types. */
        ENUM("Enum"),
        /** An interface of plain classes: its methods do nothing. */
        INTERFACE("Interface"),
        /** An interface of modules: its methods do nothing. */
        MODULE_INTERFACE("ModuleInterface");

        private final String base;

        Kind(String base) {
            this.base = base;
        }

        /**
         * Returns the base's name.
         *
         * @return the name between the parentheses; empty for a plain class
         */
        public String base() {
            return base;
        }
    }

    /** Copies the lists. */
    public ClassDef {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        parameters = List.copyOf(parameters);
        buffers = List.copyOf(buffers);
        forwardPreHooks = List.copyOf(forwardPreHooks);
        forwardHooks = List.copyOf(forwardHooks);
        fields = List.copyOf(fields);
        methods = List.copyOf(methods);
    }

    /**
     * Looks a method up.
     *
     * @param method its name
     * @return the method, if the class has it
     */
    public Optional<FunctionDef> method(String method) {
        return methods.stream().filter(m -> m.name().equals(method)).findFirst();
    }

    /**
     * Looks a field up.
     *
     * @param field its name
     * @return the field, if the class has it
     */
    public Optional<Field> field(String field) {
        return fields.stream().filter(f -> f.name().equals(field)).findFirst();
    }
}
