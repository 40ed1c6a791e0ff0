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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.translate.NoopTranslator;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.trace.BlockTracer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a prepared block sees of the data that runs through it. */
class BlockObservationIT extends BlockFixture {

    @Test
    void aPreparedBlockObservesWhateverRunsThroughIt() throws Exception {
        Quantizer quantizer = Quantizer.builder().build();
        PreparedBlock prepared = open(quantizer.prepare(source));
        float[] expected = answer(source, images(0));

        assertThat(answer(prepared, images(0)))
                .as("it answers as the float block")
                .containsExactly(expected, within(1e-4f));
        try (Model model = Model.newInstance("prepared", "PyTorch")) {
            model.setBlock(prepared);
            try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
                predictor.predict(new NDList(images(1)));
            }
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()))) {
                ArrayDataset data =
                        new ArrayDataset.Builder()
                                .setData(images(2))
                                .optLabels(manager.zeros(new Shape(8, 10)))
                                .setSampling(4, false)
                                .build();
                trainer.initialize(IMAGES);
                for (Batch batch : trainer.iterateDataset(data)) {
                    EasyTrain.validateBatch(trainer, batch);
                    batch.close();
                }
            }
        }

        assertThat(prepared.samples()).isEqualTo(24);
        VerifiedBlock int8 = open(quantizer.convert(prepared));
        assertThat(sqnr(int8)).isGreaterThan(25);
        assertThat(int8.model().plan().quantizedMacShare()).isGreaterThan(0.9);
    }

    @Test
    void ofALargeFirstBatchAFewRowsAreKept() {
        PreparedBlock prepared =
                open(
                        Quantizer.builder()
                                .optInputs(BlockTracer.inputs(source, new Shape(-1, 3, 16, 16)))
                                .build()
                                .prepare(source));
        NDArray large = manager.randomNormal(new Shape(64, 3, 16, 16));
        answer(prepared, large);
        answer(prepared, images(1));

        assertThat(prepared.samples()).isEqualTo(72);
        assertThat(prepared.rows()).hasSize(1);
        Tensor kept = prepared.rows().get(0).values().iterator().next();
        assertThat(kept.shape().toArray()).containsExactly(32, 3, 16, 16);
        assertThat(kept.toFloats()).isEqualTo(large.get(":32").toFloatArray());
    }

    /** All but which elements are sampled: that moves from batch to batch, in their order. */
    @Test
    void threadsObserveTheSameAsOne() {
        Quantizer quantizer = Quantizer.builder().build();
        List<NDArray> batches = IntStream.range(0, 16).mapToObj(this::images).toList();
        PreparedBlock one = open(quantizer.prepare(source));
        batches.forEach(batch -> answer(one, batch));
        PreparedBlock many = open(quantizer.prepare(source));
        batches.parallelStream().forEach(batch -> answer(many, batch));

        CalibrationTable expected = one.statistics();
        assertThat(many.samples()).isEqualTo(128);
        expected.entries()
                .forEach(
                        (value, statistics) -> {
                            Statistics found = many.statistics().get(value).orElseThrow();
                            assertThat(found)
                                    .as(value)
                                    .usingRecursiveComparison()
                                    .ignoringFields("histogram")
                                    .isEqualTo(statistics);
                            assertThat(found.histogram().total())
                                    .as(value)
                                    .isEqualTo(statistics.histogram().total());
                        });
    }

    @Test
    void convertingNeedsObservations() {
        Quantizer quantizer = Quantizer.builder().build();
        PreparedBlock prepared = open(quantizer.prepare(source));

        assertThatThrownBy(() -> quantizer.convert(prepared))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("nothing was run");
        answer(prepared, images(1).get("0:3"));
        assertThatThrownBy(() -> quantizer.convert(prepared))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("hardly anything")
                .hasMessageContaining("3 rows");
        assertThatThrownBy(() -> quantizer.convert(source))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("prepare");
    }

    @Test
    void aNaNIsNoObservation() {
        PreparedBlock prepared = open(Quantizer.builder().build().prepare(source));
        NDArray images = images(1);
        images.set(new ai.djl.ndarray.index.NDIndex("0,0,0,0"), Float.NaN);

        assertThatThrownBy(() -> answer(prepared, images))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("NaN");
    }
}
