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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.monitor.DriftAlarm;
import io.github.djlquant.monitor.DriftBaseline;
import io.github.djlquant.monitor.DriftMonitor;
import io.github.djlquant.monitor.MonitoredBlock;
import io.github.djlquant.monitor.Reading;
import io.github.djlquant.monitor.Recommendation.Action;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.translate.QuantizationTranslator;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ResNet-20 served through a Criteria and watched, in both forms of the option: from the first
 * request to an artifact that is calibrated on what is served now.
 */
public abstract class DriftContract {

    /** Rows of a request. */
    private static final int ROWS = 20;

    private static final float BRIGHTER = 1.6f;

    @TempDir private Path folder;
    private Cifar cifar;

    /** Creates the suite. */
    protected DriftContract() {}

    /**
     * Returns the engine.
     *
     * @return the backend under test
     */
    protected abstract Backend backend();

    /**
     * Tells whether artifacts of the engine can be made to yield their inner values.
     *
     * @return true unless its kernels keep them to themselves
     */
    protected boolean yieldsInnerValues() {
        return true;
    }

    /** Finds the model and the images. */
    @BeforeEach
    public void find() {
        cifar = Cifar.orSkip();
    }

    private DriftMonitor.Builder settings() {
        return DriftMonitor.builder().optWindow(100).optReservoir(150).optSeed(7);
    }

    private CalibrationData images() {
        Tensor rows = cifar.trainBatch(0, 200).get("input");
        return CalibrationData.ofFeeds(List.of(Map.of(input(), rows)));
    }

    private Criteria.Builder<NDList, NDList> criteria(Path model) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(model)
                .optEngine(backend().getEngineName());
    }

    private Path source() {
        return cifar.model(backend().fileExtension());
    }

    private String input() {
        return backend().read(source()).inputs().get(0).name();
    }

    private void serve(ZooModel<NDList, NDList> model, int from, int to, float factor)
            throws Exception {
        try (Predictor<NDList, NDList> predictor = model.newPredictor()) {
            for (int first = from; first < to; first += ROWS) {
                float[] pixels = brighter(cifar.testBatch(first, ROWS).get("input"), factor);
                try (NDManager scope = model.getNDManager().newSubManager()) {
                    Shape shape = new Shape(ROWS, 3, 32, 32);
                    NDList batch = new NDList(scope.create(FloatBuffer.wrap(pixels), shape));
                    NDList answers = predictor.predict(batch);
                    assertThat(answers).hasSize(1);
                    assertThat(answers.get(0).getShape()).isEqualTo(new Shape(ROWS, 10));
                    answers.close();
                }
            }
        }
    }

    private static float[] brighter(Tensor images, float factor) {
        float[] pixels = images.toFloats();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] *= factor;
        }
        return pixels;
    }

    /**
     * The form that replaces the block.
     *
     * @throws Exception if something fails
     */
    @Test
    public void theFactorySeesDriftAndItIsCalibratedAway() throws Exception {
        QuantizationTranslatorFactory factory =
                QuantizationTranslatorFactory.builder()
                        .setRecipe(Recipe.staticInt8())
                        .optCalibration(images())
                        .optDriftMonitor(settings())
                        .build();
        try (ZooModel<NDList, NDList> model =
                criteria(source()).optTranslatorFactory(factory).build().loadModel()) {
            serve(model, 0, ROWS, 1);
            driftIsSeen(model, MonitoredBlock.monitorOf(model).orElseThrow());
        }
    }

    /**
     * The wrapping form.
     *
     * @throws Exception if something fails
     */
    @Test
    public void theTranslatorSeesDriftAndItIsCalibratedAway() throws Exception {
        QuantizationTranslator<NDList, NDList> translator =
                new QuantizationTranslator<>(new NoopTranslator(), Recipe.staticInt8(), images())
                        .withDriftMonitor(settings());
        try (ZooModel<NDList, NDList> model =
                criteria(source()).optTranslator(translator).build().loadModel()) {
            assertThat(translator.monitorOf(model)).isEmpty();
            serve(model, 0, ROWS, 1);
            driftIsSeen(model, translator.monitorOf(model).orElseThrow());
            assertThat(MonitoredBlock.monitorOf(model)).as("the float model").isEmpty();
        }
    }

    /**
     * Inner values in the form that replaces the block.
     *
     * @throws Exception if something fails
     */
    @Test
    public void theFactoryWatchesInnerValuesOrSaysWhyNot() throws Exception {
        Criteria.Builder<NDList, NDList> criteria =
                criteria(source())
                        .optTranslatorFactory(
                                QuantizationTranslatorFactory.builder()
                                        .setRecipe(Recipe.staticInt8())
                                        .optCalibration(images())
                                        .optDriftMonitor(settings().optTaps(name -> true))
                                        .build());
        if (!yieldsInnerValues()) {
            assertThatThrownBy(() -> criteria.build().loadModel().close())
                    .hasStackTraceContaining(UnsupportedModelException.class.getName())
                    .hasStackTraceContaining("quantize to .onnx");
            return;
        }
        try (ZooModel<NDList, NDList> model = criteria.build().loadModel()) {
            serve(model, 0, ROWS, 1);
            innerValuesAreSeen(model, MonitoredBlock.monitorOf(model).orElseThrow());
        }
    }

    /**
     * Inner values in the wrapping form.
     *
     * @throws Exception if something fails
     */
    @Test
    public void theTranslatorWatchesInnerValuesOrSaysWhyNot() throws Exception {
        QuantizationTranslator<NDList, NDList> translator =
                new QuantizationTranslator<>(new NoopTranslator(), Recipe.staticInt8(), images())
                        .withDriftMonitor(settings().optTaps(name -> true));
        try (ZooModel<NDList, NDList> model =
                criteria(source()).optTranslator(translator).build().loadModel()) {
            if (!yieldsInnerValues()) {
                assertThatThrownBy(() -> serve(model, 0, ROWS, 1))
                        .hasStackTraceContaining("quantize to .onnx");
                return;
            }
            serve(model, 0, ROWS, 1);
            innerValuesAreSeen(model, translator.monitorOf(model).orElseThrow());
        }
    }

    private void innerValuesAreSeen(ZooModel<NDList, NDList> model, DriftMonitor monitor)
            throws Exception {
        serve(model, ROWS, 400, 1);
        assertThat(monitor.latest().orElseThrow().readings())
                .extracting(Reading::tensor)
                .anyMatch(tensor -> !tensor.startsWith(input()));
        assertThat(monitor.recommendation().action()).isEqualTo(Action.NONE);
        serve(model, 400, 1000, 4);
        assertThat(monitor.alarms())
                .extracting(DriftAlarm::tensor)
                .anyMatch(tensor -> !tensor.startsWith(input()));
    }

    private void driftIsSeen(ZooModel<NDList, NDList> model, DriftMonitor monitor)
            throws Exception {
        serve(model, ROWS, 400, 1);
        assertThat(monitor.latest().orElseThrow().window()).isEqualTo(4);
        assertThat(monitor.recommendation().action()).isEqualTo(Action.NONE);
        serve(model, 400, 1000, BRIGHTER);
        assertThat(monitor.recommendation().action()).isEqualTo(Action.RECALIBRATE);
        assertThat(monitor.recommendation().toString()).contains("%" + input() + ": out of range");
        driftIsCalibratedAway(monitor.reservoir().orElseThrow());
    }

    /** The rows that were kept make an artifact that is at home with what is served now. */
    private void driftIsCalibratedAway(CalibrationData met) throws Exception {
        Path again =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(met)
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build()
                        .quantize(
                                source(),
                                Files.createTempDirectory(folder, "again")
                                        .resolve("again" + backend().fileExtension()))
                        .file();
        DriftBaseline baseline = DriftBaseline.of(again);
        assertThat(baseline.tensors().get(input()).rows()).isEqualTo(150);
        DriftMonitor monitor = settings().build(baseline);
        try (ZooModel<NDList, NDList> model = criteria(again).build().loadModel()) {
            MonitoredBlock.attach(model, monitor);
            serve(model, 1000, 1400, BRIGHTER);
            assertThat(monitor.latest().orElseThrow().window()).isEqualTo(4);
            assertThat(monitor.recommendation().action()).isEqualTo(Action.NONE);
            serve(model, 1400, 1700, 1);
            assertThat(monitor.recommendation().action()).isEqualTo(Action.RECALIBRATE);
        }
    }
}
