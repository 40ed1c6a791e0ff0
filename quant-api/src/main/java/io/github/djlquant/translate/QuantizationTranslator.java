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
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.translate.TranslatorFactory;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.monitor.DriftMonitor;
import io.github.djlquant.monitor.MonitoredBlock;
import io.github.djlquant.recipe.Recipe;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * The wrapping form of the Criteria option, for {@code optTranslator}. DJL's predictor has already
 * taken the float block when a translator is prepared, so this one runs the quantized model itself
 * while it processes the input and hands the predictor an empty list, for which the predictor skips
 * the float block.
 *
 * <p>Prefer {@link QuantizationTranslatorFactory}: it replaces the block, so that the float model's
 * memory is freed and metrics keep their meaning (here the quantized model's time is counted as
 * "Preprocess").
 *
 * @param <I> the input type
 * @param <O> the output type
 */
public final class QuantizationTranslator<I, O> implements Translator<I, O> {

    private static final String RESULT = QuantizationTranslator.class.getName() + ".result";

    private final Translator<I, O> userTranslator;
    private final QuantizationOptions options;

    /** Null if nobody watches. */
    private final DriftMonitor.Builder drift;

    /** By the float model, which closes it; a closed model is not kept alive. */
    private final Map<Model, Model> quantized = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * Wraps a translator.
     *
     * @param userTranslator the application's own translator
     * @param recipe what to do
     * @param data the data for calibration and verification, or null
     */
    public QuantizationTranslator(
            Translator<I, O> userTranslator, Recipe recipe, CalibrationData data) {
        this(userTranslator, QuantizationOptions.of(recipe, data), null);
    }

    private QuantizationTranslator(
            Translator<I, O> userTranslator,
            QuantizationOptions options,
            DriftMonitor.Builder drift) {
        this.userTranslator = Objects.requireNonNull(userTranslator, "userTranslator");
        this.options = options;
        this.drift = drift;
    }

    /**
     * Watches what the model meets: whether it is still what the model was calibrated on.
     *
     * @param settings the monitor's settings; the artifact brings the baseline along, if it was
     *     quantized with data and a static recipe
     * @return a translator that does the same and watches; {@link #monitorOf} finds the monitor
     */
    public QuantizationTranslator<I, O> withDriftMonitor(DriftMonitor.Builder settings) {
        return new QuantizationTranslator<>(
                userTranslator, options, Objects.requireNonNull(settings, "settings"));
    }

    /**
     * Sets an engine option of the quantized model's session, such as {@code intraOpNumThreads}. It
     * goes before arguments of the criteria named {@code option.intraOpNumThreads}, and those
     * before serving.properties. DJL keeps the criteria's own options from translators: {@link
     * QuantizableModel#load} hands them on.
     *
     * @param key the option
     * @param value its value
     * @return a translator that does the same with this option
     */
    public QuantizationTranslator<I, O> withOption(String key, String value) {
        return new QuantizationTranslator<>(
                userTranslator, options.withEngineOption(key, value), drift);
    }

    /**
     * Finds the monitor of a model that this translator serves. Each model has its own.
     *
     * @param model the float model, as the application holds it
     * @return its monitor; empty before the first prediction, and if nobody watches
     */
    public Optional<DriftMonitor> monitorOf(Model model) {
        // Predictors know the model that a zoo model wraps.
        Model key = model instanceof ZooModel<?, ?> zoo ? zoo.getWrappedModel() : model;
        Model served = quantized.get(key);
        return served == null ? Optional.empty() : MonitoredBlock.monitorOf(served);
    }

    /**
     * Makes the preferred form, shortly.
     *
     * @param recipe what to do
     * @param data the data for calibration and verification, or null
     * @param userFactory makes the translator that the application gets
     * @return the option for {@code optTranslatorFactory}
     */
    public static QuantizationTranslatorFactory factory(
            Recipe recipe, CalibrationData data, TranslatorFactory userFactory) {
        QuantizationTranslatorFactory.Builder builder =
                QuantizationTranslatorFactory.builder()
                        .setRecipe(recipe)
                        .optTranslatorFactory(userFactory);
        if (data != null) {
            builder.optCalibration(data);
        }
        return builder.build();
    }

    @Override
    public synchronized void prepare(TranslatorContext context) throws Exception {
        userTranslator.prepare(context);
        Model model = context.getModel();
        if (!quantized.containsKey(model)) {
            quantized.put(
                    model,
                    QuantizedBlock.open(
                            model, userTranslator, options.withArgumentsOf(model), drift));
        }
    }

    @Override
    public Batchifier getBatchifier() {
        return userTranslator.getBatchifier();
    }

    @Override
    public NDList processInput(TranslatorContext context, I input) throws Exception {
        run(context, userTranslator.processInput(context, input));
        return new NDList();
    }

    @Override
    public O processOutput(TranslatorContext context, NDList empty) throws Exception {
        return userTranslator.processOutput(context, result(context));
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<I> inputs) throws Exception {
        run(context, userTranslator.batchProcessInput(context, inputs));
        return new NDList();
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext context, NDList empty) throws Exception {
        return userTranslator.batchProcessOutput(context, result(context));
    }

    private void run(TranslatorContext context, NDList inputs) {
        ParameterStore parameters = new ParameterStore(context.getNDManager(), false);
        Model model = quantized.get(context.getModel());
        if (model == null) {
            throw new QuantizationException(
                    Problem.of("the translator was not prepared for this model")
                            .at(context.getModel().getName()));
        }
        context.setAttachment(RESULT, model.getBlock().forward(parameters, inputs, false));
    }

    private NDList result(TranslatorContext context) {
        if (context.getAttachment(RESULT) instanceof NDList outputs) {
            return outputs;
        }
        throw new QuantizationException(
                Problem.of("the output was asked for before the input was processed"));
    }
}
