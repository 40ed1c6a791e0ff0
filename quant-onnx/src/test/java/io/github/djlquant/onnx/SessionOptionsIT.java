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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.criteria.CriteriaFixture;
import io.github.djlquant.testkit.criteria.Rows;
import io.github.djlquant.translate.QuantizableModel;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Options of the session reach the quantized model's, from each place where they can stand, and
 * settings of serving.properties where DJL honours them. A session keeps the threads that it was
 * told to, which the operating system counts.
 */
@EnabledOnOs(OS.LINUX)
class SessionOptionsIT extends CriteriaFixture {

    /** So many that other threads of the process, which come and go, don't matter. */
    private static final int THREADS = 24;

    private static final String OPTION = "intraOpNumThreads";

    SessionOptionsIT() {
        super(new OnnxNetwork());
    }

    private static long threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.count();
        }
    }

    private interface Load {
        ZooModel<?, ?> open() throws Exception;
    }

    /** Threads that go when the model is closed. */
    private static long threadsOf(Load load) throws Exception {
        long open;
        try (ZooModel<?, ?> model = load.open()) {
            assertThat(model.getProperty("djl-quant.artifact")).isNotNull();
            open = threads();
        }
        return open - threads();
    }

    private QuantizationTranslatorFactory.Builder factory() {
        return QuantizationTranslatorFactory.builder()
                .setRecipe(Recipe.staticInt8())
                .optCalibration(CalibrationData.ofPath(data))
                .optTranslator(new Rows(rowShape()));
    }

    /** Makes the entry of the cache, so that only the sessions are left to look at. */
    @BeforeEach
    void quantize() throws Exception {
        criteria().optTranslatorFactory(factory().build()).build().loadModel().close();
    }

    @Test
    void theBuilders() throws Exception {
        String many = Integer.toString(THREADS);
        assertThat(
                        threadsOf(
                                () ->
                                        criteria()
                                                .optTranslatorFactory(
                                                        factory().optOption(OPTION, many).build())
                                                .build()
                                                .loadModel()))
                .isGreaterThanOrEqualTo(THREADS - 2);
        assertThat(
                        threadsOf(
                                () ->
                                        criteria()
                                                .optTranslatorFactory(
                                                        factory().optOption(OPTION, "1").build())
                                                .build()
                                                .loadModel()))
                .isLessThan(THREADS / 2);
    }

    @Test
    void anArgument() throws Exception {
        assertThat(
                        threadsOf(
                                () ->
                                        strings(criteria())
                                                .optArgument("calibration", data.toString())
                                                .optArgument("option." + OPTION, THREADS)
                                                .build()
                                                .loadModel()))
                .isGreaterThanOrEqualTo(THREADS - 2);
    }

    @Test
    void theCriteriasOwn() throws Exception {
        assertThat(
                        threadsOf(
                                () -> {
                                    QuantizableModel<float[], float[]> model =
                                            QuantizableModel.load(
                                                    criteria()
                                                            .optTranslator(new Rows(rowShape()))
                                                            .optOption(
                                                                    OPTION,
                                                                    Integer.toString(THREADS))
                                                            .build());
                                    model.quantize(
                                            Recipe.staticInt8(), CalibrationData.ofPath(data));
                                    return model;
                                }))
                .isGreaterThanOrEqualTo(THREADS - 2);
    }

    @Test
    void servingProperties() throws Exception {
        Files.writeString(
                model.resolveSibling("serving.properties"),
                "option." + OPTION + "=" + THREADS + "\n");
        assertThat(
                        threadsOf(
                                () ->
                                        anywhere()
                                                .optModelPath(model.getParent())
                                                .optTranslatorFactory(factory().build())
                                                .build()
                                                .loadModel()))
                .isGreaterThanOrEqualTo(THREADS - 2);
    }

    @Test
    void mistakesAreRefused() {
        assertThatThrownBy(
                        () ->
                                criteria()
                                        .optTranslatorFactory(
                                                factory().optOption(OPTION, "many").build())
                                        .build()
                                        .loadModel())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("options of the quantized model's session")
                .hasMessageContaining("many");
    }

    /** What {@code djl-quant check} foretells: read for Input and Output, too late for others. */
    @Test
    void servingPropertiesChooseTheFactoryOnlyForServing() throws Exception {
        Files.writeString(
                model.resolveSibling("serving.properties"),
                "translatorFactory="
                        + FACTORY
                        + "\nuserTranslatorFactory=ai.djl.translate.NoopServingTranslatorFactory"
                        + "\nquantization=static-int8\ncalibration=../rows.npz\n");
        try (ZooModel<Input, Output> served =
                Criteria.builder()
                        .setTypes(Input.class, Output.class)
                        .optEngine(backend().getEngineName())
                        .optModelPath(model.getParent())
                        .build()
                        .loadModel()) {
            assertThat(served.getProperty("djl-quant.recipe")).isEqualTo("static-int8");
        }
        try (ZooModel<NDList, NDList> embedded =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optEngine(backend().getEngineName())
                        .optModelPath(model.getParent())
                        .build()
                        .loadModel()) {
            assertThat(embedded.getProperty("djl-quant.artifact")).as("a float model").isNull();
        }
    }
}
