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

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How the user's data becomes inputs. */
final class DataOptions {

    /** What DATA may be, for the help. */
    static final String FORMS =
            "an .npz file or a folder of them, each with one array per model input, batch first,"
                    + " named as the inputs (inspect shows them) or arr_0, arr_1, ... in their"
                    + " order; a folder of images; or, with --tokenizer, a file of texts.";

    /** How rows of a file beside a folder of images find their image, for the help. */
    static final String OF_IMAGES =
            " Of a folder of images: a file's path below it and its number a line, or columns"
                    + " file and label (.csv, .tsv), in any order; numbers alone are in the"
                    + " sorted order of the paths, one for each image.";

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = PositiveCount.class,
            description =
                    "Run N rows of the data at once. Default: up to 16, and fewer where rows are large. For"
                            + " models that take batches of one size only, whatever their signature"
                            + " says, and those that mix the rows of a batch.")
    private int batch;

    @ArgGroup(heading = "%nHow images become inputs:%n", exclusive = false)
    private ImageOptions images = new ImageOptions();

    @ArgGroup(heading = "%nHow texts become inputs:%n", exclusive = false)
    private TextOptions texts = new TextOptions();

    /**
     * Tells which of these options the user gave.
     *
     * @return their names
     */
    List<String> given() {
        List<String> names = new ArrayList<>(images.given());
        names.addAll(texts.given());
        if (batch > 0) {
            names.add("--batch");
        }
        return names;
    }

    /**
     * Returns how many rows run at once.
     *
     * @return the number; empty if the user leaves it open
     */
    OptionalInt batch() {
        return batch > 0 ? OptionalInt.of(batch) : OptionalInt.empty();
    }

    /**
     * Finds the data.
     *
     * @param path what the user named
     * @return the data, not opened yet
     * @throws RecipeException if options of another kind of data were given
     */
    CalibrationData data(Path path) {
        if (!texts.areGiven() && !texts.given().isEmpty()) {
            throw new RecipeException(
                    Problem.of(String.join(" and ", texts.given()) + " without --tokenizer")
                            .expected("--tokenizer tokenizer.json, which turns texts into inputs"));
        }
        if (texts.areGiven() && !images.given().isEmpty()) {
            throw new RecipeException(
                    Problem.of(
                                    String.join(" and ", images.given())
                                            + " is for images and --tokenizer for texts")
                            .next("Leave one of them out"));
        }
        return texts.areGiven() ? texts.data(path) : images.data(path);
    }
}
