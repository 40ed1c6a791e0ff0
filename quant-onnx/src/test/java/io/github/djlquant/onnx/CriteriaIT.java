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

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.github.djlquant.GateException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.translate.QuantizationTranslator;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Criteria option on a real model, in both forms, through stock DJL. */
class CriteriaIT {

    private static Cifar cifar;

    @TempDir Path folder;

    private Path model;

    @BeforeAll
    static void data() throws Exception {
        cifar = Cifar.orSkip();
    }

    @BeforeEach
    void copyModel() throws Exception {
        model = Files.copy(cifar.model(".onnx"), folder.resolve("resnet20.onnx"));
    }

    private static CalibrationData calibration() {
        return CalibrationData.ofFeeds(
                IntStream.range(0, 10).mapToObj(i -> cifar.trainBatch(i * 20, 20)).toList());
    }

    private Criteria.Builder<NDList, NDList> lists() {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(model)
                .optEngine("OnnxRuntime");
    }

    private static QuantizationTranslatorFactory factory() {
        return QuantizationTranslatorFactory.builder()
                .setRecipe(Recipe.staticInt8())
                .optCalibration(calibration())
                .build();
    }

    private static float[] predict(
            Predictor<NDList, NDList> predictor, NDManager manager, int image) throws Exception {
        Tensor pixels = cifar.testBatch(image, 1).get("input");
        NDArray array =
                manager.create(FloatBuffer.wrap(pixels.toFloats()), new Shape(1, 3, 32, 32));
        try (NDList output = predictor.predict(new NDList(array))) {
            return output.singletonOrThrow().toFloatArray();
        }
    }

    private static int largest(float[] scores) {
        return IntStream.range(0, scores.length)
                .reduce((a, b) -> scores[b] > scores[a] ? b : a)
                .orElseThrow();
    }

    @Test
    void oneOptionReplacesTheFloatBlock() throws Exception {
        try (ZooModel<NDList, NDList> plain = lists().build().loadModel();
                ZooModel<NDList, NDList> int8 =
                        lists().optTranslatorFactory(factory()).build().loadModel();
                Predictor<NDList, NDList> before = plain.newPredictor();
                Predictor<NDList, NDList> after = int8.newPredictor();
                NDManager manager = NDManager.newBaseManager()) {
            int same = 0;
            boolean differs = false;
            for (int image = 0; image < 50; image++) {
                float[] x = predict(before, manager, image);
                float[] y = predict(after, manager, image);
                same += largest(x) == largest(y) ? 1 : 0;
                differs |= !java.util.Arrays.equals(x, y);
            }
            assertThat(same).isGreaterThanOrEqualTo(48);
            assertThat(differs).as("bit-identical logits mean that the float model ran").isTrue();
            assertThat(int8.getBlock()).isNotSameAs(plain.getBlock());
        }
    }

    @Test
    void theWrappingFormGivesTheSameAnswers() throws Exception {
        try (ZooModel<float[], Classifications> swapped =
                        images().optTranslatorFactory(
                                        QuantizationTranslatorFactory.builder()
                                                .setRecipe(Recipe.staticInt8())
                                                .optCalibration(calibration())
                                                .optTranslator(new Images())
                                                .build())
                                .build()
                                .loadModel();
                ZooModel<float[], Classifications> wrapped =
                        images().optTranslator(
                                        new QuantizationTranslator<>(
                                                new Images(), Recipe.staticInt8(), calibration()))
                                .build()
                                .loadModel();
                Predictor<float[], Classifications> a = swapped.newPredictor();
                Predictor<float[], Classifications> b = wrapped.newPredictor()) {
            List<float[]> inputs =
                    IntStream.range(0, 5)
                            .mapToObj(i -> cifar.testBatch(i, 1).get("input").toFloats())
                            .toList();
            List<Classifications> x = a.batchPredict(inputs);
            List<Classifications> y = b.batchPredict(inputs);
            for (int i = 0; i < inputs.size(); i++) {
                assertThat(y.get(i).getProbabilities()).isEqualTo(x.get(i).getProbabilities());
                assertThat(a.predict(inputs.get(i)).best().getClassName())
                        .isEqualTo(x.get(i).best().getClassName());
            }
        }
    }

    @Test
    void inputsOfTheTranslatorCalibrate() throws Exception {
        List<float[]> inputs =
                IntStream.range(0, 64)
                        .mapToObj(i -> cifar.trainBatch(i, 1).get("input").toFloats())
                        .toList();
        try (ZooModel<float[], Classifications> int8 =
                        images().optTranslatorFactory(
                                        QuantizationTranslatorFactory.builder()
                                                .setRecipe(Recipe.staticInt8())
                                                .optCalibration(CalibrationData.ofInputs(inputs))
                                                .optTranslator(new Images())
                                                .build())
                                .build()
                                .loadModel();
                Predictor<float[], Classifications> predictor = int8.newPredictor()) {
            assertThat(predictor.predict(inputs.get(0)).items()).hasSize(10);
        }
    }

    @Test
    void theSecondLoadComesFromTheCache() throws Exception {
        lists().optTranslatorFactory(factory()).build().loadModel().close();
        Path cache = ai.djl.util.Utils.getCacheDir().resolve("djl-quant");
        Map<Path, Long> first = artifacts(cache);
        lists().optTranslatorFactory(factory()).build().loadModel().close();
        assertThat(artifacts(cache)).isEqualTo(first).isNotEmpty();
    }

    @Test
    void aDamagedFileInTheCacheIsMadeAgain() throws Exception {
        Path artifact;
        try (ZooModel<NDList, NDList> first =
                lists().optTranslatorFactory(factory()).build().loadModel()) {
            artifact = Path.of(first.getProperty("djl-quant.artifact"));
        }
        byte[] whole = Files.readAllBytes(artifact);
        Files.write(artifact, java.util.Arrays.copyOf(whole, 1000));
        lists().optTranslatorFactory(factory()).build().loadModel().close();
        assertThat(Files.readAllBytes(artifact)).isEqualTo(whole);
    }

    private static List<Path> entries(Path cache) throws Exception {
        if (!Files.isDirectory(cache)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(cache)) {
            return folders.filter(f -> !f.endsWith("lock")).sorted().toList();
        }
    }

    private static Map<Path, Long> artifacts(Path cache) throws Exception {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(f -> f.toString().endsWith("resnet20.onnx"))
                    .collect(
                            java.util.stream.Collectors.toMap(
                                    f -> f, f -> f.toFile().lastModified()));
        }
    }

    @Test
    void failuresReachTheUserWithTheirReasonAndNotAsAFloatModel() throws Exception {
        QuantizationTranslatorFactory unreachable =
                QuantizationTranslatorFactory.builder()
                        .setRecipe(Recipe.staticInt8().withGate(new GateThresholds(0, 1, 0)))
                        .optCalibration(calibration())
                        .build();
        Path cache = ai.djl.util.Utils.getCacheDir().resolve("djl-quant");
        List<Path> before = entries(cache);
        assertThatThrownBy(() -> lists().optTranslatorFactory(unreachable).build().loadModel())
                .isInstanceOf(GateException.class)
                .hasMessageContaining("mean cosine")
                .hasMessageContaining("Worst layers:")
                .hasMessageContaining("dB lost here");
        assertThat(entries(cache)).as("a failure leaves nothing behind").isEqualTo(before);
        assertThatThrownBy(() -> images().optTranslatorFactory(factory()).build().loadModel())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("optTranslator");
        QuantizationTranslatorFactory noData =
                QuantizationTranslatorFactory.builder().setRecipe(Recipe.staticInt8()).build();
        assertThatThrownBy(() -> lists().optTranslatorFactory(noData).build().loadModel())
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("needs calibration data");
    }

    private Criteria.Builder<float[], Classifications> images() {
        return Criteria.builder()
                .setTypes(float[].class, Classifications.class)
                .optModelPath(model)
                .optEngine("OnnxRuntime");
    }

    /** A user's own translator. */
    private static final class Images implements NoBatchifyTranslator<float[], Classifications> {

        @Override
        public NDList processInput(TranslatorContext context, float[] pixels) {
            return new NDList(
                    context.getNDManager()
                            .create(FloatBuffer.wrap(pixels), new Shape(1, 3, 32, 32)));
        }

        @Override
        public Classifications processOutput(TranslatorContext context, NDList outputs) {
            List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
            float[] scores = outputs.singletonOrThrow().toFloatArray();
            return new Classifications(
                    names, IntStream.range(0, 10).mapToObj(i -> (double) scores[i]).toList());
        }
    }

    @Test
    void thePlainArtifactNeedsNoneOfUs() throws Exception {
        Path artifact = folder.resolve("int8.onnx");
        io.github.djlquant.Quantizer.builder()
                .optCalibration(calibration())
                .build()
                .quantize(model, artifact);
        try (Model stock = Model.newInstance("int8", "OnnxRuntime")) {
            stock.load(artifact);
            assertThat(stock.getBlock()).isNotNull();
        }
    }
}
