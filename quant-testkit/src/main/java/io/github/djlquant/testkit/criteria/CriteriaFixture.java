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
package io.github.djlquant.testkit.criteria;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.Provenance;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.translate.QuantizationTranslator;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A small network in a file, data for it and a criteria that loads it. */
public abstract class CriteriaFixture {

    /** The name of our factory, as plain strings spell it. */
    protected static final String FACTORY = QuantizationTranslatorFactory.class.getName();

    private static final int ROWS = 24;

    /** Holds the model. */
    @TempDir protected Path folder;

    /** The float model's file. */
    protected Path model;

    /** Rows to calibrate with, an .npz file outside the model's folder. */
    protected Path data;

    private final FloatModel kind;

    /**
     * Creates the suite.
     *
     * @param kind the kind of model under test
     */
    protected CriteriaFixture(FloatModel kind) {
        this.kind = kind;
    }

    /**
     * Returns the kind of model.
     *
     * @return what saves and describes it
     */
    protected final FloatModel kind() {
        return kind;
    }

    /**
     * Returns the backend under test.
     *
     * @return the backend
     */
    protected final Backend backend() {
        return kind.backend();
    }

    /**
     * Makes rows for the network.
     *
     * @param rows how many
     * @param seed different seeds give different numbers
     * @return a float tensor for its input
     */
    protected final Map<String, Tensor> feeds(int rows, long seed) {
        return kind.feeds(rows, seed);
    }

    /**
     * Touches what a block holds of its engine's memory: throws if that is gone.
     *
     * @param block a block of the engine
     */
    protected final void requireOpen(Block block) {
        kind.requireOpen(block);
    }

    /**
     * Writes the model and the data.
     *
     * @throws IOException if it can't
     */
    @BeforeEach
    protected void write() throws IOException {
        Path place = Files.createDirectories(folder.resolve("network"));
        model = kind.save(place, "network");
        data = folder.resolve("rows.npz");
        NpzWriter.write(data, feeds(ROWS, 1));
    }

    /**
     * Starts a criteria without a place to load from.
     *
     * @return a builder
     */
    protected final Criteria.Builder<float[], float[]> anywhere() {
        return kind.describe(Criteria.builder().setTypes(float[].class, float[].class));
    }

    /**
     * Starts a criteria for the model's file.
     *
     * @return a builder
     */
    protected final Criteria.Builder<float[], float[]> criteria() {
        return anywhere().optModelPath(kind.location(model));
    }

    /**
     * Starts a factory for the engine under test.
     *
     * @return a builder
     */
    protected final QuantizationTranslatorFactory.Builder factoryBuilder() {
        QuantizationTranslatorFactory.Builder builder = QuantizationTranslatorFactory.builder();
        String engine = backend().getEngineName();
        return engine.equals(kind.engine()) ? builder : builder.optBlockEngine(engine);
    }

    /**
     * Loads the model with the option that replaces its block: static, with the suite's data.
     *
     * @param translator the application's own
     * @return the quantized model
     * @throws Exception if it fails
     */
    protected final ZooModel<float[], float[]> replaced(Rows translator) throws Exception {
        return criteria().optTranslatorFactory(factory(translator)).build().loadModel();
    }

    /**
     * Makes the option that replaces a model's block: static, with the suite's data.
     *
     * @param translator the application's own
     * @return the factory
     */
    protected final QuantizationTranslatorFactory factory(Rows translator) {
        return factoryBuilder()
                .setRecipe(Recipe.staticInt8())
                .optCalibration(CalibrationData.ofPath(data))
                .optTranslator(translator)
                .build();
    }

    /**
     * Loads the model with the wrapping form of the option, with the same recipe and data.
     *
     * @return the float model, whose predictors run the quantized one
     * @throws Exception if it fails
     */
    protected final ZooModel<float[], float[]> wrapped() throws Exception {
        return criteria()
                .optTranslator(
                        new QuantizationTranslator<>(
                                new Rows(rowShape()),
                                Recipe.staticInt8(),
                                CalibrationData.ofPath(data)))
                .build()
                .loadModel();
    }

    /**
     * Adds the plain strings that name our factory and the application's.
     *
     * @param builder a criteria
     * @return the same builder
     */
    protected final Criteria.Builder<float[], float[]> strings(
            Criteria.Builder<float[], float[]> builder) {
        return builder.optArgument("translatorFactory", FACTORY)
                .optArgument("userTranslatorFactory", RowsFactory.class.getName())
                .optArgument(RowsFactory.ARGUMENT, shape());
    }

    /**
     * Returns the shape of one row, as an argument spells it.
     *
     * @return such as {@code 1,3,7,7}
     */
    protected final String shape() {
        return LongStream.of(rowShape()).mapToObj(Long::toString).collect(Collectors.joining(","));
    }

    /**
     * Returns the shape of one row.
     *
     * @return the extents, 1 for the batch
     */
    protected final long[] rowShape() {
        return kind.rowShape();
    }

    /**
     * Makes one row.
     *
     * @param seed different seeds give different numbers
     * @return its elements
     */
    protected final float[] row(long seed) {
        return feeds(1, seed).values().iterator().next().toFloats();
    }

    /**
     * Predicts once.
     *
     * @param model an open model
     * @param row its input
     * @return its output
     * @throws Exception if it fails
     */
    protected static float[] predict(ZooModel<float[], float[]> model, float[] row)
            throws Exception {
        try (Predictor<float[], float[]> predictor = model.newPredictor()) {
            return predictor.predict(row);
        }
    }

    /**
     * Predicts with the float model in stock DJL.
     *
     * @param row its input
     * @return its output
     * @throws Exception if it fails
     */
    protected final float[] floatAnswer(float[] row) throws Exception {
        try (ZooModel<float[], float[]> plain =
                criteria().optTranslator(new Rows(rowShape())).build().loadModel()) {
            return predict(plain, row);
        }
    }

    /**
     * Requires answers close to the float model's, but not those of the float model.
     *
     * @param loaded an open model
     * @throws Exception if it fails
     */
    protected final void assertQuantized(ZooModel<float[], float[]> loaded) throws Exception {
        float[] row = row(77);
        float[] answer = predict(loaded, row);
        assertThat(loaded.getProperty("djl-quant.engine")).isEqualTo(backend().getEngineName());
        float[] exact = floatAnswer(row);
        assertThat(answer)
                .as("bit-identical answers mean that the float model ran")
                .isNotEqualTo(exact);
        assertThat(AnswerComparison.sqnr(exact, answer)).isGreaterThan(15);
    }

    /**
     * Reads where the artifact that a model runs comes from.
     *
     * @param loaded an open model
     * @return its provenance
     */
    protected final Provenance provenance(ZooModel<?, ?> loaded) {
        Path artifact = Path.of(loaded.getProperty("djl-quant.artifact"));
        return Provenance.in(
                        Backends.forFile(artifact).read(artifact).metadata(), artifact.toString())
                .orElseThrow();
    }
}
