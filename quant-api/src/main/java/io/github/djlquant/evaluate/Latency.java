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
package io.github.djlquant.evaluate;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * Times two models in turns, so that a change of the machine's speed meets both. The interval of
 * the ratio comes from the order statistics of the paired ratios of short rounds: the binomial
 * confidence interval of a median.
 */
public final class Latency {

    private static final int ROUNDS = 25;

    private Latency() {}

    /**
     * Measures.
     *
     * @param source the source model
     * @param quantized the quantized model
     * @param feeds one sample
     * @param threads threads inside one call, for the record
     * @param budgetMillis about how long to measure
     * @return the ratio with its interval
     */
    public static LatencyRatio measure(
            GraphRunner source,
            GraphRunner quantized,
            Map<String, Tensor> feeds,
            int threads,
            long budgetMillis) {
        long warmUpEnd = System.nanoTime() + budgetMillis * 1_000_000 / 5;
        int warm = 0;
        long start = System.nanoTime();
        do {
            source.run(feeds);
            quantized.run(feeds);
            warm++;
        } while (System.nanoTime() < warmUpEnd);
        double pair = (System.nanoTime() - start) / (double) warm;
        int inner = (int) Math.max(1, Math.min(200, budgetMillis * 1e6 * 0.8 / (ROUNDS * pair)));
        double[] sourceTimes = new double[ROUNDS];
        double[] quantizedTimes = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            sourceTimes[round] = median(source, feeds, inner);
            quantizedTimes[round] = median(quantized, feeds, inner);
            ratios[round] = sourceTimes[round] / quantizedTimes[round];
        }
        Arrays.sort(ratios);
        Arrays.sort(sourceTimes);
        Arrays.sort(quantizedTimes);
        // Order statistics 8 and 18 of 25 hold the median with 95.7 %: P(8 <= Binomial(25, 1/2) <=
        // 17).
        return new LatencyRatio(
                sourceTimes[ROUNDS / 2],
                quantizedTimes[ROUNDS / 2],
                ratios[7],
                ratios[ROUNDS / 2],
                ratios[17],
                ROUNDS * inner,
                threads);
    }

    private static double median(GraphRunner runner, Map<String, Tensor> feeds, int calls) {
        double[] micros = new double[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            runner.run(feeds);
            micros[i] = (System.nanoTime() - start) / 1e3;
        }
        Arrays.sort(micros);
        return micros[calls / 2];
    }
}
