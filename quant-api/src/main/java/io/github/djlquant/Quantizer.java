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
package io.github.djlquant;

import ai.djl.util.Progress;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/**
 * The front door: a float model file and some data in, a verified quantized model file out.
 *
 * <pre>{@code
 * QuantizedModel model = Quantizer.builder()
 *     .optRecipe(Recipe.staticInt8())
 *     .optCalibration(CalibrationData.ofDataset(dataset))
 *     .build()
 *     .quantize(Path.of("resnet.onnx"), Path.of("resnet-int8.onnx"));
 * System.out.println(model);
 * }</pre>
 *
 * <p>Immutable; safe for several threads. Interrupting the thread cancels: nothing is left under
 * the output's name.
 */
public final class Quantizer {

    private final Settings settings;

    private Quantizer(Settings settings) {
        this.settings = settings;
    }

    static Quantizer of(Settings settings) {
        return new Quantizer(settings);
    }

    /**
     * Starts a quantizer.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Quantizes a model file. The output appears, atomically, only after it was loaded in the
     * engine and compared with the source; a copy of its provenance and plan appears beside it as
     * {@code NAME.quant.json}.
     *
     * @param source the float model
     * @param output the file to write
     * @return what was made and everything known about it
     * @throws ModelFormatException if the source is malformed
     * @throws UnsupportedModelException if nothing in it can be quantized, or it holds what can't
     *     be carried
     * @throws CalibrationException if the data does not fit
     * @throws RecipeException if the output exists and must not be overwritten, is named as a file
     *     of another engine, or the recipe needs data and there is none
     * @throws GateException if the result is too far from the source and was not forced
     * @throws QuantizationCancelledException if the thread is interrupted
     */
    public QuantizedModel quantize(Path source, Path output) {
        Backend backend = Backends.forFile(source);
        refuseOtherFormat(backend, source, output);
        if (settings.auto()) {
            return new AutoQuantizer(settings).quantize(source, output);
        }
        // First of all: the engine takes one processor while it loads, the source the other one.
        try (SourceFacts facts = SourceFacts.of(backend, source)) {
            return new QuantizationRun(settings, backend, source, output, facts).call();
        }
    }

    /** Under the ending of another format no engine would find out what is in the file. */
    private static void refuseOtherFormat(Backend backend, Path source, Path output) {
        String name = String.valueOf(output.getFileName()).toLowerCase(Locale.ROOT);
        String own = backend.fileExtension();
        for (Backend other : Backends.all()) {
            String ending = other.fileExtension();
            if (!ending.equals(own) && name.endsWith(ending)) {
                throw new RecipeException(
                        Problem.of("a quantized model keeps the format of its source")
                                .in(output)
                                .expected(
                                        "a name that ends in "
                                                + own
                                                + ", as "
                                                + source.getFileName()
                                                + " is a model of "
                                                + backend.getEngineName())
                                .actual(ending)
                                .next(
                                        "Let the output end in "
                                                + own
                                                + "; for "
                                                + ending
                                                + ", export the float model in that format and"
                                                + " quantize the export"));
            }
        }
    }

    /**
     * What a run is asked to do.
     *
     * @param recipe the recipe
     * @param target where the artifact is to run
     * @param calibration the data, or null
     * @param labels the right class of each of the data's samples, or null
     * @param table statistics of an earlier run in place of calibration, or null
     * @param tableFile where the statistics are kept, or null
     * @param resume where an interrupted calibration goes on, or null
     * @param samples the largest number of calibration rows, 0 for all
     * @param threads threads inside one run of the engine, 0 for the engine's choice
     * @param batchSize rows of a calibration batch, 0 for as many as suit the model's rows
     * @param progress who is told how far it is, or null
     * @param overwrite true to replace an existing output
     * @param force true to hand over a model below its gate
     * @param latency true to measure latency during verification
     * @param auto true to try what may suit and to keep the best
     */
    record Settings(
            Recipe recipe,
            Target.Name target,
            CalibrationData calibration,
            Labels labels,
            CalibrationTable table,
            Path tableFile,
            Path resume,
            long samples,
            int threads,
            int batchSize,
            Progress progress,
            boolean overwrite,
            boolean force,
            boolean latency,
            boolean auto) {

        /** One recipe on its own: its gate binds, and its latency decides. */
        Settings trying(Recipe candidate) {
            boolean measures = candidate.method() == Method.STATIC;
            return new Settings(
                    candidate,
                    target,
                    calibration,
                    labels,
                    measures ? table : null,
                    measures ? tableFile : null,
                    measures ? resume : null,
                    samples,
                    threads,
                    batchSize,
                    progress,
                    overwrite,
                    false,
                    true,
                    false);
        }
    }

    /** Collects the options of a {@link Quantizer}; every one has a default. */
    public static final class Builder {

        private Recipe recipe;
        private Target.Name target = Target.Name.ANY;
        private CalibrationData calibration;
        private Labels labels;
        private CalibrationTable table;
        private Path tableFile;
        private Path resume;
        private long samples;
        private int threads;
        private int batchSize;
        private Progress progress;
        private boolean overwrite;
        private boolean force;
        private boolean latency = true;
        private boolean auto;

        private Builder() {}

        /**
         * Sets what to do. By default {@link Recipe#staticInt8()} with data or a table and {@link
         * Recipe#dynamicInt8()} without.
         *
         * @param asked the recipe
         * @return this builder
         */
        public Builder optRecipe(Recipe asked) {
            recipe = Objects.requireNonNull(asked, "recipe");
            return this;
        }

        /**
         * Sets where the artifact is to run.
         *
         * @param name the target, {@link Target.Name#ANY} by default
         * @return this builder
         */
        public Builder optTarget(Target.Name name) {
            target = Objects.requireNonNull(name, "target");
            return this;
        }

        /**
         * Sets the data for calibration and verification.
         *
         * @param data the data
         * @return this builder
         */
        public Builder optCalibration(CalibrationData data) {
            calibration = Objects.requireNonNull(data, "calibration");
            return this;
        }

        /**
         * Sets the right class of each sample of the data. Verification then measures accuracy, on
         * more samples, and the gate judges how far it fell.
         *
         * @param classes the labels, in the order of the data
         * @return this builder
         */
        public Builder optLabels(Labels classes) {
            labels = Objects.requireNonNull(classes, "labels");
            return this;
        }

        /**
         * Takes what an earlier run measured instead of calibrating, such as for another target.
         * Data is then used for verification only.
         *
         * @param measured the table, of the same model and of a recipe that observes the same
         * @return this builder
         */
        public Builder optCalibrationTable(CalibrationTable measured) {
            table = Objects.requireNonNull(measured, "table");
            return this;
        }

        /**
         * Keeps what calibration measured, even if the result falls below its gate; {@link
         * CalibrationTable#load} reads it again.
         *
         * @param file the file to write; like the output, it is replaced only where that is allowed
         * @return this builder
         */
        public Builder optSaveCalibrationTable(Path file) {
            tableFile = Objects.requireNonNull(file, "file");
            return this;
        }

        /**
         * Sets a file to go on from when calibration was interrupted. The same data must come in
         * the same order. The file is deleted at the end of calibration.
         *
         * @param checkpoint the file, which need not exist
         * @return this builder
         */
        public Builder optResume(Path checkpoint) {
            resume = Objects.requireNonNull(checkpoint, "checkpoint");
            return this;
        }

        /**
         * Limits calibration.
         *
         * @param rows the largest number of rows, 0 for all
         * @return this builder
         */
        public Builder optSamples(long rows) {
            samples = requireNotNegative(rows, "samples");
            return this;
        }

        /**
         * Sets the number of threads inside one run of the engine.
         *
         * @param count the number, 0 leaves it to the engine
         * @return this builder
         */
        public Builder optThreads(int count) {
            threads = (int) requireNotNegative(count, "threads");
            return this;
        }

        /**
         * Sets the rows of a calibration batch; a model with a fixed batch overrules it. By default
         * 16, and fewer where a row is large: what large rows gain by company is less than what the
         * memory for it costs.
         *
         * @param rows the number, at least 1
         * @return this builder
         */
        public Builder optBatchSize(int rows) {
            if (rows < 1) {
                throw new RecipeException(Problem.of("a batch has at least one row").actual(rows));
            }
            batchSize = rows;
            return this;
        }

        /**
         * Sets who is told how far calibration is.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder optProgress(Progress listener) {
            progress = Objects.requireNonNull(listener, "progress");
            return this;
        }

        /**
         * Allows an existing output to be replaced.
         *
         * @param allowed true to replace it
         * @return this builder
         */
        public Builder optOverwrite(boolean allowed) {
            overwrite = allowed;
            return this;
        }

        /**
         * Hands a model over even if it is below its gate, with a warning.
         *
         * @param anyway true to hand it over
         * @return this builder
         */
        public Builder optIgnoreGate(boolean anyway) {
            force = anyway;
            return this;
        }

        /**
         * Switches the measurement of latency during verification.
         *
         * @param measured false to save its time (about two seconds)
         * @return this builder
         */
        public Builder optLatency(boolean measured) {
            latency = measured;
            return this;
        }

        /**
         * Tries what may suit the model (static-int8 with data, dynamic-int8, and float optimized)
         * and hands over the best that passes the gate: the fastest on this machine, among equally
         * fast ones the smallest. It may be the float model, optimized; {@link
         * QuantizedModel#warnings} says what was chosen, and why not the others. The recipe's
         * scope, schemes and gate hold for all; its method and {@link #optIgnoreGate} do not count.
         *
         * @param search true to search
         * @return this builder
         */
        public Builder optAuto(boolean search) {
            auto = search;
            return this;
        }

        /**
         * Builds the quantizer.
         *
         * @return the quantizer
         * @throws RecipeException if the recipe needs data and there is none, or takes no table; or
         *     if there are labels without data
         */
        public Quantizer build() {
            boolean measurable = calibration != null || table != null;
            Recipe chosen =
                    recipe != null
                            ? recipe
                            : measurable ? Recipe.staticInt8() : Recipe.dynamicInt8();
            if (!auto && chosen.method() != Method.STATIC && (table != null || tableFile != null)) {
                throw new RecipeException(
                        Problem.of(
                                        table != null
                                                ? "this recipe takes no calibration table"
                                                : "this recipe measures nothing that could be kept")
                                .at(chosen.name())
                                .next("Leave the table out, or use the recipe static-int8"));
            }
            if (labels != null && calibration == null) {
                throw new RecipeException(
                        Problem.of("labels belong to data, and there is none")
                                .next("Pass the data (optCalibration, or --calibrate)"));
            }
            if (!auto && chosen.method() == Method.STATIC && !measurable) {
                throw new RecipeException(
                        Problem.of("a static recipe needs calibration data")
                                .at(chosen.name())
                                .next(
                                        "Pass data (optCalibration, or --calibrate), or use the recipe dynamic-int8"));
            }
            return new Quantizer(
                    new Settings(
                            chosen,
                            target,
                            calibration,
                            labels,
                            table,
                            tableFile,
                            resume,
                            samples,
                            threads,
                            batchSize,
                            progress,
                            overwrite,
                            force,
                            latency,
                            auto));
        }

        private static long requireNotNegative(long value, String name) {
            if (value < 0) {
                throw new RecipeException(Problem.of("a negative number of " + name).actual(value));
            }
            return value;
        }
    }
}
