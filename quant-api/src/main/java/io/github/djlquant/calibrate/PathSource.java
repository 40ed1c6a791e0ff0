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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds out what lies at a path: an .npz file, a folder of them, or a folder of images. */
final class PathSource {

    private static final Set<String> IMAGES = Set.of("png", "jpg", "jpeg", "bmp", "gif");

    /** Folders of images are often sorted by class, one folder each. */
    private static final int DEPTH = 3;

    /** Files for each image that may lie beside it, such as what is known of it. */
    private static final int MOST_BESIDE = 9;

    private static final String FORMS =
            "an .npz file, a folder of .npz files or a folder of images (png, jpg, bmp, gif)";

    private PathSource() {}

    static TensorSource open(Path path, ImagePreprocessing preprocessing, FeedSpec spec) {
        if (Files.isRegularFile(path)) {
            if (!ending(path).equals("npz")) {
                throw unknown(path, "another file");
            }
            return new NpzSource(List.of(path), spec);
        }
        if (!Files.isDirectory(path)) {
            throw unknown(path, "nothing");
        }
        List<Path> arrays = find(path, Set.of("npz"), 1);
        List<Path> images = images(path);
        if (arrays.isEmpty() == images.isEmpty()) {
            throw unknown(
                    path,
                    arrays.isEmpty()
                            ? "a folder with neither"
                            : arrays.size() + " .npz files and " + images.size() + " images");
        }
        if (!arrays.isEmpty()) {
            return new NpzSource(arrays, spec);
        }
        requireMostly(path, images);
        return new ImageSource(path, images, preprocessing, spec);
    }

    /** A picture somewhere in a folder of other things makes no data set of it. */
    private static void requireMostly(Path path, List<Path> images) {
        int others = walk(path, DEPTH, file -> !isHidden(path, file)).size() - images.size();
        if (others > MOST_BESIDE * images.size()) {
            throw new CalibrationException(
                    Problem.of("the folder holds hardly any images")
                            .in(path)
                            .expected("a folder of images (png, jpg, bmp, gif)")
                            .actual(
                                    images.size()
                                            + (images.size() == 1 ? " image" : " images")
                                            + " among "
                                            + others
                                            + " other files, the first one "
                                            + path.relativize(images.get(0)))
                            .next("Give the folder that the images lie in"));
        }
    }

    /** Such as {@code ._cat.jpg}, which would move each label by one. */
    private static boolean isHidden(Path folder, Path file) {
        for (Path part : folder.relativize(file)) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** The images of a folder, sorted by path; hidden ones are what a system keeps for itself. */
    static List<Path> images(Path path) {
        return Files.isDirectory(path) ? find(path, IMAGES, DEPTH) : List.of();
    }

    private static List<Path> find(Path folder, Set<String> endings, int depth) {
        return walk(
                folder, depth, file -> !isHidden(folder, file) && endings.contains(ending(file)));
    }

    private static List<Path> walk(Path folder, int depth, Predicate<Path> chosen) {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return new ArrayList<>(
                    files.filter(Files::isRegularFile).filter(chosen).sorted().toList());
        } catch (IOException | UncheckedIOException e) {
            throw new CalibrationException(
                    Problem.of("the folder can't be read: " + e.getMessage()).in(folder), e);
        }
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static CalibrationException unknown(Path path, String found) {
        return new CalibrationException(
                Problem.of("there is no calibration data")
                        .in(path)
                        .expected(FORMS)
                        .actual(found)
                        .next(
                                "A file of texts needs a tokenizer beside it"
                                        + " (CalibrationData.ofText, or --tokenizer)"));
    }
}
