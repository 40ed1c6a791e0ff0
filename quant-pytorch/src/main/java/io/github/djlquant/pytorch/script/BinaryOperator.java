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

/**
 * An operator with two operands. All but the power bind to the left.
 *
 * <p>Precedences are those of the engine: {@code and} and {@code or} have the same.
 */
public enum BinaryOperator {
    /** Logical or; the right operand is evaluated if needed. */
    OR("or", 2),
    /** Logical and; the right operand is evaluated if needed. */
    AND("and", 2),
    /** Equal. */
    EQUAL("==", 4),
    /** Not equal. */
    NOT_EQUAL("!=", 4),
    /** Less. */
    LESS("<", 4),
    /** Less or equal. */
    LESS_EQUAL("<=", 4),
    /** Greater. */
    GREATER(">", 4),
    /** Greater or equal. */
    GREATER_EQUAL(">=", 4),
    /** The same object. */
    IS("is", 4),
    /** Not the same object. */
    IS_NOT("is not", 4),
    /** An element of. */
    IN("in", 4),
    /** No element of. */
    NOT_IN("not in", 4),
    /** Bitwise or. */
    BIT_OR("|", 5),
    /** Bitwise exclusive or. */
    BIT_XOR("^", 6),
    /** Bitwise and. */
    BIT_AND("&", 7),
    /** Bits moved up. */
    SHIFT_LEFT("<<", 8),
    /** Bits moved down. */
    SHIFT_RIGHT(">>", 8),
    /** Sum. */
    ADD("+", 9),
    /** Difference. */
    SUBTRACT("-", 9),
    /** Product. */
    MULTIPLY("*", 10),
    /** Quotient. */
    DIVIDE("/", 10),
    /** Quotient, rounded down. */
    FLOOR_DIVIDE("//", 10),
    /** Remainder. */
    MODULO("%", 10),
    /** Matrix product. */
    MATRIX_MULTIPLY("@", 10),
    /** Power; binds to the right. */
    POWER("**", 11);

    private final String symbol;
    private final int precedence;

    BinaryOperator(String symbol, int precedence) {
        this.symbol = symbol;
        this.precedence = precedence;
    }

    /**
     * Returns the operator as the source writes it.
     *
     * @return such as {@code ==}
     */
    public String symbol() {
        return symbol;
    }

    int precedence() {
        return precedence;
    }
}
