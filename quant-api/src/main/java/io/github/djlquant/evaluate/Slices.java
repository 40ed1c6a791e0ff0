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
package io.github.djlquant.evaluate;

import java.util.List;
import java.util.Objects;

/**
 * The samples divided by one criterion, with one metric for each part.
 *
 * @param by what divides them, for people: {@code label}, the name of a column, {@code brightness}
 * @param kind where the criterion comes from
 * @param metric the metric's name; {@code agreement}, the share of unchanged answers, without
 *     labels
 * @param correction how the p-values were corrected for looking at many slices, those of all
 *     criteria of a report together, such as {@code Holm}
 * @param least slices with fewer samples are marked {@code tooSmall}
 * @param slices the one with the largest drop first; those that are too small last
 * @param left slices that are not listed because there were too many values (a column of ids);
 *     beyond 2,000 at most 65,536 more are counted
 */
public record Slices(
        String by,
        Kind kind,
        String metric,
        String correction,
        long least,
        List<Slice> slices,
        long left) {

    /** Copies the list. */
    public Slices {
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(correction, "correction");
        slices = List.copyOf(slices);
    }

    /**
     * Tells whether the figures say what is right, and not only what the source answers.
     *
     * @return true of labelled data
     */
    public boolean isLabelled() {
        return metric.equals(SampleGrade.BY_LABELS);
    }

    /** Where a criterion comes from. */
    public enum Kind {
        /** The right class. */
        LABEL,
        /** A column of a file beside the data. */
        METADATA,
        /** A property of the input itself, such as its length or brightness. */
        INPUT_PROPERTY,
        /** The user's own function. */
        FUNCTION
    }
}
