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
import io.github.djlquant.translate.QuantizationTranslator;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Options of the session reach the quantized model's, from each place where they can stand, and
 * settings of serving.properties where DJL honours them. A session keeps the threads that it was
 * told to, which the operating system counts.
 */
@EnabledOnOs(OS.LINUX)
class SessionOptionsIT extends CriteriaFixture {

    /**
     * So many that other threads of the process, which come and go, don't matter; half of them are
     * more than a session has by itself, one for each processor.
     */
    private static final int THREADS = 24 + 2 * Runtime.getRuntime().availableProcessors();

    private static final String MANY = Integer.toString(THREADS);

    private static final String OPTION = "intraOpNumThreads";

    SessionOptionsIT() {
        super(new OnnxNetwork());
    }

    private static Set<Path> threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.collect(Collectors.toSet());
        }
    }

    private interface Load {
        ZooModel<float[], float[]> open() throws Exception;
    }

    /**
     * Threads that go when the model is closed; the wrapping form opens its own when it predicts.
     */
    private long threadsOf(Load load) throws Exception {
        Set<Path> open;
        try (ZooModel<float[], float[]> model = load.open()) {
            assertThat(predict(model, row(1))).isNotEmpty();
            assertThat(model.getProperty("djl-quant.artifact")).isNotNull();
            open = threads();
        }
        // Not a difference of numbers: the JVM starts threads of its own meanwhile.
        open.removeAll(threads());
        return open.size();
    }

    private QuantizationTranslator<float[], float[]> wrapping() {
        return new QuantizationTranslator<>(
                new Rows(rowShape()), Recipe.staticInt8(), CalibrationData.ofPath(data));
    }

    private String url(String query) {
        return kind().location(model).toUri() + "?" + query;
    }

    private Path servingProperties() throws IOException {
        Files.writeString(
                model.resolveSibling("serving.properties"),
                "option." + OPTION + "=" + THREADS + "\n");
        return model.getParent();
    }

    /** One model, whose metadata hold the option. */
    private Path zoo() throws IOException {
        Path zoo = folder.resolve("mlrepo");
        Path artifact = zoo.resolve("model/cv/image_classification/com/example/options");
        String name = model.getFileName().toString();
        Files.copy(
                model,
                Files.createDirectories(artifact.resolve("0.0.1")).resolve(name),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                artifact.resolve("metadata.json"),
                """
                {"metadataVersion": "0.2", "resourceType": "model", "application": "cv/image_classification",
                 "groupId": "com.example", "artifactId": "options", "name": "options",
                 "artifacts": [
                  {"version": "0.0.1", "snapshot": false, "name": "network", "options": {"%s": "%s"},
                   "files": {"model": {"uri": "0.0.1/%s", "name": "%s", "size": "%d"}}}]}
                """
                        .formatted(OPTION, MANY, name, name, Files.size(model)));
        return zoo;
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

    /** A place where the option can stand, in either form of ours. */
    private enum Place {
        BUILDER,
        ARGUMENT,
        URL,
        SERVING_PROPERTIES,
        CRITERIA,
        ZOO;

        /** DJL's own session of the float model gets it, too, and the wrapping form keeps that. */
        boolean isForFloats() {
            return this == SERVING_PROPERTIES || isFromOptions();
        }

        /** DJL keeps it to itself. */
        boolean isFromOptions() {
            return this == CRITERIA || this == ZOO;
        }
    }

    private Criteria.Builder<float[], float[]> saying(Place place) throws IOException {
        return switch (place) {
            case BUILDER -> criteria();
            case ARGUMENT -> criteria().optArgument("option." + OPTION, THREADS);
            case URL -> anywhere().optModelUrls(url("option." + OPTION + "=" + THREADS));
            case SERVING_PROPERTIES -> anywhere().optModelPath(servingProperties());
            case CRITERIA -> criteria().optOption(OPTION, MANY);
            case ZOO -> anywhere().optModelUrls(zoo().toUri().toString());
        };
    }

    private static ZooModel<float[], float[]> open(
            Place place, Criteria.Builder<float[], float[]> criteria) throws Exception {
        return place.isFromOptions()
                ? QuantizableModel.load(criteria.build())
                : criteria.build().loadModel();
    }

    @ParameterizedTest
    @EnumSource
    void theFactorysSessionGetsIt(Place place) throws Exception {
        QuantizationTranslatorFactory.Builder factory = factory();
        if (place == Place.BUILDER) {
            factory.optOption(OPTION, MANY);
        }
        assertThat(
                        threadsOf(
                                () ->
                                        open(
                                                place,
                                                saying(place)
                                                        .optTranslatorFactory(factory.build()))))
                .isGreaterThanOrEqualTo(THREADS - 2);
    }

    @ParameterizedTest
    @EnumSource
    void theWrappingFormsSessionGetsIt(Place place) throws Exception {
        QuantizationTranslator<float[], float[]> wrapping =
                place == Place.BUILDER ? wrapping().withOption(OPTION, MANY) : wrapping();
        assertThat(threadsOf(() -> open(place, saying(place).optTranslator(wrapping))))
                .isGreaterThanOrEqualTo((place.isForFloats() ? 2 : 1) * (THREADS - 2));
    }

    @ParameterizedTest
    @EnumSource(names = "BUILDER", mode = EnumSource.Mode.EXCLUDE)
    void thePlainStringsSessionGetsIt(Place place) throws Exception {
        assertThat(
                        threadsOf(
                                () ->
                                        open(
                                                place,
                                                strings(saying(place))
                                                        .optArgument(
                                                                "calibration", data.toString()))))
                .isGreaterThanOrEqualTo(THREADS - 2);
    }

    @ParameterizedTest
    @EnumSource(names = "BUILDER", mode = EnumSource.Mode.EXCLUDE)
    void theSessionOfDjlsOwnCallGetsIt(Place place) throws Exception {
        assertThat(
                        threadsOf(
                                () -> {
                                    QuantizableModel<float[], float[]> model =
                                            QuantizableModel.load(
                                                    saying(place)
                                                            .optTranslator(new Rows(rowShape()))
                                                            .build());
                                    model.quantize(
                                            Recipe.staticInt8(), CalibrationData.ofPath(data));
                                    return model;
                                }))
                .isGreaterThanOrEqualTo(THREADS - 2);
    }

    /** The program, then the criteria's arguments, then the file beside the model. */
    @Test
    void whatIsNearerToTheProgramWins() throws Exception {
        Path saying = servingProperties();
        assertThat(
                        threadsOf(
                                () ->
                                        anywhere()
                                                .optModelPath(saying)
                                                .optArgument("option." + OPTION, 1)
                                                .optTranslatorFactory(factory().build())
                                                .build()
                                                .loadModel()))
                .as("an argument over serving.properties")
                .isLessThan(THREADS / 2);
        assertThat(
                        threadsOf(
                                () ->
                                        criteria()
                                                .optArgument("option." + OPTION, THREADS)
                                                .optTranslatorFactory(
                                                        factory().optOption(OPTION, "1").build())
                                                .build()
                                                .loadModel()))
                .as("the builder over an argument")
                .isLessThan(THREADS / 2);
    }

    /** Told in README and by {@code djl-quant check}: nothing of the loaded model shows it. */
    @Test
    void djlKeepsTheCriteriasOwnToItsFloatSession() throws Exception {
        assertThat(
                        threadsOf(
                                () ->
                                        criteria()
                                                .optOption(OPTION, MANY)
                                                .optTranslatorFactory(factory().build())
                                                .build()
                                                .loadModel()))
                .isLessThan(THREADS / 2);
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
