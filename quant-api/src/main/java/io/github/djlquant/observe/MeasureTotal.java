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
package io.github.djlquant.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a {@link Measure} gave over all batches so far. Immutable; merges exactly.
 *
 * @param merge how batches merge
 * @param elements the numbers; those of sums may be larger than a float
 */
public record MeasureTotal(Measure.Merge merge, List<ExactSum> elements) {

    /** Copies the list. */
    public MeasureTotal {
        Objects.requireNonNull(merge, "merge");
        elements = List.copyOf(elements);
    }

    /**
     * Takes the numbers of one batch.
     *
     * @param merge how batches merge
     * @param values finite numbers
     * @return their total
     */
    public static MeasureTotal of(Measure.Merge merge, float... values) {
        List<ExactSum> elements = new ArrayList<>(values.length);
        for (float value : values) {
            elements.add(ExactSum.of(value));
        }
        return new MeasureTotal(merge, elements);
    }

    /**
     * Merges two totals of the same measure and value.
     *
     * @param other the other part of the data
     * @return the total of both
     * @throws IllegalArgumentException if they are of different measures
     */
    public MeasureTotal merge(MeasureTotal other) {
        if (merge != other.merge || elements.size() != other.elements.size()) {
            throw new IllegalArgumentException(this + " is of another measure than " + other);
        }
        List<ExactSum> merged = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            merged.add(merge(elements.get(i), other.elements.get(i)));
        }
        return new MeasureTotal(merge, merged);
    }

    private ExactSum merge(ExactSum mine, ExactSum theirs) {
        boolean mineIsLess = mine.units().compareTo(theirs.units()) <= 0;
        return switch (merge) {
            case SUM -> mine.plus(theirs);
            case MIN -> mineIsLess ? mine : theirs;
            case MAX -> mineIsLess ? theirs : mine;
        };
    }

    /**
     * Returns the numbers.
     *
     * @return a new array
     */
    public double[] values() {
        return elements.stream().mapToDouble(ExactSum::toDouble).toArray();
    }

    @Override
    public String toString() {
        return merge + " of " + elements.size() + " elements";
    }
}
