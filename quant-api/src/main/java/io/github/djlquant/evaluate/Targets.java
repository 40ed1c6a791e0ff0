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
import io.github.djlquant.calibrate.CalibrationData;
import java.nio.file.Path;
import java.util.Set;

/** The right number of each sample of the data, or of each pair of samples, in their order. */
public final class Targets {

    private static final ValueLines.Kind LINES =
            new ValueLines.Kind(
                    "targets", "one number", Set.of("target", "value", "score"), Targets::parse);

    private final String source;
    private final double[] values;

    private Targets(String source, double[] values) {
        this.source = source;
        this.values = values;
    }

    /**
     * Takes numbers in memory.
     *
     * @param values the right numbers, finite
     * @return the targets
     */
    public static Targets of(double... values) {
        return new Targets("targets", values.clone());
    }

    /**
     * Reads a text file with one number a line; blank lines do not count. Of a folder of images
     * that is the sorted order of their paths.
     *
     * @param file the file
     * @return the targets
     * @throws CalibrationException if the file can't be read, a line is no number, or lines name
     *     files
     */
    public static Targets read(Path file) {
        return read(file, null);
    }

    /**
     * Reads the targets of data. Of a folder of images, lines may name the image that they are of,
     * as {@link Labels#read(Path, CalibrationData) labels} may; the column of the numbers is called
     * {@code target}, {@code value} or {@code score}.
     *
     * @param file the file
     * @param data what the targets are of, or null if that is not known
     * @return the targets
     * @throws CalibrationException if the file can't be read, a line is no number, or lines and
     *     images are not each other's
     */
    public static Targets read(Path file, CalibrationData data) {
        return new Targets(file.toString(), ValueLines.read(file, LINES).of(data));
    }

    private static double parse(String text, Path file, int number) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw notANumber(text, file, number, e);
        }
        if (!Double.isFinite(value)) {
            throw notANumber(text, file, number, null);
        }
        return value;
    }

    private static CalibrationException notANumber(
            String text, Path file, int number, NumberFormatException cause) {
        return new CalibrationException(
                Problem.of("not a number")
                        .in(file)
                        .at("target " + number)
                        .expected("a finite number")
                        .actual("'" + (text.length() > 40 ? text.substring(0, 40) : text) + "'"),
                cause);
    }

    /**
     * Refuses targets that are not as many as rows.
     *
     * @param rows the rows, or pairs of them
     * @throws CalibrationException if there are fewer than rows that are compared, or more than the
     *     data has
     */
    public void requireRows(RowCounts rows) {
        rows.require(LINES.what(), values.length, source);
    }

    /**
     * Returns one target.
     *
     * @param index of the sample or pair, from 0
     * @return the right number
     * @throws CalibrationException if there are fewer targets
     */
    public double target(long index) {
        if (index >= values.length) {
            throw RowCounts.fewer(LINES.what(), values.length, index, source);
        }
        return values[(int) index];
    }
}
