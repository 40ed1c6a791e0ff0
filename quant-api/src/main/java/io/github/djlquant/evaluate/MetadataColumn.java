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
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.text.TextColumn;
import io.github.djlquant.calibrate.text.TextFile;
import io.github.djlquant.calibrate.text.TextRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Divides by a column of a file beside the data. Where the file names images in a column of its
 * own, rows are found by it, whatever their order; else they come in the order of the data.
 */
final class MetadataColumn implements Slicing {

    private static final String WHAT = "rows of metadata";

    private final Path file;
    private final String by;
    private final List<String> values = new ArrayList<>();

    /** The file that each row is of; empty if no column tells. */
    private final List<String> files = new ArrayList<>();

    MetadataColumn(Path file, String column) {
        this.file = file;
        this.by = column;
        List<TextColumn> columns = new ArrayList<>(List.of(TextColumn.parse(column)));
        if (columns.get(0) instanceof TextColumn.Named) {
            RowsOfFiles.column(file).map(TextColumn.Named::new).ifPresent(columns::add);
        }
        try (TextFile rows = TextFile.open(file, columns)) {
            for (TextRow row = rows.next(); row != null; row = rows.next()) {
                values.add(row.texts().get(0).intern());
                if (columns.size() > 1) {
                    files.add(row.texts().get(1));
                }
            }
        }
    }

    @Override
    public String by() {
        return by;
    }

    @Override
    public Slices.Kind kind() {
        return Slices.Kind.METADATA;
    }

    /**
     * Finds the rows of the data.
     *
     * @param data what is evaluated, or null
     * @throws CalibrationException if rows name files that are not there, or files have no row; if
     *     they name none, and there are more or fewer than images
     */
    Named bind(CalibrationData data) {
        List<String> images = RowsOfFiles.images(data);
        if (images.isEmpty()) {
            return named(values);
        }
        if (files.isEmpty()) {
            RowsOfFiles.requireAll(file, WHAT, values.size(), images.size());
            return named(values);
        }
        int[] order = new RowsOfFiles(file, WHAT, files).order(images);
        return named(Arrays.stream(order).mapToObj(values::get).toList());
    }

    /**
     * Refuses metadata that has not as many rows as the data.
     *
     * @throws CalibrationException if there are fewer than rows that are compared, or more than the
     *     data has
     */
    void requireRows(RowCounts rows) {
        rows.require(WHAT, values.size(), file.toString());
    }

    private Named named(List<String> ordered) {
        return new Named(
                by,
                Slices.Kind.METADATA,
                (batch, row) -> {
                    long sample = batch.sample(row);
                    if (sample >= ordered.size()) {
                        throw RowCounts.fewer(WHAT, ordered.size(), sample, file.toString());
                    }
                    return ordered.get((int) sample);
                });
    }
}
