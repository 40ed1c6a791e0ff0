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
package io.github.djlquant.onnx.shape;

import io.github.djlquant.graph.Dimension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * One extent of a shape, or one element of a tensor that holds extents: a number times symbols,
 * such as {@code 12*batch}. A symbol stands for one number within a run of the model, so that equal
 * extents are equal sizes; unequal ones may still be equal at run time.
 *
 * @param factor the number; negative only in elements, such as the -1 of a reshape
 * @param symbols sorted, with repetitions; none for a plain number
 */
public record Extent(long factor, List<String> symbols) {

    /** The extent that broadcasts. */
    public static final Extent ONE = of(1);

    /** Stands for an extent that a rule can't tell. */
    static final Extent UNTOLD = of(-1);

    /** Longer names say nothing to anybody, and models are untrusted input. */
    private static final int LONGEST = 120;

    private static final int MOST_SYMBOLS = 8;

    /** Sorts the symbols. */
    public Extent {
        List<String> sorted = new ArrayList<>(factor == 0 ? List.of() : symbols);
        Collections.sort(sorted);
        symbols = List.copyOf(sorted);
    }

    /**
     * Makes a plain number.
     *
     * @param size the number
     * @return the extent
     */
    public static Extent of(long size) {
        return new Extent(size, List.of());
    }

    /**
     * Makes a symbol.
     *
     * @param name its name
     * @return the extent
     */
    public static Extent of(String name) {
        return new Extent(1, List.of(name));
    }

    /**
     * Tells whether the extent is a plain number.
     *
     * @return true if no symbol is in it
     */
    public boolean isFixed() {
        return symbols.isEmpty();
    }

    /**
     * Tells whether the extent is a given number.
     *
     * @param size the number
     * @return true if it is known to be that
     */
    public boolean is(long size) {
        return isFixed() && factor == size;
    }

    /**
     * Multiplies.
     *
     * @param other the other factor
     * @return the product, empty if it grows beyond sense
     */
    public Optional<Extent> times(Extent other) {
        List<String> all = new ArrayList<>(symbols);
        all.addAll(other.symbols);
        long product = factor * other.factor;
        boolean overflows = Math.multiplyHigh(factor, other.factor) != product >> 63;
        return overflows || all.size() > MOST_SYMBOLS
                ? Optional.empty()
                : Optional.of(new Extent(product, all));
    }

    /**
     * Divides where the quotient is exact for any value of the symbols.
     *
     * @param divisor what to divide by
     * @return the quotient, empty if it is not exact
     */
    public Optional<Extent> dividedBy(Extent divisor) {
        if (divisor.factor == 0 || factor % divisor.factor != 0) {
            return Optional.empty();
        }
        List<String> rest = new ArrayList<>(symbols);
        for (String symbol : divisor.symbols) {
            if (!rest.remove(symbol)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Extent(factor / divisor.factor, rest));
    }

    /**
     * Names the result of an operation on extents: the same name is the same number.
     *
     * @param operator such as {@code +}
     * @param other the second operand
     * @return a symbol, empty if its name would be too long
     */
    Optional<Extent> combined(String operator, Extent other) {
        String name = "(" + this + operator + other + ")";
        return name.length() > LONGEST ? Optional.empty() : Optional.of(of(name));
    }

    /**
     * Cuts off at a number, as slicing to an end beyond the last element does.
     *
     * @param most the largest number
     * @return the smaller of both, as a symbol unless both are numbers
     */
    Optional<Extent> atMost(long most) {
        if (isFixed()) {
            return Optional.of(of(Math.min(factor, most)));
        }
        String name = "min(" + most + "," + this + ")";
        return name.length() > LONGEST ? Optional.empty() : Optional.of(of(name));
    }

    /**
     * Finds the extent that two broadcast to, given that the model runs: where sizes are neither
     * equal nor 1, it does not.
     *
     * @param other the other extent
     * @return the common extent, empty if either may be the broadcast one
     */
    public Optional<Extent> broadcast(Extent other) {
        if (equals(other) || other.is(1) || isFixed() && factor > 1 || other.isCutOff(this)) {
            return Optional.of(this);
        }
        if (is(1) || other.isFixed() && other.factor > 1 || isCutOff(other)) {
            return Optional.of(other);
        }
        return Optional.empty();
    }

    /**
     * Tells whether this is the smaller of another extent and a number: where both meet in one
     * operation that runs, they are equal or this one is 1.
     *
     * @param other the other extent
     * @return true if so
     */
    private boolean isCutOff(Extent other) {
        return factor == 1
                && symbols.size() == 1
                && symbols.get(0).startsWith("min(")
                && symbols.get(0).endsWith("," + other + ")");
    }

    /**
     * Tells whether two extents are equal in every run in which they meet along an axis, without
     * one being broadcast to the other.
     *
     * @param other the other extent
     * @return true if so
     */
    public boolean fits(Extent other) {
        // Cut off at 2 or more it is 1 only if the other is 1 too.
        return equals(other)
                || isCutOff(other)
                        && !symbols.get(0).startsWith("min(1,")
                        && !symbols.get(0).startsWith("min(0,");
    }

    /**
     * Returns the form that the graph knows.
     *
     * @return a number or a name
     */
    public Dimension toDimension() {
        return isFixed()
                ? factor < 0 ? Dimension.UNKNOWN : new Dimension.Fixed(factor)
                : new Dimension.Symbolic(toString());
    }

    @Override
    public String toString() {
        if (isFixed()) {
            return Long.toString(factor);
        }
        String product = String.join("*", symbols);
        return factor == 1 ? product : factor + "*" + product;
    }
}
