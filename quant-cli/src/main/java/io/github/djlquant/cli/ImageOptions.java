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
package io.github.djlquant.cli;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.ImagePreprocessing;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a folder of images becomes inputs; other data needs none of this. */
final class ImageOptions {

    @Option(
            names = "--size",
            paramLabel = "WxH",
            converter = SizeConverter.class,
            description =
                    "Scale and crop to this width and height, such as 224x224. Default: what the"
                            + " model's input says.")
    private Size size;

    @Option(
            names = "--mean",
            paramLabel = "R,G,B",
            converter = ChannelsConverter.class,
            description =
                    "Subtract this, after scaling pixels to [0, 1]; one number per channel or one"
                            + " for all. Default: 0.485,0.456,0.406 (ImageNet), or none for a model"
                            + " that takes bytes.")
    private Channels mean;

    @Option(
            names = "--std",
            paramLabel = "R,G,B",
            converter = ChannelsConverter.class,
            description =
                    "Then divide by this. Default: 0.229,0.224,0.225 (ImageNet), or none for a"
                            + " model that takes bytes.")
    private Channels std;

    @Option(
            names = "--layout",
            paramLabel = "LAYOUT",
            description = "Order of the axes: ${COMPLETION-CANDIDATES}. Default: NCHW.")
    private ImagePreprocessing.Layout layout;

    /**
     * Tells which of these options the user gave.
     *
     * @return their names
     */
    List<String> given() {
        List<String> names = new ArrayList<>();
        if (size != null) {
            names.add("--size");
        }
        if (mean != null) {
            names.add("--mean");
        }
        if (std != null) {
            names.add("--std");
        }
        if (layout != null) {
            names.add("--layout");
        }
        return names;
    }

    /**
     * Finds the data.
     *
     * @param path what the user named
     * @return the data, not opened yet
     * @throws RecipeException if options for images were given, and it holds prepared inputs
     */
    CalibrationData data(Path path) {
        if (!given().isEmpty() && Files.exists(path) && !areIn(path)) {
            throw new RecipeException(
                    Problem.of(String.join(" and ", given()) + " is only for a folder of images")
                            .expected("a folder without .npz files")
                            .actual(
                                    (Files.isDirectory(path)
                                                    ? "the folder of .npz files "
                                                    : "the file ")
                                            + path)
                            .next("Leave it out: an .npz file holds prepared inputs"));
        }
        return CalibrationData.ofPath(path, preprocessing());
    }

    /**
     * Tells whether the data consists of images.
     *
     * @param path what the user named
     * @return true for a folder without {@code .npz} files
     */
    static boolean areIn(Path path) {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (DirectoryStream<Path> prepared = Files.newDirectoryStream(path, "*.npz")) {
            return !prepared.iterator().hasNext();
        } catch (IOException e) {
            throw new CalibrationException(Problem.of("the folder can't be read").in(path), e);
        }
    }

    private ImagePreprocessing preprocessing() {
        ImagePreprocessing asked = ImagePreprocessing.IMAGENET;
        try {
            if (size != null) {
                asked = asked.withSize(size.height(), size.width());
            }
            asked =
                    asked.withNormalisation(
                            mean == null ? asked.mean() : mean.values(),
                            std == null ? asked.std() : std.values());
        } catch (IllegalArgumentException e) {
            throw new RecipeException(
                    Problem.of(e.getMessage()).at(String.join(" and ", given())), e);
        }
        return layout == null ? asked : asked.withLayout(layout);
    }

    /**
     * An image's size.
     *
     * @param width pixels of a row
     * @param height rows
     */
    record Size(int width, int height) {}

    /** Reads {@code 224x192}. */
    static final class SizeConverter implements ITypeConverter<Size> {

        private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,4})[xX]([1-9]\\d{0,4})");

        @Override
        public Size convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no width and height such as 224x224");
            }
            return new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        }
    }

    /**
     * One number per channel.
     *
     * @param values the numbers, or one for all channels
     */
    record Channels(List<Float> values) {}

    /** Reads {@code 0.5} or {@code 0.485,0.456,0.406}. */
    static final class ChannelsConverter implements ITypeConverter<Channels> {

        @Override
        public Channels convert(String text) {
            List<Float> values = new ArrayList<>();
            for (String number : text.split(",", -1)) {
                values.add(parse(number, text));
            }
            return new Channels(List.copyOf(values));
        }

        private static float parse(String number, String text) {
            try {
                float value = Float.parseFloat(number.strip());
                if (Float.isFinite(value)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw notNumbers(text);
            }
            throw notNumbers(text);
        }

        private static TypeConversionException notNumbers(String text) {
            return new TypeConversionException(
                    "'" + text + "' are no numbers such as 0.485,0.456,0.406");
        }
    }
}
