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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.GateException;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.translate.QuantizationTranslator;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Criteria option on a TorchScript model, in both forms, through stock DJL. */
class TorchCriteriaIT {

    private static final String ARTIFACT = "djl-quant.artifact";

    private static Cifar cifar;

    @TempDir Path folder;

    private Path model;

    @BeforeAll
    static void find() {
        cifar = Cifar.orSkip();
    }

    @BeforeEach
    void copyModel() throws Exception {
        model = Files.copy(cifar.model(".pt"), folder.resolve("resnet20.pt"));
    }

    private static List<float[]> training(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> cifar.trainBatch(i, 1).get("input").toFloats())
                .toList();
    }

    private static QuantizationTranslatorFactory.Builder factory() {
        return QuantizationTranslatorFactory.builder()
                .setRecipe(Recipe.staticInt8())
                .optCalibration(CalibrationData.ofInputs(training(64)))
                .optTranslator(new Images());
    }

    private Criteria.Builder<float[], Classifications> criteria() {
        return Criteria.builder()
                .setTypes(float[].class, Classifications.class)
                .optModelPath(model)
                .optEngine("PyTorch");
    }

    @Test
    void oneOptionReplacesTheFloatBlock() throws Exception {
        try (ZooModel<float[], Classifications> plain =
                        criteria().optTranslator(new Images()).build().loadModel();
                ZooModel<float[], Classifications> int8 =
                        criteria().optTranslatorFactory(factory().build()).build().loadModel();
                Predictor<float[], Classifications> before = plain.newPredictor();
                Predictor<float[], Classifications> after = int8.newPredictor()) {
            Path artifact = Path.of(int8.getProperty(ARTIFACT));
            assertThat(new PyTorchBackend().explain(artifact).kernels())
                    .anyMatch(kernel -> kernel.int8());
            List<float[]> images =
                    IntStream.range(0, 50)
                            .mapToObj(i -> cifar.testBatch(i, 1).get("input").toFloats())
                            .toList();
            List<Classifications> x = before.batchPredict(images);
            List<Classifications> y = after.batchPredict(images);
            int same = 0;
            boolean differs = false;
            for (int i = 0; i < images.size(); i++) {
                same +=
                        x.get(i).best().getClassName().equals(y.get(i).best().getClassName())
                                ? 1
                                : 0;
                differs |= !x.get(i).getProbabilities().equals(y.get(i).getProbabilities());
            }
            assertThat(same).isGreaterThanOrEqualTo(48);
            assertThat(differs).as("bit-identical logits mean that the float model ran").isTrue();
        }
    }

    @Test
    void theFloatBlockIsClosedAndTheSecondLoadComesFromTheCache() throws Exception {
        String first;
        try (Model loaded = Model.newInstance("resnet20", "PyTorch")) {
            loaded.load(folder);
            PtSymbolBlock before = (PtSymbolBlock) loaded.getBlock();
            factory().build().newInstance(float[].class, Classifications.class, loaded, Map.of());
            assertThat(loaded.getBlock()).isNotSameAs(before);
            assertThatThrownBy(before::getHandle).hasMessageContaining("released");
            first = loaded.getProperty(ARTIFACT);
        }
        byte[] bytes = Files.readAllBytes(Path.of(first));
        long time = Path.of(first).toFile().lastModified();
        try (ZooModel<float[], Classifications> second =
                criteria().optTranslatorFactory(factory().build()).build().loadModel()) {
            assertThat(second.getProperty(ARTIFACT)).isEqualTo(first);
            assertThat(Path.of(first).toFile().lastModified()).isEqualTo(time);
        }
        Files.write(Path.of(first), Arrays.copyOf(bytes, 1000));
        criteria().optTranslatorFactory(factory().build()).build().loadModel().close();
        assertThat(Path.of(first)).as("a damaged file is made again").hasBinaryContent(bytes);
    }

    @Test
    void theWrappingFormGivesTheSameAnswers() throws Exception {
        CalibrationData data = CalibrationData.ofInputs(training(64));
        try (ZooModel<float[], Classifications> swapped =
                        criteria().optTranslatorFactory(factory().build()).build().loadModel();
                ZooModel<float[], Classifications> wrapped =
                        criteria()
                                .optTranslator(
                                        new QuantizationTranslator<>(
                                                new Images(), Recipe.staticInt8(), data))
                                .build()
                                .loadModel();
                Predictor<float[], Classifications> a = swapped.newPredictor();
                Predictor<float[], Classifications> b = wrapped.newPredictor()) {
            float[] image = cifar.testBatch(3, 1).get("input").toFloats();
            assertThat(b.predict(image).getProbabilities())
                    .isEqualTo(a.predict(image).getProbabilities());
        }
    }

    @Test
    void failuresReachTheUserWithTheirReasonAndNotAsAFloatModel() {
        Recipe strict = Recipe.staticInt8().withGate(new GateThresholds(0, 1, 0));
        assertThatThrownBy(
                        () ->
                                criteria()
                                        .optTranslatorFactory(factory().setRecipe(strict).build())
                                        .build()
                                        .loadModel())
                .isInstanceOf(GateException.class)
                .hasMessageContaining("mean cosine");
        QuantizationTranslatorFactory noTranslator =
                QuantizationTranslatorFactory.builder().setRecipe(Recipe.dynamicInt8()).build();
        assertThatThrownBy(() -> criteria().optTranslatorFactory(noTranslator).build().loadModel())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("optTranslator");
        QuantizationTranslatorFactory wrongRows =
                factory().optCalibration(CalibrationData.ofInputs(List.of(new float[7]))).build();
        assertThatThrownBy(() -> criteria().optTranslatorFactory(wrongRows).build().loadModel())
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("input 0");
    }

    /** A user's own translator; the engine stacks its inputs. */
    private static final class Images implements Translator<float[], Classifications> {

        @Override
        public NDList processInput(TranslatorContext context, float[] pixels) {
            NDManager manager = context.getNDManager();
            NDArray image = manager.create(FloatBuffer.wrap(pixels), new Shape(3, 32, 32));
            return new NDList(image);
        }

        @Override
        public Classifications processOutput(TranslatorContext context, NDList outputs) {
            float[] scores = outputs.singletonOrThrow().toFloatArray();
            return new Classifications(
                    IntStream.range(0, scores.length).mapToObj(Integer::toString).toList(),
                    IntStream.range(0, scores.length).mapToObj(i -> (double) scores[i]).toList());
        }
    }
}
