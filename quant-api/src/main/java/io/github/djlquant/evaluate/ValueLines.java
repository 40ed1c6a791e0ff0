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
import io.github.djlquant.calibrate.text.TextColumn;
import io.github.djlquant.calibrate.text.TextFile;
import io.github.djlquant.calibrate.text.TextRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A number for each sample, from a file beside the data. One of three forms:
 *
 * <ul>
 *   <li>a number a line, in the order of the data;
 *   <li>the name of an image and its number a line, with a blank between them ({@code .csv}: or a
 *       comma);
 *   <li>columns, of which the first line names one {@code file} (or {@link RowsOfFiles another name
 *       of it}) and one as the numbers are called.
 * </ul>
 */
final class ValueLines {

    private final Path file;
    private final Kind kind;
    private final List<String> names = new ArrayList<>();
    private double[] values = new double[1024];
    private int count;

    /**
     * What the numbers are.
     *
     * @param what for people, in the plural, such as {@code labels}
     * @param line what a line holds, such as {@code one class index}
     * @param columns what their column is called, in small letters
     * @param parser reads one
     */
    record Kind(String what, String line, Set<String> columns, Parser parser) {}

    /** Reads a number. */
    interface Parser {

        /**
         * Reads a number.
         *
         * @param text without blanks around it
         * @param number of the row, from 1
         * @throws CalibrationException if it is none
         */
        double parse(String text, Path file, int number);
    }

    private ValueLines(Path file, Kind kind) {
        this.file = file;
        this.kind = kind;
    }

    static ValueLines read(Path file, Kind kind) {
        ValueLines lines = new ValueLines(file, kind);
        Optional<String> files =
                Files.isRegularFile(file) ? RowsOfFiles.column(file) : Optional.empty();
        if (files.isPresent()) {
            lines.readColumns(files.get());
        } else {
            lines.readLines();
        }
        return lines;
    }

    private void readColumns(String files) {
        List<TextColumn> columns =
                List.of(new TextColumn.Named(numbers(files)), new TextColumn.Named(files));
        try (TextFile rows = TextFile.open(file, columns)) {
            for (TextRow row = rows.next(); row != null; row = rows.next()) {
                add(row.texts().get(0).strip());
                names.add(row.texts().get(1));
            }
        }
    }

    /** Of two columns, the other one holds the numbers, whatever it is called. */
    private String numbers(String files) {
        List<String> all = TextFile.firstLine(file);
        List<String> others = all.stream().filter(name -> !name.equals(files)).toList();
        return others.size() == 1
                ? others.get(0)
                : others.stream()
                        .filter(
                                name ->
                                        kind.columns()
                                                .contains(name.strip().toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new CalibrationException(
                                                Problem.of("no column holds the " + kind.what())
                                                        .in(file)
                                                        .at("line 1")
                                                        .expected(
                                                                "one called "
                                                                        + String.join(
                                                                                ", ",
                                                                                kind.columns()))
                                                        .actual(all)));
    }

    private void readLines() {
        boolean commas = file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    add(line.strip(), commas);
                }
            }
        } catch (MalformedInputException e) {
            throw new CalibrationException(
                    Problem.of("the " + kind.what() + " are no text")
                            .in(file)
                            .expected(kind.line() + " a line"),
                    e);
        } catch (NoSuchFileException e) {
            throw new CalibrationException(
                    Problem.of("there is no such file to read " + kind.what() + " from").in(file),
                    e);
        } catch (IOException e) {
            throw new CalibrationException(
                    Problem.of("the " + kind.what() + " can't be read")
                            .in(file)
                            .actual(e.getMessage()),
                    e);
        }
    }

    private void add(String line, boolean commas) {
        int end = line.length();
        while (end > 0 && !isSeparator(line.charAt(end - 1), commas)) {
            end--;
        }
        String name = end == 0 ? "" : line.substring(0, end - 1).strip();
        if (count > 0 && name.isEmpty() != names.isEmpty()) {
            throw new CalibrationException(
                    Problem.of("some lines name an image and some don't")
                            .in(file)
                            .at("row " + (count + 1))
                            .expected(
                                    names.isEmpty()
                                            ? kind.line()
                                            : "the name of an image and " + kind.line())
                            .actual(
                                    "'"
                                            + (line.length() > 80 ? line.substring(0, 80) : line)
                                            + "'"));
        }
        add(line.substring(end));
        if (!name.isEmpty()) {
            names.add(name);
        }
    }

    private static boolean isSeparator(char c, boolean commas) {
        return Character.isWhitespace(c) || commas && c == ',';
    }

    private void add(String text) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count] = kind.parser().parse(text, file, count + 1);
        count++;
    }

    /**
     * Puts the numbers in the order of the data's samples.
     *
     * @param data the data, or null if nobody knows it
     * @throws CalibrationException if images are named that the data lacks, or the other way round;
     *     or if none are named, and there are not as many numbers as images
     */
    double[] of(CalibrationData data) {
        List<String> images = RowsOfFiles.images(data);
        if (names.isEmpty()) {
            if (!images.isEmpty()) {
                RowsOfFiles.requireAll(file, kind.what(), count, images.size());
            }
            return Arrays.copyOf(values, count);
        }
        if (images.isEmpty()) {
            throw new CalibrationException(
                    Problem.of(
                                    "the "
                                            + kind.what()
                                            + " name files, and the data is no folder of images")
                            .in(file)
                            .at("file " + names.get(0))
                            .expected(kind.line() + " a line, in the order of the data")
                            .next("In Java, give the data too: read(file, data)"));
        }
        return Arrays.stream(new RowsOfFiles(file, kind.what(), names).order(images))
                .mapToDouble(row -> values[row])
                .toArray();
    }
}
