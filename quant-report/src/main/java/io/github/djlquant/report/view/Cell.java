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
package io.github.djlquant.report.view;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One cell of a table.
 *
 * @param text what it says
 * @param order by what it is sorted; empty sorts by the text. What is not finite sorts last
 * @param tone what it means
 */
public record Cell(String text, OptionalDouble order, Tone tone) {

    /** An empty cell. */
    public static final Cell EMPTY = of("");

    /** Requires all parts. */
    public Cell {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(tone, "tone");
    }

    /**
     * Makes a cell that is sorted by its text.
     *
     * @param text what it says
     * @return the cell
     */
    public static Cell of(String text) {
        return new Cell(text, OptionalDouble.empty(), Tone.PLAIN);
    }

    /**
     * Makes a cell that is sorted by a number.
     *
     * @param number the number
     * @param text how it is written
     * @return the cell
     */
    public static Cell of(double number, String text) {
        return new Cell(text, OptionalDouble.of(number), Tone.PLAIN);
    }

    /**
     * Changes what it means.
     *
     * @param changed the tone
     * @return a copy
     */
    public Cell in(Tone changed) {
        return new Cell(text, order, changed);
    }

    /**
     * Writes the number for the page's script, which sorts by it.
     *
     * @return the number with six digits; null if there is none or it is not finite, which leaves
     *     the attribute out
     */
    public String sortKey() {
        if (order.isEmpty() || !Double.isFinite(order.getAsDouble())) {
            return null;
        }
        double number = order.getAsDouble();
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Float.toString((float) number);
    }

    /**
     * Names its style.
     *
     * @return the class in the page's style sheet; null where it needs none, which leaves the
     *     attribute out
     */
    public String style() {
        return tone == Tone.PLAIN ? null : tone.style();
    }
}
