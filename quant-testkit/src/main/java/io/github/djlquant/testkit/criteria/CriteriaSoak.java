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
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.translate.QuantizationTranslator;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hours of a server in little: eight threads that open predictors, predict and close them, in both
 * forms of the option. Neither the process nor the models may grow.
 */
@Tag("nightly")
public abstract class CriteriaSoak extends CriteriaFixture {

    private static final int THREADS = 8;
    private static final int PREDICTIONS = 200_000;
    private static final int WARM_UP = 100_000;
    private static final int PER_PREDICTOR = 50;

    /**
     * What allocators keep for themselves; a leak of one small array per call is ten times that.
     */
    private static final long GROWTH = 24L << 20;

    /**
     * Creates the suite.
     *
     * @param engine the engine under test
     */
    protected CriteriaSoak(EngineNetwork engine) {
        super(engine);
    }

    /**
     * Neither native memory nor what the models' managers hold grows.
     *
     * @throws Exception if something fails
     */
    @Test
    public void nothingGrows() throws Exception {
        ResidentMemory.assumeKnown();
        CalibrationData calibration = CalibrationData.ofPath(data);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (ZooModel<float[], float[]> swapped =
                        criteria()
                                .optTranslatorFactory(
                                        QuantizationTranslatorFactory.builder()
                                                .setRecipe(Recipe.staticInt8())
                                                .optCalibration(calibration)
                                                .optTranslator(new Rows(rowShape()))
                                                .build())
                                .build()
                                .loadModel();
                ZooModel<float[], float[]> wrapped =
                        criteria()
                                .optTranslator(
                                        new QuantizationTranslator<>(
                                                new Rows(rowShape()),
                                                Recipe.staticInt8(),
                                                calibration))
                                .build()
                                .loadModel()) {
            List<ZooModel<float[], float[]>> models = List.of(swapped, wrapped);
            float[] expected = predict(swapped, row(9));
            work(threads, models, WARM_UP, expected);
            long resources = resources(models);
            long before = ResidentMemory.anonymous();
            work(threads, models, PREDICTIONS, expected);
            long growth = ResidentMemory.anonymous() - before;
            System.out.printf(
                    "growth of RssAnon over %,d predictions: %,d bytes%n", PREDICTIONS, growth);
            assertThat(resources(models)).as("what the models' managers hold").isEqualTo(resources);
            assertThat(growth).as("growth of RssAnon in bytes").isLessThan(GROWTH);
        } finally {
            threads.shutdownNow();
        }
    }

    private static long resources(List<ZooModel<float[], float[]>> models) {
        return models.stream()
                .mapToLong(model -> model.getNDManager().getManagedArrays().size())
                .sum();
    }

    private void work(
            ExecutorService threads,
            List<ZooModel<float[], float[]>> models,
            int predictions,
            float[] expected)
            throws Exception {
        float[] row = row(9);
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            ZooModel<float[], float[]> model = models.get(thread % models.size());
            running.add(
                    threads.submit(
                            () -> {
                                for (int i = 0; i < predictions / THREADS; i += PER_PREDICTOR) {
                                    try (Predictor<float[], float[]> predictor =
                                            model.newPredictor()) {
                                        for (int call = 0; call < PER_PREDICTOR; call++) {
                                            assertThat(predictor.predict(row)).isEqualTo(expected);
                                        }
                                    }
                                }
                                return null;
                            }));
        }
        for (Future<?> one : running) {
            one.get();
        }
    }
}
