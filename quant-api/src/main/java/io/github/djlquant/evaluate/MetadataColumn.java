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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Divides by a column of a file beside the data. Where the file names images in a column of its
 * own, rows are found by it, whatever their order; else they come in the order of the data.
 */
final class MetadataColumn implements Slicing {

    /** What a column that names files is called, in any case. */
    private static final Set<String> FILES =
            Set.of("file", "path", "filename", "file_name", "image");

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
            TextFile.firstLine(file).stream()
                    .filter(name -> FILES.contains(name.strip().toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .ifPresent(name -> columns.add(new TextColumn.Named(name)));
        }
        try (TextFile rows = TextFile.open(file, columns)) {
            for (TextRow row = rows.next(); row != null; row = rows.next()) {
                values.add(row.texts().get(0).intern());
                if (columns.size() > 1) {
                    files.add(row.texts().get(1).strip().replace('\\', '/'));
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
     * @throws CalibrationException if rows name files that are not there, or files have no row
     */
    Named bind(CalibrationData data) {
        List<String> images =
                data instanceof CalibrationData.OfPath folder && !files.isEmpty()
                        ? folder.imageNames()
                        : List.of();
        return named(images.isEmpty() ? values : byName(images));
    }

    private Named named(List<String> ordered) {
        return new Named(
                by,
                Slices.Kind.METADATA,
                (batch, row) -> {
                    long sample = batch.sample(row);
                    if (sample >= ordered.size()) {
                        throw new CalibrationException(
                                Problem.of("there are fewer rows of metadata than of data")
                                        .in(file)
                                        .expected("at least " + (sample + 1))
                                        .actual(ordered.size()));
                    }
                    return ordered.get((int) sample);
                });
    }

    private List<String> byName(List<String> images) {
        Map<String, String> rows = new HashMap<>();
        Map<String, String> places = places(images);
        for (int i = 0; i < files.size(); i++) {
            String image = places.get(plain(files.get(i)));
            if (image == null) {
                throw mismatch("a row names a file that the data lacks", files.get(i), images);
            }
            if (rows.put(image, values.get(i)) != null) {
                throw mismatch("two rows are of the same file", files.get(i), images);
            }
        }
        List<String> ordered = new ArrayList<>();
        for (String image : images) {
            if (!rows.containsKey(image)) {
                throw mismatch("a file of the data has no row", image, images);
            }
            ordered.add(rows.get(image));
        }
        return ordered;
    }

    /** Images by their path below the folder, and by their name alone where it is the only one. */
    private static Map<String, String> places(List<String> images) {
        Map<String, String> alone = new HashMap<>();
        for (String image : images) {
            alone.merge(image.substring(image.lastIndexOf('/') + 1), image, (a, b) -> "");
        }
        alone.values().removeIf(String::isEmpty);
        Map<String, String> places = new LinkedHashMap<>(alone);
        images.forEach(image -> places.put(image, image));
        return places;
    }

    private static String plain(String name) {
        return name.startsWith("./") ? name.substring(2) : name;
    }

    private CalibrationException mismatch(String what, String name, List<String> images) {
        return new CalibrationException(
                Problem.of(what)
                        .in(file)
                        .at("file " + name)
                        .expected(
                                "one row for each of the "
                                        + images.size()
                                        + " images, by their paths below the folder")
                        .actual(files.size() + " rows"));
    }
}
