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
 * An expression. Types that stand where values do ({@code annotate(List[int], [])}) are expressions
 * of the same records.
 */
public sealed interface Expression {

    /**
     * A variable, or the root of a dotted name ({@code torch}, {@code ops}, {@code CONSTANTS},
     * {@code __torch__}).
     *
     * @param id the identifier
     */
    record Name(String id) implements Expression {
        /** Requires an identifier. */
        public Name {
            Objects.requireNonNull(id, "id");
        }
    }

    /**
     * A member of an object or namespace: {@code object.name}, or {@code getattr(object, "0")} if
     * its name is no identifier.
     *
     * @param object whose member
     * @param name the member's name
     */
    record Member(Expression object, String name) implements Expression {
        /** Requires all parts. */
        public Member {
            Objects.requireNonNull(object, "object");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * A call.
     *
     * @param callee such as {@code torch.add}, {@code ops.prim.NumToTensor}, {@code
     *     self.conv1.forward}, {@code int}, {@code annotate}
     * @param arguments those by position
     * @param keywords those by name
     */
    record Call(Expression callee, List<Expression> arguments, List<Keyword> keywords)
            implements Expression {
        /** Copies the lists. */
        public Call {
            Objects.requireNonNull(callee, "callee");
            arguments = List.copyOf(arguments);
            keywords = List.copyOf(keywords);
        }
    }

    /**
     * An argument by name.
     *
     * @param name the parameter's name
     * @param value the argument
     */
    record Keyword(String name, Expression value) {
        /** Requires all parts. */
        public Keyword {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Elements of a list, tuple, dictionary or tensor, or a type's arguments: {@code x[0]}, {@code
     * x[1:2]}, {@code Dict[str, Tensor]}.
     *
     * @param object whose elements
     * @param indices one for each comma, at least one
     */
    record Subscript(Expression object, List<Expression> indices) implements Expression {
        /** Copies the list. */
        public Subscript {
            Objects.requireNonNull(object, "object");
            indices = List.copyOf(indices);
        }
    }

    /**
     * A range of indices, inside a subscript only.
     *
     * @param lower the first index, if given
     * @param upper the index after the last, if given
     * @param step the distance, if given
     */
    record Slice(Optional<Expression> lower, Optional<Expression> upper, Optional<Expression> step)
            implements Expression {
        /** Requires all parts. */
        public Slice {
            Objects.requireNonNull(lower, "lower");
            Objects.requireNonNull(upper, "upper");
            Objects.requireNonNull(step, "step");
        }
    }

    /**
     * An integer.
     *
     * @param value the value
     */
    record IntLiteral(long value) implements Expression {}

    /**
     * A float, {@code inf} and {@code nan} included.
     *
     * @param value the value
     */
    record FloatLiteral(double value) implements Expression {}

    /**
     * An imaginary number, such as {@code 2.j}; complex ones are sums with it.
     *
     * @param imaginary the value's imaginary part
     */
    record ImaginaryLiteral(double imaginary) implements Expression {}

    /**
     * A string.
     *
     * @param value the value, without quotes and escapes
     */
    record StringLiteral(String value) implements Expression {
        /** Requires a value. */
        public StringLiteral {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * A truth value.
     *
     * @param value the value
     */
    record BoolLiteral(boolean value) implements Expression {}

    /** The value {@code None}. */
    record NoneLiteral() implements Expression {}

    /**
     * A list.
     *
     * @param elements its elements
     */
    record ListLiteral(List<Expression> elements) implements Expression {
        /** Copies the list. */
        public ListLiteral {
            elements = List.copyOf(elements);
        }
    }

    /**
     * A tuple.
     *
     * @param elements its elements
     */
    record TupleLiteral(List<Expression> elements) implements Expression {
        /** Copies the list. */
        public TupleLiteral {
            elements = List.copyOf(elements);
        }
    }

    /**
     * A dictionary.
     *
     * @param entries its entries, in the source's order
     */
    record DictLiteral(List<Entry> entries) implements Expression {
        /** Copies the list. */
        public DictLiteral {
            entries = List.copyOf(entries);
        }
    }

    /**
     * An entry of a dictionary.
     *
     * @param key its key
     * @param value its value
     */
    record Entry(Expression key, Expression value) {
        /** Requires all parts. */
        public Entry {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * An operator with one operand. A minus before a number is part of the number.
     *
     * @param operator the operator
     * @param operand its operand
     */
    record Unary(UnaryOperator operator, Expression operand) implements Expression {
        /** Requires all parts. */
        public Unary {
            Objects.requireNonNull(operator, "operator");
            Objects.requireNonNull(operand, "operand");
        }
    }

    /**
     * An operator with two operands.
     *
     * @param left the left operand
     * @param operator the operator
     * @param right the right operand
     */
    record Binary(Expression left, BinaryOperator operator, Expression right)
            implements Expression {
        /** Requires all parts. */
        public Binary {
            Objects.requireNonNull(left, "left");
            Objects.requireNonNull(operator, "operator");
            Objects.requireNonNull(right, "right");
        }
    }

    /**
     * One of two values: {@code then if condition else otherwise}.
     *
     * @param condition decides which; only that one is evaluated
     * @param then the value if it is true
     * @param otherwise the value if it is false
     */
    record Conditional(Expression condition, Expression then, Expression otherwise)
            implements Expression {
        /** Requires all parts. */
        public Conditional {
            Objects.requireNonNull(condition, "condition");
            Objects.requireNonNull(then, "then");
            Objects.requireNonNull(otherwise, "otherwise");
        }
    }
}
