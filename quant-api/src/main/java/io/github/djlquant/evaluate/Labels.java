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
import io.github.djlquant.calibrate.Feed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The right class of each sample of the data, in the order of the data. */
public final class Labels {

    private static final int MAX_CLASS = 1 << 24;

    private static final ValueLines.Kind LINES =
            new ValueLines.Kind(
                    "labels",
                    "one class index",
                    Set.of("label", "class", "class_index", "target"),
                    Labels::parse);

    private final String source;
    private final int[] classes;

    private Labels(String source, int[] classes) {
        this.source = source;
        this.classes = classes;
    }

    /**
     * Takes labels in memory.
     *
     * @param classes the index of the right class of each sample, from 0
     * @return the labels
     */
    public static Labels of(int... classes) {
        return new Labels("labels", classes.clone());
    }

    /**
     * Takes the labels that come with the data: those of a DJL dataset, in whatever order it yields
     * its rows.
     *
     * @return the labels; where the data has none, using them is an error
     */
    public static Labels ofData() {
        return new Labels("the data", null);
    }

    /**
     * Reads a text file with one class index a line; blank lines do not count. Of a folder of
     * images that is the sorted order of their paths.
     *
     * @param file the file
     * @return the labels
     * @throws CalibrationException if the file can't be read, a line is no index, or lines name
     *     files
     */
    public static Labels read(Path file) {
        return read(file, null);
    }

    /**
     * Reads the labels of data. Of a folder of images, lines may name the image that they are of,
     * in any order: {@code night/0001.jpg 3}, or columns in a .csv or .tsv file whose first line
     * names one {@code file} (also {@code path}, {@code filename}, {@code image}) and one {@code
     * label} (also {@code class}); images are named by their path below the folder, or by their
     * name where only one has it. Lines without a name count in the sorted order of the images'
     * paths, and have to be as many. Of other data each line holds one class index.
     *
     * @param file the file
     * @param data what the labels are of, or null if that is not known
     * @return the labels
     * @throws CalibrationException if the file can't be read, a line is no index, or lines and
     *     images are not each other's
     */
    public static Labels read(Path file, CalibrationData data) {
        return new Labels(
                file.toString(),
                Arrays.stream(ValueLines.read(file, LINES).of(data))
                        .mapToInt(label -> (int) label)
                        .toArray());
    }

    /**
     * Returns the label of a sample.
     *
     * @param feed a batch of the data
     * @param row the sample's row in it
     * @return the index of its right class
     * @throws CalibrationException if there are fewer labels
     */
    public int label(Feed feed, int row) {
        if (classes != null) {
            return label(feed.sample(row));
        }
        if (feed.labels().isEmpty()) {
            throw new CalibrationException(
                    Problem.of("the data has no labels of its own")
                            .expected("a DJL dataset with one class index for each row")
                            .next("Give the labels: Labels.read(FILE) or Labels.of(...)"));
        }
        return feed.labels().get(row);
    }

    private int label(long sample) {
        if (sample >= classes.length) {
            throw RowCounts.fewer(LINES.what(), classes.length, sample, source);
        }
        return classes[(int) sample];
    }

    /**
     * Tells how many classes there are, as far as labels tell.
     *
     * @return one more than the largest label; 0 without labels
     * @throws CalibrationException if the labels come with the data, row by row
     */
    public int classes() {
        if (classes == null) {
            throw new CalibrationException(
                    Problem.of(
                                    "labels that come with the data don't tell how many classes there are")
                            .next("Give all labels at once: Labels.read(FILE) or Labels.of(...)"));
        }
        return Arrays.stream(classes).max().orElse(-1) + 1;
    }

    /**
     * Refuses labels that are not as many as rows.
     *
     * @throws CalibrationException if there are fewer than rows that are compared, or more than the
     *     data has
     */
    void requireRows(RowCounts rows) {
        if (classes != null) {
            rows.require(LINES.what(), classes.length, source);
        }
    }

    /** Tells how many classes there are; empty if labels come with the data, or there are none. */
    Optional<Integer> known() {
        return classes == null || classes.length == 0 ? Optional.empty() : Optional.of(classes());
    }

    /**
     * Refuses a label that no score stands for: it would count as wrong for ever, and of one single
     * score the first class as right.
     *
     * @param label a label
     * @param output the output that holds the scores
     * @param classes how many scores a row has
     * @throws CalibrationException if there are fewer than two, or none for the label
     */
    public static void requireClass(int label, String output, int classes) {
        if (label >= classes || classes < 2) {
            throw new CalibrationException(
                    Problem.of("labels don't fit the output")
                            .at("output " + output)
                            .expected("a score for each class, and labels below their number")
                            .actual(classes + " scores and the label " + label)
                            .next(
                                    classes < 2
                                            ? "Make scores of the output with a readout, or judge"
                                                    + " numbers with targets (--targets)"
                                            : "Labels count from 0: look for those that are too"
                                                    + " large, or of another set of classes"));
        }
    }

    private static double parse(String text, Path file, int number) {
        try {
            int label = Integer.parseInt(text);
            if (label >= 0 && label <= MAX_CLASS) {
                return label;
            }
        } catch (NumberFormatException e) {
            throw notAnIndex(text, file, number, e);
        }
        throw notAnIndex(text, file, number, null);
    }

    private static CalibrationException notAnIndex(
            String text, Path file, int number, NumberFormatException cause) {
        String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
        return new CalibrationException(
                Problem.of("not a class index")
                        .in(file)
                        .at("label " + number)
                        .expected("a whole number from 0 on")
                        .actual("'" + shown + "'")
                        .next(
                                "Write the class's place in the order of the model's scores;"
                                        + " class names have a file of their own (--classes)"),
                cause);
    }
}
