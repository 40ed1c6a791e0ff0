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

import ai.djl.nn.Block;
import ai.djl.util.Progress;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.trace.TraceInput;
import java.nio.file.Path;
import java.util.List;
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

    private final QuantizationSettings settings;
    private final BlockConversion blocks;

    private Quantizer(QuantizationSettings settings, BlockConversion blocks) {
        this.settings = settings;
        this.blocks = blocks;
    }

    static Quantizer of(QuantizationSettings settings) {
        return new Quantizer(settings, new BlockConversion(settings, settings, null, List.of()));
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
     * <p>The output's ending chooses its format: {@code .onnx} or {@code .pt}. A source of the
     * other format crosses first, which is proven on real rows; a name without such an ending keeps
     * the source's format.
     *
     * @param source the float model
     * @param output the file to write
     * @return what was made and everything known about it
     * @throws ModelFormatException if the source is malformed
     * @throws UnsupportedModelException if nothing in it can be quantized, it holds what can't be
     *     carried, or it can't cross to the output's format; the message lists all operators that
     *     stand in the way
     * @throws CalibrationException if the data does not fit
     * @throws RecipeException if the output exists and must not be overwritten, or the recipe needs
     *     data and there is none
     * @throws GateException if the result is too far from the source and was not forced
     * @throws QuantizationCancelledException if the thread is interrupted
     */
    public QuantizedModel quantize(Path source, Path output) {
        settings.requireData();
        if (settings.auto()) {
            return new AutoQuantizer(settings).quantize(source, output);
        }
        Engines engines = Engines.of(source, output);
        // First of all: the engine takes one processor while it loads, the source the other one.
        try (SourceFacts facts =
                SourceFacts.of(
                        engines.source(),
                        source,
                        (graph, wanted) ->
                                Rehearsal.hold(settings.recipe(), engines, graph, wanted))) {
            return new QuantizationRun(settings, engines, source, output, facts).call();
        }
    }

    /**
     * Merges float operators of a block: batch normalizations into layers, and whatever else the
     * phase {@code FUSE} holds. What says that it keeps the float function is proven in the engine.
     *
     * @param block an initialized block; it is copied, never changed, and may be closed afterwards
     * @return a float block of its own, to be closed, in the block's engine where its operators
     *     cross to it, or in the one that the builder names
     * @throws UnsupportedModelException if the block can't be traced or run
     */
    public GraphBlock fuse(Block block) {
        return blocks.fuse(block);
    }

    /**
     * Makes a float block with observers inside: fused, equalized as far as that needs no data, and
     * gathering the statistics of the recipe (static; {@link Recipe#staticInt8()} unless chosen)
     * from whatever runs through it.
     *
     * <pre>{@code
     * PreparedBlock prepared = quantizer.prepare(block);
     * model.setBlock(prepared);                          // any Predictor, Trainer or loop
     * for (Batch batch : trainer.iterateDataset(data)) EasyTrain.validateBatch(trainer, batch);
     * Block int8 = quantizer.convert(prepared);
     * }</pre>
     *
     * @param block an initialized block; it is copied, never changed, and may be closed afterwards
     * @return a block of its own, to be closed, in the block's engine where its operators cross to
     *     it; training passes need the engine PyTorch
     * @throws RecipeException if the recipe is not static
     * @throws UnsupportedModelException if the block can't be traced or run
     */
    public PreparedBlock prepare(Block block) {
        return blocks.prepare(block);
    }

    /**
     * Turns a prepared block into integers by what its observers saw. The result is verified
     * against the prepared block, on the first rows that ran through it.
     *
     * @param block what {@link #prepare} returned; it stays open and may observe more
     * @return a quantized block of its own, to be closed, in the same engine
     * @throws RecipeException if it is no prepared block
     * @throws CalibrationException if it saw nothing, or hardly anything
     * @throws GateException if the result is too far from the float block and was not forced
     */
    public VerifiedBlock convert(Block block) {
        return blocks.convert(block);
    }

    /**
     * Quantizes a block to a file: trace, fuse, calibrate on the builder's data, convert, verify.
     *
     * @param block an initialized block; it is never changed
     * @param output the file to write: ONNX or TorchScript, by its ending
     * @return what was made and everything known about it; {@link GraphBlock#open} opens it
     * @throws UnsupportedModelException if the block can't be traced or written in that format
     * @throws QuantizationException as for {@link #quantize(Path, Path)}
     */
    public QuantizedModel quantize(Block block, Path output) {
        settings.requireData();
        return blocks.quantize(block, output);
    }

    /**
     * Quantizes a block in memory: trace, fuse, calibrate on the builder's data, convert, verify.
     * It runs in the engine that the builder names, or else in the one whose dialect blocks are
     * traced to (ONNX Runtime), which is the faster one on integers.
     *
     * @param block an initialized block; it is never changed
     * @return a quantized block of its own, to be closed
     * @throws QuantizationException as for {@link #quantize(Block, Path)}
     */
    public VerifiedBlock quantize(Block block) {
        settings.requireData();
        return blocks.quantize(block);
    }

    /**
     * Quantizes a block in memory, in one line.
     *
     * @param block an initialized block; it is never changed
     * @param data representative inputs
     * @param recipe what to do
     * @return a quantized block of its own, to be closed
     * @throws QuantizationException as for {@link #quantize(Block)}
     */
    public static VerifiedBlock quantize(Block block, CalibrationData data, Recipe recipe) {
        return builder().optRecipe(recipe).optCalibration(data).build().quantize(block);
    }

    /** Collects the options of a {@link Quantizer}; every one has a default. */
    public static final class Builder extends DataOptions<Builder> {

        private Recipe recipe;
        private Target.Name target = Target.Name.ANY;
        private int threads;
        private Progress progress;
        private boolean overwrite;
        private boolean force;
        private boolean latency = true;
        private boolean optimized;
        private boolean auto;
        private String engine;
        private List<TraceInput> inputs = List.of();

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

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
         * Times the float model a second time, in the form that was quantized (batch norms folded,
         * operators merged): what optimizing and what quantizing gains shows apart, in {@link
         * io.github.djlquant.evaluate.LatencyRatio#optimizedMicros}. Opens the float model once
         * more.
         *
         * @param measured true to time it; without effect if latency is not measured
         * @return this builder
         */
        public Builder optOptimizedLatency(boolean measured) {
            optimized = measured;
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
         * Sets the engine in which blocks run. A file's own format tells that of a file.
         *
         * @param name a DJL engine, such as {@code PyTorch} or {@code OnnxRuntime}; by default the
         *     block's own for {@link Quantizer#fuse} and {@link Quantizer#prepare}, and the one
         *     that needs no crossing for {@link Quantizer#quantize(Block)}
         * @return this builder
         */
        public Builder optEngine(String name) {
            engine = Objects.requireNonNull(name, "engine");
            return this;
        }

        /**
         * Sets what blocks take, where that is not floats of the shapes that they were initialized
         * with. (A {@link GraphBlock} knows.)
         *
         * @param taken one entry per input
         * @return this builder
         */
        public Builder optInputs(List<TraceInput> taken) {
            inputs = List.copyOf(taken);
            return this;
        }

        /**
         * Builds the quantizer.
         *
         * @return the quantizer
         * @throws RecipeException if the recipe takes no table, or if there are labels without data
         */
        public Quantizer build() {
            RunData rows = rows();
            KeptStatistics statistics = statistics();
            boolean measurable = rows.calibration() != null || statistics.table() != null;
            Recipe chosen =
                    recipe != null
                            ? recipe
                            : measurable ? Recipe.staticInt8() : Recipe.dynamicInt8();
            QuantizationSettings settings =
                    new QuantizationSettings(
                            chosen,
                            target,
                            rows,
                            statistics,
                            threads,
                            progress,
                            new Handover(overwrite, force, latency, optimized),
                            auto);
            settings.requireConsistent();
            QuantizationSettings observing =
                    recipe == null ? settings.withRecipe(Recipe.staticInt8()) : settings;
            return new Quantizer(
                    settings, new BlockConversion(settings, observing, engine, inputs));
        }
    }
}
