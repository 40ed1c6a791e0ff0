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

import java.util.List;
import java.util.Objects;

/** A constant parameter of a {@link Node}. */
public sealed interface Attribute {

    /**
     * An integer.
     *
     * @param value the value
     */
    record IntAttribute(long value) implements Attribute {

        @Override
        public boolean equals(Object other) {
            return other instanceof IntAttribute that && value == that.value;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(value);
        }
    }

    /**
     * A float.
     *
     * @param value the value
     */
    record FloatAttribute(float value) implements Attribute {

        @Override
        public boolean equals(Object other) {
            return other instanceof FloatAttribute that && Float.compare(value, that.value) == 0;
        }

        @Override
        public int hashCode() {
            return Float.hashCode(value);
        }
    }

    /**
     * A float of 64 bits, where the dialect has such.
     *
     * @param value the value
     */
    record DoubleAttribute(double value) implements Attribute {}

    /**
     * A truth value, where the dialect tells it from a number.
     *
     * @param value the value
     */
    record BoolAttribute(boolean value) implements Attribute {}

    /**
     * A literal that is only carried along, as the source wrote it.
     *
     * @param text such as {@code None}
     */
    record LiteralAttribute(String text) implements Attribute {
        /** Requires a text. */
        public LiteralAttribute {
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * A string.
     *
     * @param value the value
     */
    record StringAttribute(String value) implements Attribute {
        /** Requires a value. */
        public StringAttribute {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof StringAttribute that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /**
     * Integers.
     *
     * @param values the values
     */
    record IntsAttribute(List<Long> values) implements Attribute {
        /** Copies the list. */
        public IntsAttribute {
            values = List.copyOf(values);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof IntsAttribute that && values.equals(that.values);
        }

        @Override
        public int hashCode() {
            return values.hashCode();
        }
    }

    /**
     * Floats.
     *
     * @param values the values
     */
    record FloatsAttribute(List<Float> values) implements Attribute {
        /** Copies the list. */
        public FloatsAttribute {
            values = List.copyOf(values);
        }
    }

    /**
     * Strings.
     *
     * @param values the values
     */
    record StringsAttribute(List<String> values) implements Attribute {
        /** Copies the list. */
        public StringsAttribute {
            values = List.copyOf(values);
        }
    }

    /**
     * A tensor.
     *
     * @param value the value
     */
    record TensorAttribute(Tensor value) implements Attribute {
        /** Requires a value. */
        public TensorAttribute {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * A nested graph that may use the values of the enclosing ones.
     *
     * @param body the graph
     */
    record GraphAttribute(Graph body) implements Attribute {
        /** Requires a value. */
        public GraphAttribute {
            Objects.requireNonNull(body, "body");
        }
    }

    /**
     * Something that the IR carries without looking inside and that is written back unchanged.
     *
     * @param kind the source's name of the kind
     * @param encoded the source's serialized form
     */
    record OpaqueAttribute(String kind, Bytes encoded) implements Attribute {
        /** Requires both. */
        public OpaqueAttribute {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(encoded, "encoded");
        }
    }

    /**
     * Makes an integer attribute.
     *
     * @param value the value
     * @return the attribute
     */
    static Attribute of(long value) {
        return new IntAttribute(value);
    }

    /**
     * Makes a float attribute.
     *
     * @param value the value
     * @return the attribute
     */
    static Attribute of(float value) {
        return new FloatAttribute(value);
    }

    /**
     * Makes a string attribute.
     *
     * @param value the value
     * @return the attribute
     */
    static Attribute of(String value) {
        return new StringAttribute(value);
    }
}
