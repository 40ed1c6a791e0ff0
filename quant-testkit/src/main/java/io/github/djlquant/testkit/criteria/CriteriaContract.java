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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import io.github.djlquant.Provenance;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.RecipeException;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.RecipeJson;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.awt.image.BufferedImage;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every option of the Criteria, as built objects, plain strings and in URLs. */
public abstract class CriteriaContract extends CriteriaFixture {

    /**
     * Creates the suite.
     *
     * @param kind the kind of model under test
     */
    protected CriteriaContract(FloatModel kind) {
        super(kind);
    }

    /**
     * Plain strings say everything that a static recipe needs.
     *
     * @throws Exception if something fails
     */
    @Test
    public void plainStringsAreEnough() throws Exception {
        Criteria<float[], float[]> criteria =
                strings(criteria())
                        .optArgument("quantization", "static-int8")
                        .optArgument("calibration", data.toString())
                        .optArgument("samples", 8)
                        .optArgument("target", "here")
                        .optArgument("calibrationThreads", "1")
                        .optArgument("calibrationKey", "the rows of today")
                        .optArgument("ignoreGate", "true")
                        .build();
        String artifact;
        try (ZooModel<float[], float[]> int8 = criteria.loadModel()) {
            assertQuantized(int8);
            Provenance provenance = provenance(int8);
            assertThat(provenance.recipe().name()).isEqualTo("static-int8");
            assertThat(provenance.target().name()).isEqualTo("here");
            assertThat(provenance.calibrationSamples()).isEqualTo(8);
            artifact = int8.getProperty("djl-quant.artifact");
            assertThat(int8.getProperty("djl-quant.recipe")).isEqualTo("static-int8");
            assertThat(int8.getProperty("djl-quant.engine")).isEqualTo(backend().getEngineName());
        }
        // The key stands for the data, so the same name with other rows is the same entry.
        Files.setLastModifiedTime(data, java.nio.file.attribute.FileTime.fromMillis(1000));
        try (ZooModel<float[], float[]> again = criteria.loadModel()) {
            assertThat(again.getProperty("djl-quant.artifact")).isEqualTo(artifact);
        }
    }

    /**
     * A URL can say it all, too.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aUrlIsEnough() throws Exception {
        Path images = Files.createDirectories(folder.resolve("images"));
        for (int i = 0; i < 6; i++) {
            BufferedImage image = new BufferedImage(9, 8, BufferedImage.TYPE_INT_RGB);
            for (int x = 0; x < 72; x++) {
                image.setRGB(x % 9, x / 9, (x * 7919 + i * 104_729) & 0xFFFFFF);
            }
            ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
        }
        Map<String, String> query = new LinkedHashMap<>(kind().arguments());
        query.put("translatorFactory", FACTORY);
        query.put("userTranslatorFactory", RowsFactory.class.getName());
        query.put(RowsFactory.ARGUMENT, shape());
        query.put("calibration", images.toString());
        query.put("calibrationSize", "7x7");
        query.put("calibrationLayout", "NCHW");
        query.put("calibrationMean", "0.4,0.5,0.6");
        query.put("calibrationStd", "0.25");
        query.put("ignoreGate", "true");
        String url =
                query.entrySet().stream()
                        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), UTF_8))
                        .collect(Collectors.joining("&", kind().location(model).toUri() + "?", ""));
        Criteria<float[], float[]> criteria =
                Criteria.builder()
                        .setTypes(float[].class, float[].class)
                        .optEngine(kind().engine())
                        .optModelUrls(url)
                        .build();
        try (ZooModel<float[], float[]> int8 = criteria.loadModel()) {
            Provenance provenance = provenance(int8);
            assertThat(provenance.recipe().name()).as("default with data").isEqualTo("static-int8");
            assertThat(provenance.calibrationSamples()).isEqualTo(6);
            assertThat(predict(int8, row(3))).isNotEqualTo(floatAnswer(row(3)));
        }
    }

    /**
     * A recipe's file lies beside the model.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aRecipeMayBeAFileBesideTheModel() throws Exception {
        Recipe recipe = Recipe.staticInt8().withName("ours").withBiasCorrection(false);
        Files.writeString(model.resolveSibling("ours.json"), RecipeJson.print(recipe));
        try (ZooModel<float[], float[]> int8 =
                strings(criteria())
                        .optArgument("quantization", "ours.json")
                        .optArgument("calibration", "../rows.npz")
                        .build()
                        .loadModel()) {
            assertThat(provenance(int8).recipe()).isEqualTo(recipe);
        }
    }

    /**
     * What is wrong is refused before any work, and tells what would be right.
     *
     * @param name of an argument
     * @param value of the argument
     * @param parts of the message, with semicolons between
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quantizaton     | static-int8 | quantizaton: no such argument; quantization, calibration",
                "Calibration     | x.npz       | Calibration: no such argument; userTranslatorFactory",
                "ignore_gate     | true        | ignore_gate: no such argument; ignoreGate",
                "calibrationsize | 7x7         | calibrationsize: no such argument; calibrationSize",
                "quantization    | int4        | quantization; static-int8, dynamic-int8, optimize, auto; int4",
                "quantization    | none.json   | quantization: there is no such file; none.json",
                "quantization    | static-int8 | needs calibration data",
                "calibration     | none.npz    | calibration: there is no such file; model's folder",
                "target          | z80         | target; any, here, x86-vnni; z80",
                "samples         | many        | samples; calibration",
                "calibrationKey  | a           | calibrationKey; calibration",
                "ignoreGate      | yes         | ignoreGate; true or false; yes",
                "calibrationSize | 7x7         | calibrationSize; expected calibration",
                "userTranslatorFactory | a.B   | userTranslatorFactory; a.B",
                "blockEngine     | Abacus      | Abacus",
            })
    public void mistakesAreRefused(String name, String value, String parts) {
        Criteria<float[], float[]> criteria = strings(criteria()).optArgument(name, value).build();
        for (String part : parts.split(";")) {
            assertThatThrownBy(criteria::loadModel)
                    .isInstanceOf(QuantizationException.class)
                    .message()
                    .satisfies(message -> assertThat(message).contains(part.strip().split(": ")));
        }
    }

    /**
     * With data all three are tried, and what was chosen is said and kept.
     *
     * @throws Exception if something fails
     */
    @Test
    public void autoChoosesAndSaysWhy() throws Exception {
        Criteria<float[], float[]> criteria =
                strings(criteria())
                        .optArgument("quantization", "auto")
                        .optArgument("calibration", data)
                        .build();
        String decision;
        try (ZooModel<float[], float[]> chosen = criteria.loadModel()) {
            decision = chosen.getProperty("djl-quant.decision");
            assertThat(decision)
                    .startsWith("chosen: " + chosen.getProperty("djl-quant.recipe"))
                    .contains("static-int8", "dynamic-int8", "optimize");
            assertThat(provenance(chosen).recipe().name())
                    .isEqualTo(chosen.getProperty("djl-quant.recipe"));
            Path entry = Path.of(chosen.getProperty("djl-quant.artifact")).getParent();
            assertThat(entry).isDirectoryNotContaining(Files::isDirectory);
            assertThat(predict(chosen, row(5))).hasSameSizeAs(floatAnswer(row(5)));
        }
        try (ZooModel<float[], float[]> again = criteria.loadModel()) {
            assertThat(again.getProperty("djl-quant.decision")).isEqualTo(decision);
        }
    }

    /**
     * Both ways at once: what the program built wins.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aBuiltFactoryIsNotOverruled() throws Exception {
        try (ZooModel<float[], float[]> int8 =
                criteria()
                        .optTranslatorFactory(factory(new Rows(rowShape())))
                        .optArgument("quantization", "optimize")
                        .build()
                        .loadModel()) {
            assertThat(int8.getProperty("djl-quant.recipe")).isEqualTo("static-int8");
        }
        assertThatThrownBy(
                        () ->
                                QuantizationTranslatorFactory.builder()
                                        .setRecipe(Recipe.staticInt8())
                                        .optAuto()
                                        .build())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("both a recipe and auto");
    }

    /**
     * DJL's own trap: a translator that the criteria gets after the factory puts the factory out,
     * and string arguments are never looked at beside one. The last one wins.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aTranslatorBehindTheFactoryLeavesTheModelFloat() throws Exception {
        Rows own = new Rows(rowShape());
        float[] exact = floatAnswer(row(7));
        try (ZooModel<float[], float[]> forgotten =
                        criteria()
                                .optTranslatorFactory(factory(new Rows(rowShape())))
                                .optTranslator(own)
                                .build()
                                .loadModel();
                ZooModel<float[], float[]> strings =
                        strings(criteria())
                                .optArgument("calibration", data)
                                .optTranslator(own)
                                .build()
                                .loadModel();
                ZooModel<float[], float[]> last =
                        criteria()
                                .optTranslator(own)
                                .optTranslatorFactory(factory(new Rows(rowShape())))
                                .build()
                                .loadModel()) {
            assertThat(forgotten.getProperty("djl-quant.artifact")).isNull();
            assertThat(strings.getProperty("djl-quant.artifact")).isNull();
            assertThat(predict(forgotten, row(7))).isEqualTo(exact);
            assertThat(predict(strings, row(7))).isEqualTo(exact);
            assertQuantized(last);
        }
    }

    /**
     * DJL chooses the factory before it opens serving.properties, unless it is told to defer that.
     *
     * @throws Exception if something fails
     */
    @Test
    public void servingPropertiesAreEnoughForADeferredFactory() throws Exception {
        Files.writeString(
                model.resolveSibling("serving.properties"),
                String.join(
                        "\n",
                        "translatorFactory=" + FACTORY,
                        "userTranslatorFactory=" + RowsFactory.class.getName(),
                        RowsFactory.ARGUMENT + "=" + shape(),
                        "quantization=static-int8",
                        "calibration=../rows.npz"));
        try (ZooModel<float[], float[]> deferred =
                        anywhere()
                                .optModelPath(model.getParent())
                                .optTranslatorFactory(new DeferredTranslatorFactory())
                                .build()
                                .loadModel();
                ZooModel<float[], float[]> late =
                        anywhere()
                                .optModelPath(model.getParent())
                                .optTranslator(new Rows(rowShape()))
                                .build()
                                .loadModel()) {
            assertQuantized(deferred);
            assertThat(late.getProperty("djl-quant.artifact")).as("read too late").isNull();
        }
    }

    /** A factory that the criteria's own string names fails with its reason, not as "not found". */
    @Test
    public void anUnsuitableFactoryIsNamed() {
        Map<String, String> wrong =
                Map.of(
                        "java.lang.String",
                        "java.lang.String",
                        "ai.djl.translate.NoopServingTranslatorFactory",
                        "does not support these types");
        wrong.forEach(
                (className, part) ->
                        assertThatThrownBy(
                                        () ->
                                                strings(criteria())
                                                        .optArgument(
                                                                "userTranslatorFactory", className)
                                                        .build()
                                                        .loadModel())
                                .isInstanceOf(RecipeException.class)
                                .hasMessageContaining(part));
    }
}
