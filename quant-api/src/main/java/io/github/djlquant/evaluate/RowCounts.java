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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.calibrate.FeedStream;
import java.util.OptionalLong;

/**
 * How many rows there are, as far as it is known: what is given for each row, such as labels, must
 * be as many. One too many or too few, and those behind it may belong to other rows.
 *
 * @param compared rows that are compared
 * @param ofData rows of the data, of which only the first ones may be compared
 */
public record RowCounts(OptionalLong compared, OptionalLong ofData) {

    /**
     * Counts the rows of a stream.
     *
     * @param feeds the data; once it is read to its end, more is known
     * @return what is known now
     */
    static RowCounts of(FeedStream feeds) {
        return new RowCounts(feeds.rows(), feeds.rowsOfData());
    }

    /**
     * Counts in pairs of rows.
     *
     * @return half the numbers
     */
    public RowCounts inPairs() {
        return new RowCounts(half(compared), half(ofData));
    }

    private static OptionalLong half(OptionalLong rows) {
        return rows.isPresent() ? OptionalLong.of(rows.getAsLong() / 2) : rows;
    }

    /**
     * Refuses what is not as many. It may describe rows of the data that are not compared.
     *
     * @param what is given for each row, in the plural
     * @param given how many there are
     * @param source the file that they are from, or another name
     * @throws CalibrationException if there are fewer than rows that are compared, or more than the
     *     data has
     */
    void require(String what, long given, String source) {
        compared.ifPresent(rows -> require(given >= rows, "fewer", what, given, rows, source));
        ofData.ifPresent(rows -> require(given <= rows, "more", what, given, rows, source));
    }

    private static void require(
            boolean fits, String comparison, String what, long given, long rows, String source) {
        if (!fits) {
            throw new CalibrationException(
                    Problem.of("there are " + comparison + " " + what + " than rows of data")
                            .in(source)
                            .expected(rows)
                            .actual(given)
                            .next(
                                    "The first line belongs to the first row, and so on: look for"
                                            + " a line that is missing, doubled or a heading"));
        }
    }

    /** Refuses a row for which there is nothing, of data whose rows nobody could count before. */
    static CalibrationException fewer(String what, long given, long sample, String source) {
        return new CalibrationException(
                Problem.of("there are fewer " + what + " than rows of data")
                        .in(source)
                        .expected("as many, and the data has row " + sample + " (counted from 0)")
                        .actual(given));
    }
}
