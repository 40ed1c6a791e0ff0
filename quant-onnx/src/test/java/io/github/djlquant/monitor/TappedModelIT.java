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
package io.github.djlquant.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inner values of a real model, watched while ONNX Runtime serves it through DJL. */
class TappedModelIT {

    @TempDir private static Path folder;
    private static Cifar cifar;
    private static Path artifact;

    @BeforeAll
    static void quantize() {
        cifar = Cifar.orSkip();
        artifact =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(calibration())
                        .optLatency(false)
                        .build()
                        .quantize(cifar.model(".onnx"), folder.resolve("int8.onnx"))
                        .file();
    }

    private static CalibrationData calibration() {
        return CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 500)));
    }

    private static Model load(Path file) throws Exception {
        Model model = Model.newInstance("resnet", "OnnxRuntime");
        model.load(file);
        return model;
    }

    private static NDList run(Model model, NDManager scope, float[] images) {
        Shape shape = new Shape(images.length / 3072, 3, 32, 32);
        NDList inputs = new NDList(scope.create(FloatBuffer.wrap(images), shape));
        return model.getBlock().forward(new ParameterStore(scope, false), inputs, false);
    }

    private static float[] images(int first) {
        return cifar.testBatch(first, 20).get("input").toFloats();
    }

    private static float[] noise(Random random) {
        float[] images = new float[20 * 3072];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        return images;
    }

    @Test
    void innerValuesAreWatchedAndTheAnswersStay() throws Exception {
        Path copy = folder.resolve("tapped.onnx");
        List<String> taps = TappedModel.write(artifact, copy, value -> true, calibration());
        assertThat(taps).hasSizeBetween(4, 8).doesNotContain("input");
        OnnxBackend backend = new OnnxBackend();
        assertThat(backend.explain(copy).kernels().stream().filter(k -> k.int8()).count())
                .isEqualTo(
                        backend.explain(artifact).kernels().stream().filter(k -> k.int8()).count());
        DriftBaseline baseline = DriftBaseline.of(copy);
        try (Model plain = load(artifact);
                Model tapped = load(copy)) {
            DriftMonitor monitor = DriftMonitor.builder().optReservoir(50).build(baseline);
            MonitoredBlock.attach(tapped, monitor);
            for (int first = 0; first < 2000; first += 20) {
                try (NDManager scope = plain.getNDManager().newSubManager();
                        NDManager other = tapped.getNDManager().newSubManager()) {
                    NDList answers = run(tapped, other, images(first));
                    assertThat(answers).hasSize(1);
                    assertThat(answers.get(0).toFloatArray())
                            .isEqualTo(run(plain, scope, images(first)).get(0).toFloatArray());
                }
            }
            assertThat(monitor.latest().orElseThrow().readings())
                    .extracting(Reading::tensor)
                    .containsAll(taps);
            assertThat(monitor.recommendation().action()).isEqualTo(Recommendation.Action.NONE);
            assertThat(monitor.reservoir()).isPresent();
            Random random = new Random(1);
            for (int batch = 0; batch < 25; batch++) {
                try (NDManager scope = tapped.getNDManager().newSubManager()) {
                    run(tapped, scope, noise(random));
                }
            }
            assertThat(monitor.alarms()).extracting(DriftAlarm::tensor).containsAll(taps);
        }
    }

    @Test
    void theArtifactItselfIsNotWatchedByTheBaselineOfItsCopy() throws Exception {
        Path copy = folder.resolve("other.onnx");
        TappedModel.write(artifact, copy);
        try (Model plain = load(artifact);
                NDManager scope = plain.getNDManager().newSubManager()) {
            MonitoredBlock.attach(plain, DriftMonitor.builder().build(DriftBaseline.of(copy)));
            assertThatThrownBy(() -> run(plain, scope, images(0)))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("TappedModel.write");
        }
    }

    @Test
    void integersOfAnotherKindAreNotTakenForInnerValues() throws Exception {
        List<String> known = List.copyOf(DriftBaseline.of(artifact).tensors().keySet());
        Path served = folder.resolve("served.onnx");
        Path other = folder.resolve("elsewhere.onnx");
        TappedModel.write(artifact, served, known.get(known.size() - 1)::equals);
        TappedModel.write(artifact, other, known.get(known.size() - 2)::equals);
        DriftBaseline baseline = DriftBaseline.of(other);
        try (Model model = load(served);
                NDManager scope = model.getNDManager().newSubManager()) {
            MonitoredBlock.attach(model, DriftMonitor.builder().build(baseline));
            assertThatThrownBy(() -> run(model, scope, images(0)))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("served: ")
                    .hasMessageContaining("outputs [" + output(served))
                    .hasMessageContaining(baseline.id())
                    .hasMessageContaining(baseline.taps().get(0).output());
        }
    }

    private static String output(Path copy) {
        return new OnnxBackend().read(copy).outputs().get(0).name();
    }

    @Test
    void valuesAreChosenByName() {
        String last =
                DriftBaseline.of(artifact).tensors().keySet().stream()
                        .reduce((a, b) -> b)
                        .orElseThrow();
        Path copy = folder.resolve("one.onnx");
        assertThat(TappedModel.write(artifact, copy, last::equals)).containsExactly(last);
        assertThat(DriftBaseline.of(copy).tensors().get(last).isMeasured()).isFalse();
        assertThat(DriftBaseline.of(copy).taps()).extracting(Tap::value).containsExactly(last);
        assertThatThrownBy(() -> TappedModel.write(copy, folder.resolve("two.onnx")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("tapped already");
        assertThatThrownBy(
                        () ->
                                TappedModel.write(
                                        artifact, folder.resolve("none.onnx"), "no"::equals))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("none of the chosen values")
                .hasMessageContaining("at most 8 inner values");
    }
}
