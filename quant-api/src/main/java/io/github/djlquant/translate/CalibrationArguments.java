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
package io.github.djlquant.translate;

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.ImagePreprocessing;
import io.github.djlquant.calibrate.TextPreprocessing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The data that plain strings describe.
 *
 * @param given what is said
 * @param folder the model's folder, where relative paths are looked for too; may be null
 */
record CalibrationArguments(Map<QuantizationArgument, String> given, Path folder) {

    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4})[xX]([1-9]\\d{0,4})");

    private static final List<QuantizationArgument> OF_IMAGES =
            List.of(
                    QuantizationArgument.CALIBRATION_SIZE,
                    QuantizationArgument.CALIBRATION_MEAN,
                    QuantizationArgument.CALIBRATION_STD,
                    QuantizationArgument.CALIBRATION_LAYOUT);

    private static final List<QuantizationArgument> OF_TEXTS =
            List.of(
                    QuantizationArgument.CALIBRATION_TEXT_COLUMN,
                    QuantizationArgument.CALIBRATION_MAX_TOKENS);

    private static final List<QuantizationArgument> OF_DATA =
            List.of(
                    QuantizationArgument.SAMPLES,
                    QuantizationArgument.CALIBRATION_KEY,
                    QuantizationArgument.CALIBRATION_THREADS,
                    QuantizationArgument.CALIBRATION_TOKENIZER);

    /** Returns null if there is no data. */
    CalibrationData data() {
        String text = given.get(QuantizationArgument.CALIBRATION);
        if (text == null) {
            refuse(OF_IMAGES, QuantizationArgument.CALIBRATION.text());
            refuse(OF_TEXTS, QuantizationArgument.CALIBRATION.text());
            refuse(OF_DATA, QuantizationArgument.CALIBRATION.text());
            return null;
        }
        Path path = ArgumentPath.of(QuantizationArgument.CALIBRATION, text, folder);
        if (given.containsKey(QuantizationArgument.CALIBRATION_TOKENIZER)) {
            refuse(OF_IMAGES, "a folder of images, and texts have a tokenizer");
            return texts(path);
        }
        refuse(OF_TEXTS, QuantizationArgument.CALIBRATION_TOKENIZER.text());
        if (Files.isRegularFile(path)) {
            refuse(OF_IMAGES, "a folder of images");
        }
        return CalibrationData.ofPath(path, images());
    }

    /** What would be ignored is a misunderstanding. */
    private void refuse(List<QuantizationArgument> arguments, String needed) {
        List<String> found =
                arguments.stream()
                        .filter(given::containsKey)
                        .map(QuantizationArgument::text)
                        .toList();
        if (!found.isEmpty()) {
            throw new RecipeException(
                    Problem.of("an argument of quantization that nothing would read")
                            .at(String.join(", ", found))
                            .expected(needed));
        }
    }

    private CalibrationData texts(Path file) {
        Path tokenizer =
                ArgumentPath.of(
                        QuantizationArgument.CALIBRATION_TOKENIZER,
                        given.get(QuantizationArgument.CALIBRATION_TOKENIZER),
                        folder);
        TextPreprocessing text =
                TextPreprocessing.of(tokenizer)
                        .withMaxTokens(
                                Math.toIntExact(
                                        QuantizationArguments.count(
                                                QuantizationArgument.CALIBRATION_MAX_TOKENS,
                                                given)));
        String columns = given.get(QuantizationArgument.CALIBRATION_TEXT_COLUMN);
        if (columns == null) {
            return CalibrationData.ofText(file, text);
        }
        try {
            return CalibrationData.ofText(file, text.withColumns(columns.split(",", -1)));
        } catch (IllegalArgumentException e) {
            throw new RecipeException(
                    Problem.of(e.getMessage())
                            .at(QuantizationArgument.CALIBRATION_TEXT_COLUMN.text()),
                    e);
        }
    }

    private ImagePreprocessing images() {
        ImagePreprocessing images = ImagePreprocessing.IMAGENET;
        String size = given.get(QuantizationArgument.CALIBRATION_SIZE);
        if (size != null) {
            Matcher matcher = SIZE.matcher(size);
            if (!matcher.matches()) {
                throw QuantizationArguments.invalid(
                        QuantizationArgument.CALIBRATION_SIZE,
                        "width and height, such as 224x224",
                        size);
            }
            images =
                    images.withSize(
                            Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(1)));
        }
        try {
            images =
                    images.withNormalisation(
                            numbers(QuantizationArgument.CALIBRATION_MEAN, images.mean()),
                            numbers(QuantizationArgument.CALIBRATION_STD, images.std()));
        } catch (IllegalArgumentException e) {
            throw new RecipeException(
                    Problem.of(e.getMessage())
                            .at(
                                    QuantizationArgument.CALIBRATION_MEAN.text()
                                            + ", "
                                            + QuantizationArgument.CALIBRATION_STD.text()),
                    e);
        }
        return images.withLayout(layout());
    }

    private ImagePreprocessing.Layout layout() {
        String text = given.getOrDefault(QuantizationArgument.CALIBRATION_LAYOUT, "NCHW");
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "NCHW" -> ImagePreprocessing.Layout.NCHW;
            case "NHWC" -> ImagePreprocessing.Layout.NHWC;
            default ->
                    throw QuantizationArguments.invalid(
                            QuantizationArgument.CALIBRATION_LAYOUT, "NCHW or NHWC", text);
        };
    }

    private List<Float> numbers(QuantizationArgument argument, List<Float> absent) {
        String text = given.get(argument);
        if (text == null) {
            return absent;
        }
        List<Float> values = new ArrayList<>();
        for (String number : text.split(",", -1)) {
            try {
                values.add(Float.parseFloat(number.strip()));
            } catch (NumberFormatException e) {
                throw QuantizationArguments.invalid(
                        argument, "numbers such as 0.485,0.456,0.406", text);
            }
        }
        if (!values.stream().allMatch(Float::isFinite)) {
            throw QuantizationArguments.invalid(argument, "finite numbers", text);
        }
        return values;
    }
}
