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
package io.github.djlquant.graph;

import java.util.Objects;

/** The type of a {@link Value}. TorchScript needs more than tensors. */
public sealed interface ValueType {

    /** The type of a value of which nothing is known. */
    ValueType UNKNOWN = new UnknownType();

    /**
     * A tensor.
     *
     * @param dataType the element type, or null if it is not known
     * @param shape the shape, or null if not even the rank is known
     */
    record TensorType(DataType dataType, Shape shape) implements ValueType {
        @Override
        public String toString() {
            return (dataType == null ? "?" : dataType.name().toLowerCase(java.util.Locale.ROOT))
                    + (shape == null ? "" : shape);
        }
    }

    /**
     * A list or sequence.
     *
     * @param element the type of every element
     */
    record ListType(ValueType element) implements ValueType {
        /** Requires an element type. */
        public ListType {
            Objects.requireNonNull(element, "element");
        }

        @Override
        public String toString() {
            return "list<" + element + ">";
        }
    }

    /**
     * A value that may be absent.
     *
     * @param element the type of a present value
     */
    record OptionalType(ValueType element) implements ValueType {
        /** Requires an element type. */
        public OptionalType {
            Objects.requireNonNull(element, "element");
        }

        @Override
        public String toString() {
            return "optional<" + element + ">";
        }
    }

    /**
     * A number, truth value, string, none, map or object of the source's own type system, by its
     * name there.
     *
     * @param name the source's name of the type, such as {@code int} or {@code map(string,float)}
     * @param encoded the source's own serialized form if the name does not say everything, else
     *     null
     */
    record OtherType(String name, Bytes encoded) implements ValueType {
        /** Requires a name. */
        public OtherType {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Nothing is known. */
    record UnknownType() implements ValueType {
        @Override
        public String toString() {
            return "?";
        }
    }
}
