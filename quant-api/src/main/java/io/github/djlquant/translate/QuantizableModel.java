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

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.repository.Artifact;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.Translator;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A loaded model that answers {@link Model#quantize()}, which DJL declares and its own models
 * refuse:
 *
 * <pre>{@code
 * try (QuantizableModel<String, float[]> model = QuantizableModel.load(criteria)) {
 *     model.quantize();                              // dynamic int8: needs no data
 *     Predictor<String, float[]> predictor = model.newPredictor();
 * }
 * }</pre>
 *
 * <p>It is the model that it was made of: closing one closes the other. Predictors that this model
 * made before {@code quantize()} go on with the float block, whose memory is freed when the last of
 * them is closed. Close those that another one made of the same model (such as the {@code ZooModel}
 * that it was taken from) before: the block is freed under them. Several threads may ask for it:
 * one quantizes, the others wait.
 *
 * @param <I> the input type
 * @param <O> the output type
 */
public final class QuantizableModel<I, O> extends ZooModel<I, O> {

    private QuantizableModel(Model model, Translator<I, O> translator) {
        super(model, translator);
    }

    /**
     * Loads a model. The criteria's own options (such as {@code intraOpNumThreads}) and those in
     * the metadata of the one model that it names hold for the quantized model's session too,
     * whether this model is quantized later or the criteria quantizes already, in whichever form:
     * they become its arguments {@code option.NAME}, which DJL hands on. Where a criteria leaves
     * the choice among several models to DJL, nobody knows before which metadata counts: there, say
     * these arguments in the metadata itself.
     *
     * @param criteria what to load, which stays as it is
     * @param <I> the input type
     * @param <O> the output type
     * @return the model, to be closed
     * @throws IOException as {@link Criteria#loadModel}
     * @throws ModelNotFoundException as {@link Criteria#loadModel}
     * @throws MalformedModelException as {@link Criteria#loadModel}
     */
    public static <I, O> QuantizableModel<I, O> load(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        Map<String, String> options = options(criteria);
        if (options.isEmpty()) {
            return of(criteria.loadModel());
        }
        Map<String, Object> arguments = new HashMap<>();
        options.forEach(
                (name, value) -> {
                    if (!SettingsMerge.OF_LOADING.contains(name)) {
                        arguments.put(QuantizationArguments.OPTION_PREFIX + name, value);
                    }
                });
        if (criteria.getArguments() != null) {
            arguments.putAll(criteria.getArguments());
        }
        return of(criteria.toBuilder().optArguments(arguments).build().loadModel());
    }

    /** What DJL hands to the float model's session. */
    private static Map<String, String> options(Criteria<?, ?> criteria) throws IOException {
        Map<String, String> own = criteria.getOptions() == null ? Map.of() : criteria.getOptions();
        if (criteria.getModelZoo() == null) {
            return own;
        }
        List<ModelLoader> named =
                criteria.getModelZoo().getModelLoaders().stream()
                        .filter(loader -> isNamed(loader, criteria))
                        .toList();
        Artifact artifact =
                named.size() == 1 ? named.get(0).getMrl().match(criteria.getFilters()) : null;
        return artifact == null ? own : artifact.getOptions(own);
    }

    private static boolean isNamed(ModelLoader loader, Criteria<?, ?> criteria) {
        String artifact = criteria.getArtifactId();
        return artifact == null || artifact.equals(loader.getArtifactId());
    }

    /**
     * Takes what {@code criteria.loadModel()} returned.
     *
     * @param model the loaded model
     * @param <I> the input type
     * @param <O> the output type
     * @return the same model; to be closed in its place
     */
    public static <I, O> QuantizableModel<I, O> of(ZooModel<I, O> model) {
        return new QuantizableModel<>(model.getWrappedModel(), model.getTranslator());
    }

    /**
     * Takes a model that was loaded, or trained, without a criteria.
     *
     * @param model the model
     * @return the same model; to be closed in its place
     */
    public static QuantizableModel<NDList, NDList> of(Model model) {
        return new QuantizableModel<>(model, new NoopTranslator());
    }

    /**
     * Replaces the block by one with int8 weights, whose activations are quantized at run time
     * ({@link Recipe#dynamicInt8}). Does nothing on a model that is quantized.
     *
     * @throws io.github.djlquant.QuantizationException if it can't be quantized or is below its
     *     gate; the model stays open and as it was
     */
    @Override
    public void quantize() {
        quantize(Recipe.dynamicInt8(), null);
    }

    /**
     * Replaces the block by a quantized one. Does nothing on a model that is quantized.
     *
     * @param recipe what to do
     * @param data the data for calibration and verification; null if the recipe needs none
     * @throws io.github.djlquant.QuantizationException if it can't be quantized or is below its
     *     gate; the model stays open and as it was
     */
    public void quantize(Recipe recipe, CalibrationData data) {
        Model model = getWrappedModel();
        // Of two threads the second would free the block that the first one's predictors hold.
        synchronized (model) {
            if (!QuantizedBlock.isQuantized(this)) {
                Model quantized =
                        QuantizedBlock.open(
                                model,
                                getTranslator(),
                                QuantizationOptions.of(recipe, data).withArgumentsOf(model),
                                null);
                FloatPredictors.of(model).replace(() -> QuantizedBlock.swap(model, quantized));
            }
        }
    }

    @Override
    public Predictor<I, O> newPredictor(Device device) {
        return newPredictor(getTranslator(), device);
    }

    @Override
    public <P, Q> Predictor<P, Q> newPredictor(Translator<P, Q> translator, Device device) {
        Model model = getWrappedModel();
        return FloatPredictors.of(model).make(model, translator, device);
    }

    @Override
    public void close() {
        super.close();
        FloatPredictors.of(getWrappedModel()).free();
    }
}
