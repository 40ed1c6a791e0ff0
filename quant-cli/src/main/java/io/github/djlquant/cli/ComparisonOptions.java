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
import io.github.djlquant.evaluate.AnswerOptions;
import io.github.djlquant.evaluate.PairedMetric;
import io.github.djlquant.evaluate.Readout;
import io.github.djlquant.evaluate.Slicing;
import io.github.djlquant.evaluate.Targets;
import io.github.djlquant.evaluate.metric.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the answers of two models are compared: by what, and on which parts of the rows. */
final class ComparisonOptions {

    @Option(
            names = "--targets",
            paramLabel = "FILE",
            description =
                    "The right number of each row, one a line: for models that yield one number."
                            + DataOptions.OF_IMAGES
                            + " With --pooling, of each pair of rows: people's score of their"
                            + " similarity. Without --labels a slice that changed too much is a"
                            + " warning, and no refusal.")
    private Path targets;

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Names of the classes, one a line, in the order of their index.")
    private Path classes;

    @Option(
            names = "--pooling",
            paramLabel = "KIND",
            description =
                    "mean: judge the mean of the tokens' states, with length 1, as sentence encoders"
                            + " use it.")
    private Pooling pooling;

    @Mixin private TaskOption task = new TaskOption();

    @Option(
            names = "--slices",
            paramLabel = "FILE:COLUMN",
            description =
                    "Divide the rows by a column of a .tsv or .csv file with a line for each row of"
                            + " DATA (of images: found by a column named file or path, or else in"
                            + " the sorted order of their paths); may be repeated. Label, brightness, contrast and length are"
                            + " always looked at where there are some.")
    private List<String> slices = List.of();

    /** What is made of the states of tokens. */
    enum Pooling {
        MEAN
    }

    /**
     * Tells which of these options describe rows.
     *
     * @return their names, as far as they are given
     */
    List<String> ofRows() {
        List<String> names = new ArrayList<>();
        if (targets != null) {
            names.add("--targets");
        }
        if (classes != null) {
            names.add("--classes");
        }
        if (!slices.isEmpty()) {
            names.add("--slices");
        }
        return names;
    }

    /**
     * Reads the files.
     *
     * @param data the rows that they describe, or null if there are none
     * @return how to compare
     * @throws RecipeException if one can't be read
     */
    Comparison read(CalibrationData data) {
        return new Comparison(
                this,
                classes == null ? List.of() : lines(classes),
                targets == null ? null : Targets.read(targets, pooling == null ? data : null),
                slices.stream().map(ComparisonOptions::slicing).toList());
    }

    /**
     * The options with what their files say.
     *
     * @param classNames names by their index; empty if there are none
     * @param right the right numbers, or null
     * @param slicings how rows are divided
     */
    record Comparison(
            ComparisonOptions options,
            List<String> classNames,
            Targets right,
            List<Slicing> slicings) {

        /** Adds to a comparison; metrics are new ones each time. */
        <B extends AnswerOptions<B>> B addTo(B comparison) {
            comparison.optSlices(slicings.toArray(Slicing[]::new)).optMetrics(metrics());
            if (!classNames.isEmpty()) {
                comparison.optClassNames(classNames);
            }
            if (options.pooling != null) {
                comparison.optReadout(Readout.meanPooling());
            }
            return options.task.of(comparison);
        }

        private PairedMetric[] metrics() {
            if (right == null) {
                return new PairedMetric[0];
            }
            return options.pooling == null
                    ? new PairedMetric[] {
                        Metrics.spearman(right),
                        Metrics.pearson(right),
                        Metrics.meanAbsoluteError(right)
                    }
                    : new PairedMetric[] {Metrics.pairSpearman(right)};
        }
    }

    private static Slicing slicing(String choice) {
        int colon = choice.lastIndexOf(':');
        if (colon < 1 || colon == choice.length() - 1) {
            throw new RecipeException(
                    Problem.of("--slices needs a file and a column")
                            .expected("such as meta.tsv:2 or meta.csv:camera")
                            .actual("'" + choice + "'"));
        }
        return Slicing.byColumn(Path.of(choice.substring(0, colon)), choice.substring(colon + 1));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("the names of the classes can't be read")
                            .in(file)
                            .expected("UTF-8 text, a name a line"),
                    e);
        }
    }
}
