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
import io.github.djlquant.calibrate.text.TextFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rows of a file beside a folder of images, each of which names the image that it is of. */
final class RowsOfFiles {

    /** What a column that names files is called, in any case. */
    private static final Set<String> COLUMNS =
            Set.of("file", "path", "filename", "file_name", "image");

    private final Path file;
    private final String what;
    private final List<String> names;

    /**
     * Prepares.
     *
     * @param file the file, for messages
     * @param what the rows hold, in the plural, for messages
     * @param names what each row names
     */
    RowsOfFiles(Path file, String what, List<String> names) {
        this.file = file;
        this.what = what;
        this.names = names.stream().map(RowsOfFiles::plain).toList();
    }

    /** Finds the column that names files, among the names in a file's first line. */
    static Optional<String> column(Path file) {
        return TextFile.firstLine(file).stream()
                .filter(name -> COLUMNS.contains(name.strip().toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** The images of the data, in the order of its samples; empty if it is no folder of images. */
    static List<String> images(CalibrationData data) {
        return data instanceof CalibrationData.OfPath folder ? folder.imageNames() : List.of();
    }

    /**
     * Finds the row of each image.
     *
     * @param images their paths below the folder, in the order of the samples
     * @return a row for each image
     * @throws CalibrationException if rows name files that are not there, or files have no row
     */
    int[] order(List<String> images) {
        Map<String, String> places = places(images);
        Map<String, Integer> rows = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String image = places.get(names.get(i));
            if (image == null) {
                throw mismatch(" name a file that the data lacks", names.get(i), images);
            }
            if (rows.put(image, i) != null) {
                throw mismatch(" name the same file twice", names.get(i), images);
            }
        }
        int[] order = new int[images.size()];
        for (int i = 0; i < order.length; i++) {
            Integer row = rows.get(images.get(i));
            if (row == null) {
                throw mismatch(" leave out a file of the data", images.get(i), images);
            }
            order[i] = row;
        }
        return order;
    }

    /**
     * Refuses rows that name no files and are not as many as the images: one too many or too few,
     * and all others belong to a wrong image.
     */
    static void requireAll(Path file, String what, int rows, int images) {
        if (rows != images) {
            throw new CalibrationException(
                    Problem.of("there are not as many " + what + " as images")
                            .in(file)
                            .expected(
                                    images
                                            + " "
                                            + what
                                            + ", in the sorted order of the images' paths")
                            .actual(rows)
                            .next(
                                    "Or name each one's image, in any order, in a column that is"
                                            + " called file (.csv, .tsv)"));
        }
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
        String slashes = name.strip().replace('\\', '/');
        return slashes.startsWith("./") ? slashes.substring(2) : slashes;
    }

    private CalibrationException mismatch(String how, String name, List<String> images) {
        return new CalibrationException(
                Problem.of(what + how)
                        .in(file)
                        .at("file " + name)
                        .expected(
                                "one for each of the "
                                        + images.size()
                                        + " images, by their paths below the folder")
                        .actual(names.size()));
    }
}
