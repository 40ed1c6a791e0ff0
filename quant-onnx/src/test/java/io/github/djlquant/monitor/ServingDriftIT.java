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

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that is served by DJL and watched. */
class ServingDriftIT {

    private static Cifar cifar;

    @TempDir Path folder;

    @BeforeAll
    static void find() {
        cifar = Cifar.orSkip();
    }

    private static CalibrationData images() {
        return CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 200)));
    }

    private static void serve(
            Predictor<NDList, NDList> predictor, NDManager manager, int first, float factor)
            throws Exception {
        Tensor batch = cifar.testBatch(first, 20).get("input");
        float[] elements = batch.toFloats();
        for (int i = 0; i < elements.length; i++) {
            elements[i] *= factor;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDList answers =
                    predictor.predict(
                            new NDList(
                                    scope.create(
                                            FloatBuffer.wrap(elements), new Shape(20, 3, 32, 32))));
            assertThat(answers.get(0).getShape()).isEqualTo(new Shape(20, 10));
            answers.close();
        }
    }

    /** From the first request to an artifact that is calibrated on what is served now. */
    @Test
    void driftIsSeenAndCalibratedAway() throws Exception {
        DriftMonitor.Builder settings =
                DriftMonitor.builder().optWindow(100).optReservoir(150).optSeed(7);
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(cifar.model(".onnx"))
                        .optEngine("OnnxRuntime")
                        .optTranslatorFactory(
                                QuantizationTranslatorFactory.builder()
                                        .setRecipe(Recipe.staticInt8())
                                        .optCalibration(images())
                                        .optDriftMonitor(settings)
                                        .build())
                        .build();
        CalibrationData met;
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            DriftMonitor monitor = MonitoredBlock.monitorOf(model).orElseThrow();
            for (int first = 0; first < 400; first += 20) {
                serve(predictor, model.getNDManager(), first, 1);
            }
            assertThat(monitor.latest().orElseThrow().window()).isEqualTo(4);
            assertThat(monitor.recommendation().action()).isEqualTo(Recommendation.Action.NONE);
            for (int first = 400; first < 1000; first += 20) {
                serve(predictor, model.getNDManager(), first, 1.6f);
            }
            assertThat(monitor.recommendation().action())
                    .isEqualTo(Recommendation.Action.RECALIBRATE);
            assertThat(monitor.recommendation().toString()).contains("%input: out of range");
            met = monitor.reservoir().orElseThrow();
        }
        QuantizedModel again =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(met)
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build()
                        .quantize(cifar.model(".onnx"), folder.resolve("again.onnx"));
        DriftBaseline baseline = DriftBaseline.of(again.file());
        assertThat(baseline.tensors().get("input").rows()).isEqualTo(150);
        // What was kept comes from after the alarm: brighter by the factor.
        assertThat(baseline.tensors().get("input").max()).isGreaterThan(3.5);
    }

    @Test
    void modelsWithoutABaselineAndWatchedOnesAreRefused() throws Exception {
        assertThatThrownBy(() -> DriftBaseline.of(cifar.model(".onnx")))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("Quantize with a static recipe");
        DriftBaseline baseline =
                DriftBaseline.builder(List.of("input")).add(cifar.trainBatch(0, 50)).build();
        DriftMonitor monitor = DriftMonitor.builder().build(baseline);
        try (ZooModel<NDList, NDList> model =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(cifar.model(".onnx"))
                        .optEngine("OnnxRuntime")
                        .build()
                        .loadModel()) {
            assertThat(MonitoredBlock.monitorOf(model)).isEmpty();
            MonitoredBlock.attach(model, monitor);
            assertThat(MonitoredBlock.monitorOf(model)).contains(monitor);
            assertThatThrownBy(() -> MonitoredBlock.attach(model, monitor))
                    .isInstanceOf(UnsupportedModelException.class);
        }
    }
}
