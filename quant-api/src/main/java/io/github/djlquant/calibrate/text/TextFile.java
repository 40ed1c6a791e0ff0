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
package io.github.djlquant.calibrate.text;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads texts from a file, one row at a time: lines, or columns.
 *
 * <ul>
 *   <li>{@code .tsv}, and any other file of which a column is asked for: separated by tabs, without
 *       quotes.
 *   <li>{@code .csv}: separated by commas, quoted as in RFC 4180; by tabs if there is one in the
 *       first line.
 *   <li>anything else: each line is a text.
 * </ul>
 *
 * <p>Empty texts are refused: they are mostly a wrong column, and to skip them would shift the
 * samples against their labels.
 */
public final class TextFile implements AutoCloseable {

    private final Path file;
    private final Utf8Lines lines;
    private final RowFormat format;
    private List<TextColumn> columns;
    private int[] places;
    private String pending;

    private TextFile(Path file, List<TextColumn> columns) {
        this.file = file;
        this.columns = columns;
        this.lines = Utf8Lines.open(file);
        boolean opened = false;
        try {
            pending = lines.next();
            format = RowFormat.of(file, pending, !columns.isEmpty());
            if (pending != null) {
                readHeader();
            }
            opened = true;
        } finally {
            if (!opened) {
                lines.close();
            }
        }
    }

    /**
     * Opens a file.
     *
     * @param file the file, in UTF-8
     * @param columns the column of the text, or of two texts that belong together; none if each
     *     line is a text or there is one column only
     * @return the texts; to be closed
     * @throws CalibrationException if the file can't be read or lacks a column; also thrown by
     *     {@link #next}
     */
    public static TextFile open(Path file, List<TextColumn> columns) {
        if (!Files.isRegularFile(file)) {
            throw new CalibrationException(
                    Problem.of("there is no file of texts")
                            .in(file)
                            .expected("a file of lines, .tsv or .csv")
                            .actual(Files.exists(file) ? "a folder" : "nothing"));
        }
        return new TextFile(file, columns);
    }

    /**
     * Reads the first line of a file of columns.
     *
     * @param file the file, in UTF-8
     * @return what stands in its columns, empty if there is no line
     * @throws CalibrationException if the file can't be read
     */
    public static List<String> firstLine(Path file) {
        try (TextFile text = open(file, List.of(new TextColumn.Numbered(1)))) {
            List<String> fields = text.fields();
            return fields == null ? List.of() : fields;
        }
    }

    private void readHeader() {
        boolean named = columns.stream().anyMatch(TextColumn.Named.class::isInstance);
        List<String> first = named ? fields() : List.of();
        places = new int[columns.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] =
                    columns.get(i) instanceof TextColumn.Numbered numbered
                            ? numbered.number() - 1
                            : first.indexOf(columns.get(i).toString());
            if (places[i] < 0) {
                throw new CalibrationException(
                        Problem.of("there is no column '" + columns.get(i) + "'")
                                .in(file)
                                .at("line 1")
                                .expected("one of the names in the first line")
                                .actual(names(first))
                                .next("Name one of these, or give its number, counted from 1"));
            }
        }
    }

    private static String names(List<String> fields) {
        return fields.stream()
                .limit(20)
                .map(name -> name.length() > 40 ? name.substring(0, 40) + "..." : name)
                .collect(Collectors.joining(", "));
    }

    /**
     * Returns the next row.
     *
     * @return the row; null after the last one
     * @throws CalibrationException if a text is empty, a column missing, or the file no UTF-8
     */
    public TextRow next() {
        long line = lines.number() + (pending == null ? 1 : 0);
        List<String> fields = fields();
        if (fields == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        if (columns.isEmpty()) {
            texts.add(only(fields, line));
        }
        for (int i = 0; i < columns.size(); i++) {
            if (places[i] >= fields.size()) {
                throw new CalibrationException(
                        Problem.of("there is no column " + columns.get(i))
                                .in(file)
                                .at("line " + line)
                                .expected("at least " + (places[i] + 1) + " columns")
                                .actual(fields.size())
                                .next("Give another column, counted from 1, or mend the line"));
            }
            texts.add(fields.get(places[i]));
        }
        for (String text : texts) {
            if (text.isBlank()) {
                throw new CalibrationException(
                        Problem.of("a text is empty")
                                .in(file)
                                .at("line " + line)
                                .expected("a text in each row")
                                .next("Remove the line, or give another column"));
            }
        }
        return new TextRow(line, texts);
    }

    private String only(List<String> fields, long line) {
        if (fields.size() > 1) {
            throw new CalibrationException(
                    Problem.of("there are several columns")
                            .in(file)
                            .at("line " + line)
                            .expected("the column of the text")
                            .actual(fields.size() + " columns")
                            .next("Say which one is the text (--text-column N or NAME)"));
        }
        return fields.get(0);
    }

    private List<String> fields() {
        String line = pending == null ? lines.next() : pending;
        pending = null;
        return line == null ? null : format.fields(line, lines, file);
    }

    @Override
    public void close() {
        lines.close();
    }
}
