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
package io.github.djlquant.calibrate;

import java.util.Optional;

/**
 * How much the rows of data differ from each other. Rows that repeat each other are as good as one,
 * and constant ones show no range.
 *
 * @param rows how many were seen
 * @param distinct how many different ones are among them, an estimate where there are many, see
 *     {@link RowSurvey}
 * @param constant how many of them hold one number throughout, or one for each channel, as a black
 *     image does
 */
public record RowVariety(long rows, long distinct, long constant) {

    /** Requires counts that fit each other. */
    public RowVariety {
        if (rows < 1 || distinct < 1 || distinct > rows || constant < 0 || constant > rows) {
            throw new IllegalArgumentException(
                    distinct + " different and " + constant + " constant of " + rows + " rows");
        }
    }

    /**
     * Tells whether nothing can be learnt of ranges.
     *
     * @return true if all rows are the same, and constant
     */
    public boolean hasNoRange() {
        return distinct == 1 && constant == rows;
    }

    /**
     * Tells whether rows stand for fewer than they seem to be.
     *
     * @return true if at most every second row differs from all others
     */
    public boolean isRepetitive() {
        return rows > 1 && distinct <= rows / 2;
    }

    /**
     * Tells whether most rows show nothing.
     *
     * @return true if more than half of them are constant
     */
    public boolean isMostlyConstant() {
        return constant > rows / 2;
    }

    /**
     * Says what is amiss.
     *
     * @return a sentence with the figures; empty if nothing is
     */
    public Optional<String> remark() {
        String constants =
                isMostlyConstant()
                        ? (constant == rows
                                        ? "every row is"
                                        : constant + " of " + rows + " rows are")
                                + " constant (one number, or one for each channel)"
                        : "";
        if (!isRepetitive()) {
            return Optional.of(constants).filter(text -> !text.isEmpty());
        }
        String repeated =
                distinct == 1
                        ? "all " + rows + " rows are the same"
                        : "only " + distinct + " of " + rows + " rows differ from each other";
        return Optional.of(constants.isEmpty() ? repeated : repeated + ", and " + constants);
    }
}
