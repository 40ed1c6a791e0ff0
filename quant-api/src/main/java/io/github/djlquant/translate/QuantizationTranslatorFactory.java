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

import ai.djl.Model;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import ai.djl.util.Progress;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.monitor.DriftMonitor;
import io.github.djlquant.monitor.MonitoredBlock;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.TraceInput;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The option that quantizes the model that a {@link ai.djl.repository.zoo.Criteria} loads:
 *
 * <pre>{@code
 * Criteria.builder().setTypes(Image.class, Classifications.class)
 *     .optModelPath(path)
 *     .optTranslatorFactory(QuantizationTranslatorFactory.builder()
 *         .setRecipe(Recipe.staticInt8())
 *         .optCalibration(CalibrationData.ofDataset(dataset))
 *         .optTranslator(userTranslator)
 *         .build())
 *     .build().loadModel();
 * }</pre>
 *
 * <p>Give the translator to this builder: a criteria that gets {@code optTranslator} after the
 * factory forgets the factory, and with string arguments it never makes one. The model then stays
 * float, without the property {@code djl-quant.artifact}.
 *
 * <p>DJL loads the float model and asks the factory for a translator; the factory quantizes the
 * model's file (or finds the result of an earlier run in the cache), puts the quantized block in
 * the float block's place, frees the float model's memory and returns the user's own translator
 * unchanged, so that streaming and serving interfaces survive.
 *
 * <p>Plain strings do as well, as arguments of the criteria or in the query of a model's URL:
 *
 * <pre>{@code
 * .optArgument("translatorFactory", QuantizationTranslatorFactory.class.getName())
 * .optArgument("quantization", "static-int8")
 * .optArgument("calibration", "images.npz")
 * }</pre>
 *
 * <p>{@code quantization} is {@code static-int8} (the default with data), {@code dynamic-int8} (the
 * default without), {@code optimize}, {@code auto} (tries all and keeps the fastest that passes its
 * gate), {@code x86}, {@code fbgemm}, {@code onednn} or {@code qnnpack} (for that library of
 * PyTorch's) or a recipe's {@code .json} file. {@code calibration} is an {@code .npz} file, a
 * folder of them, a folder of images ({@code calibrationSize}, {@code calibrationMean}, {@code
 * calibrationStd}, {@code calibrationLayout}) or, with {@code calibrationTokenizer}, a file of
 * texts ({@code calibrationTextColumn}, {@code calibrationMaxTokens}). Further: {@code samples},
 * {@code calibrationThreads}, {@code calibrationKey}, {@code target}, {@code ignoreGate}, {@code
 * blockInputs} ({@code tokens:int64:?x128,...}: what a DJL Block takes), {@code blockEngine} (which
 * engine is to run a quantized Block), {@code userTranslatorFactory} (a class; else that of the
 * model or zoo, else DJL's own for the types) and {@code option.NAME} for the engine's session.
 * Paths are taken from the working directory or the model's folder.
 *
 * <p>{@link #isSupported} is always true and {@link #newInstance} throws an unchecked exception on
 * failure: DJL would otherwise fall back, silently, to a default factory and the float model.
 */
public final class QuantizationTranslatorFactory implements TranslatorFactory {

    /** Null if the arguments say it. */
    private final QuantizationOptions options;

    private final UserTranslator user;
    private final DriftMonitor.Builder drift;

    /**
     * Creates a factory that takes everything from the arguments of the criteria, for {@code
     * optArgument("translatorFactory",
     * "io.github.djlquant.translate.QuantizationTranslatorFactory")}.
     */
    public QuantizationTranslatorFactory() {
        options = null;
        drift = null;
        user = new UserTranslator(null, null);
    }

    private QuantizationTranslatorFactory(Builder builder) {
        options =
                new QuantizationOptions(
                        builder.auto
                                ? QuantizationOptions.candidates(builder.data.data() != null)
                                : List.of(builder.recipe),
                        builder.target,
                        builder.data,
                        builder.block,
                        builder.progress,
                        builder.force,
                        builder.engineOptions);
        user = new UserTranslator(builder.userTranslator, builder.userFactory);
        drift = builder.drift;
    }

    /**
     * Starts a factory.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Tells that every pair of types is supported: whether the user's own translator fits is found
     * out by {@link #newInstance}, with a reason. DJL loads the float model next.
     *
     * @param input the input type
     * @param output the output type
     * @return true
     */
    @Override
    public boolean isSupported(Class<?> input, Class<?> output) {
        KeyParts.begin(options == null ? List.of() : options.recipes());
        return true;
    }

    /**
     * Returns the types of the user's factory.
     *
     * @return its types, none if a translator was given
     */
    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return user.factory() == null ? Set.of() : user.factory().getSupportedTypes();
    }

    /**
     * Quantizes the loaded model and returns the user's translator.
     *
     * @param input the input type
     * @param output the output type
     * @param model the loaded float model; its block is replaced
     * @param arguments the arguments of the criteria, passed on to the user's factory
     * @param <I> the input type
     * @param <O> the output type
     * @return the user's own translator
     * @throws io.github.djlquant.QuantizationException if the model can't be quantized or is below
     *     its gate; the float model is closed
     */
    @Override
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
        boolean done = false;
        try {
            QuantizationArguments read = QuantizationArguments.of(arguments);
            QuantizationOptions asked =
                    options == null ? read.options(model.getModelPath()) : read.beside(options);
            Translator<I, O> translator = user.find(input, output, model, read);
            QuantizedBlock.install(model, translator, asked, drift);
            done = true;
            return translator;
        } finally {
            KeyParts.forget();
            if (!done) {
                // DJL does not close the model when a factory fails.
                model.close();
            }
        }
    }

    /** Collects the options of a {@link QuantizationTranslatorFactory}. */
    public static final class Builder {

        private Recipe recipe;
        private boolean auto;
        private Target.Name target = Target.Name.ANY;
        private DataChoice data = DataChoice.of(null);
        private BlockChoice block = BlockChoice.NONE;
        private Progress progress;
        private boolean force;
        private DriftMonitor.Builder drift;
        private final Map<String, String> engineOptions = new LinkedHashMap<>();
        private TranslatorFactory userFactory;
        private Translator<?, ?> userTranslator;

        private Builder() {}

        /**
         * Sets what to do.
         *
         * @param asked the recipe
         * @return this builder
         */
        public Builder setRecipe(Recipe asked) {
            recipe = Objects.requireNonNull(asked, "recipe");
            return this;
        }

        /**
         * Leaves the recipe to measurement, in place of {@link #setRecipe}: static (with data),
         * dynamic and optimized float are tried, and the fastest that passes its gate is kept. The
         * model's property {@code djl-quant.decision} says why.
         *
         * @return this builder
         */
        public Builder optAuto() {
            auto = true;
            return this;
        }

        /**
         * Sets where the quantized model is to run.
         *
         * @param name the target, {@link Target.Name#ANY} by default
         * @return this builder
         */
        public Builder optTarget(Target.Name name) {
            target = Objects.requireNonNull(name, "target");
            return this;
        }

        /**
         * Sets the data for calibration and verification. The cache tells data at a path apart by
         * the names, sizes and times of its files, other data by its first 64 rows: a data set that
         * is shuffled anew each time is taken for another one each time. Give it a stable order, or
         * name it with {@link #optCacheKey}.
         *
         * @param rows the data; a static recipe needs some
         * @return this builder
         */
        public Builder optCalibration(CalibrationData rows) {
            data = data.withData(Objects.requireNonNull(rows, "calibration"));
            return this;
        }

        /**
         * Sets what the cache tells the data by, instead of looking at it.
         *
         * @param key any text; the user changes it when the data changes
         * @return this builder
         */
        public Builder optCacheKey(String key) {
            data = data.withKey(Objects.requireNonNull(key, "key"));
            return this;
        }

        /**
         * Limits calibration.
         *
         * @param rows the largest number of rows, 0 for all
         * @return this builder
         */
        public Builder optSamples(long rows) {
            data = data.withSamples(rows);
            return this;
        }

        /**
         * Sets the number of threads inside one calibration run.
         *
         * @param count the number, 0 leaves it to the engine
         * @return this builder
         */
        public Builder optThreads(int count) {
            data = data.withThreads(count);
            return this;
        }

        /**
         * Sets who is told how far the quantization is. (DJL does not pass the progress of the
         * criteria on.)
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder optProgress(Progress listener) {
            progress = listener;
            return this;
        }

        /**
         * Takes the quantized model even if it is below its gate.
         *
         * @param anyway true to take it with a warning
         * @return this builder
         */
        public Builder optIgnoreGate(boolean anyway) {
            force = anyway;
            return this;
        }

        /**
         * Watches what the model meets: whether it is still what the model was calibrated on. The
         * monitor of a loaded model is {@link MonitoredBlock#monitorOf}.
         *
         * @param settings the monitor's settings; the artifact brings the baseline along, if it was
         *     quantized with data and a static recipe
         * @return this builder
         */
        public Builder optDriftMonitor(DriftMonitor.Builder settings) {
            drift = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /**
         * Sets what a DJL Block takes. By default these are the shapes that it was initialized
         * with, with an open axis 0, and the element types of the data or else those that it runs
         * on.
         *
         * @param taken one entry per input, with -1 where an extent such as the sequence's is open
         * @return this builder
         */
        public Builder optBlockInputs(List<TraceInput> taken) {
            block = block.withInputs(taken);
            return this;
        }

        /**
         * Sets the engine that is to run a quantized DJL Block, by default the one that holds the
         * Block's parameters. A model file runs in the engine that loads it.
         *
         * @param engine its name in DJL, such as {@code OnnxRuntime}
         * @return this builder
         */
        public Builder optBlockEngine(String engine) {
            block = block.withEngine(Objects.requireNonNull(engine, "engine"));
            return this;
        }

        /**
         * Sets an engine option of the quantized model's session, such as {@code
         * intraOpNumThreads}. It goes before arguments named {@code option.intraOpNumThreads}, and
         * those before serving.properties. DJL keeps the criteria's own options from translators:
         * {@link QuantizableModel#load} hands them on.
         *
         * @param key the option
         * @param value its value
         * @return this builder
         */
        public Builder optOption(String key, String value) {
            engineOptions.put(key, value);
            return this;
        }

        /**
         * Sets the user's own translator factory.
         *
         * @param factory makes the translator that the application gets
         * @return this builder
         */
        public Builder optTranslatorFactory(TranslatorFactory factory) {
            userFactory = Objects.requireNonNull(factory, "factory");
            return this;
        }

        /**
         * Sets the user's own translator.
         *
         * @param translator the translator that the application gets
         * @return this builder
         */
        public Builder optTranslator(Translator<?, ?> translator) {
            userTranslator = Objects.requireNonNull(translator, "translator");
            return this;
        }

        /**
         * Builds the factory.
         *
         * @return the factory
         * @throws RecipeException if the recipe is missing or the options contradict each other
         */
        public QuantizationTranslatorFactory build() {
            if (auto == (recipe != null)) {
                throw new RecipeException(
                        Problem.of(auto ? "both a recipe and auto" : "the recipe is missing")
                                .next("Call setRecipe(Recipe.staticInt8()), or optAuto()"));
            }
            if (userFactory != null && userTranslator != null) {
                throw new RecipeException(
                        Problem.of("both a translator and a translator factory were given"));
            }
            return new QuantizationTranslatorFactory(this);
        }
    }
}
