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
import static org.assertj.core.api.Assertions.within;

import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.evaluator.TopKAccuracy;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.PairedMetric;
import io.github.djlquant.evaluate.metric.Metrics;
import io.github.djlquant.graph.Tensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** DJL's own evaluators as figures of merit: in libtorch, since they compute with arrays. */
class DjlMetricTest {

    private static final int ROWS = 10;
    private static final int CLASSES = 4;

    /** Ten rows of class 0, of which both models get so many wrong. */
    private static PairedBatch batch(int number, int sourceWrong, int quantizedWrong) {
        return new PairedBatch(
                new Feed(
                        Map.of("x", Tensor.ofFloats(new float[ROWS], ROWS, 1)),
                        ROWS,
                        (long) number * ROWS),
                Map.of("y", scores(sourceWrong)),
                Map.of("y", scores(quantizedWrong)));
    }

    private static Tensor scores(int wrong) {
        float[] scores = new float[ROWS * CLASSES];
        for (int row = 0; row < ROWS; row++) {
            scores[row * CLASSES + (row < wrong ? 2 : 0)] = 1;
        }
        return Tensor.ofFloats(scores, ROWS, CLASSES);
    }

    private static Metric of(PairedMetric metric, int[] wrong) {
        for (int i = 0; i < wrong.length; i++) {
            metric.add(batch(i, 1, wrong[i]));
        }
        return metric.result().orElseThrow();
    }

    @Test
    void theIntervalIsStudentsOverBatches() {
        // Accuracy falls from 0.9 by 0.1, 0.2, 0, 0.1, 0.1 and 0.1: mean 0.1, deviation 0.0632456,
        // standard error 0.0258199; Student's t of 5 degrees at 0.975 is 2.5705818.
        PairedMetric metric =
                Metrics.ofDjl(() -> new Accuracy("mine"), Labels.of(new int[6 * ROWS]), true);
        Metric found = of(metric, new int[] {2, 3, 1, 2, 2, 2});
        assertThat(found.name()).isEqualTo("mine");
        assertThat(found.source()).isCloseTo(0.9, within(1e-6));
        assertThat(found.quantized()).isCloseTo(0.8, within(1e-6));
        assertThat(found.drop()).isCloseTo(0.1, within(1e-6));
        assertThat(found.interval().low()).isCloseTo(0.1 - 0.0663721, within(1e-5));
        assertThat(found.interval().high()).isCloseTo(0.1 + 0.0663721, within(1e-5));
        // t = 0.1 / 0.0258199 = 3.8730: two-sided p 0.0117.
        assertThat(found.test().orElseThrow().pValue()).isCloseTo(0.0117, within(2e-4));
        assertThat(found.samples()).isEqualTo(60);
    }

    @Test
    void fewBatchesHaveNoInterval() {
        PairedMetric metric = Metrics.ofDjl(Accuracy::new, Labels.of(new int[2 * ROWS]), true);
        Metric found = of(metric, new int[] {2, 3});
        assertThat(found.interval()).isEqualTo(ConfidenceInterval.UNKNOWN);
        assertThat(found.test()).isEmpty();
    }

    /** What DJL counts is what is counted without it. */
    @Test
    void agreesWithTheMetricOfOurOwn() {
        Random random = new Random(4);
        int[] labels = random.ints(8 * ROWS, 0, CLASSES).toArray();
        PairedMetric djl = Metrics.ofDjl(() -> new TopKAccuracy(2), Labels.of(labels), true);
        PairedMetric own = Metrics.topK(Labels.of(labels), 2);
        for (int i = 0; i < 8; i++) {
            PairedBatch batch =
                    new PairedBatch(
                            new Feed(
                                    Map.of("x", Tensor.ofFloats(new float[ROWS], ROWS, 1)),
                                    ROWS,
                                    (long) i * ROWS),
                            Map.of("y", noise(random)),
                            Map.of("y", noise(random)));
            djl.add(batch);
            own.add(batch);
        }
        Metric expected = own.result().orElseThrow();
        Metric found = djl.result().orElseThrow();
        assertThat(found.source()).isCloseTo(expected.source(), within(1e-6));
        assertThat(found.quantized()).isCloseTo(expected.quantized(), within(1e-6));
    }

    private static Tensor noise(Random random) {
        float[] scores = new float[ROWS * CLASSES];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat();
        }
        return Tensor.ofFloats(scores, ROWS, CLASSES);
    }
}
