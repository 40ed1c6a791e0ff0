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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.Attribute;
import java.util.List;
import java.util.Objects;

/** What a {@link Call} is given at one place: a value of the graph or a literal. */
public sealed interface Argument {

    /** The literal {@code None}; also the answer for an argument that is not given. */
    Argument NONE = new Literal(new Attribute.LiteralAttribute("None"));

    /**
     * A value of the graph.
     *
     * @param value its name, not empty
     */
    record Of(String value) implements Argument {

        /** Requires a name. */
        public Of {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("an argument's value has no name");
            }
        }
    }

    /**
     * A literal.
     *
     * @param attribute an integer, integers, a float of 64 bits, a truth value, a string, or any
     *     other literal as text
     */
    record Literal(Attribute attribute) implements Argument {

        /** Requires one of the kinds that a literal can have. */
        public Literal {
            Objects.requireNonNull(attribute, "attribute");
            if (!isLiteral(attribute)) {
                throw new IllegalArgumentException("no literal of TorchScript: " + attribute);
            }
        }
    }

    /**
     * Names a value.
     *
     * @param value its name
     * @return the argument
     */
    static Argument of(String value) {
        return new Of(value);
    }

    /**
     * Makes a literal.
     *
     * @param value an integer
     * @return the argument
     */
    static Argument literal(long value) {
        return new Literal(new Attribute.IntAttribute(value));
    }

    /**
     * Makes a literal.
     *
     * @param value a float
     * @return the argument
     */
    static Argument literal(double value) {
        return new Literal(new Attribute.DoubleAttribute(value));
    }

    /**
     * Makes a literal.
     *
     * @param value a truth value
     * @return the argument
     */
    static Argument literal(boolean value) {
        return new Literal(new Attribute.BoolAttribute(value));
    }

    /**
     * Makes a literal.
     *
     * @param text a string
     * @return the argument
     */
    static Argument literal(String text) {
        return new Literal(new Attribute.StringAttribute(text));
    }

    /**
     * Makes a literal.
     *
     * @param values integers
     * @return the argument
     */
    static Argument literal(List<Long> values) {
        return new Literal(new Attribute.IntsAttribute(values));
    }

    /**
     * Tells whether an attribute stands for a literal.
     *
     * @param attribute any attribute
     * @return false for bodies, tensors and what TorchScript has no literal of
     */
    static boolean isLiteral(Attribute attribute) {
        return attribute instanceof Attribute.IntAttribute
                || attribute instanceof Attribute.IntsAttribute
                || attribute instanceof Attribute.DoubleAttribute
                || attribute instanceof Attribute.BoolAttribute
                || attribute instanceof Attribute.StringAttribute
                || attribute instanceof Attribute.LiteralAttribute;
    }
}
