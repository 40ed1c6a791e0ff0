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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at what is tapped row by row, as the inputs are looked at in calibration. */
final class TapSamples {

    /** Rows that tell how rows differ; more would only make the start of a service longer. */
    private static final long MOST_ROWS = 1000;

    private final Map<Tap, RowSamples> samples = new LinkedHashMap<>();
    private final List<String> masks;

    /**
     * Prepares.
     *
     * @param baseline tells how many elements are drawn, and which inputs tell of filling
     */
    TapSamples(List<Tap> taps, DriftBaseline baseline) {
        masks = baseline.masks();
        taps.forEach(tap -> samples.put(tap, new RowSamples(baseline.draws(), null)));
    }

    /**
     * Runs a model.
     *
     * @param tapped yields the taps' integers behind its own outputs, in their order
     */
    void run(Backend backend, Graph tapped, CalibrationData data) {
        try (GraphRunner runner = backend.open(tapped, RunOptions.DEFAULT);
                FeedStream feeds = data.open(FeedSpec.of(tapped, 0, MOST_ROWS))) {
            while (feeds.hasNext()) {
                Feed feed = feeds.next();
                if (feed.isBatchFirst()) {
                    add(
                            new ArrayList<>(runner.run(feed.tensors()).values()),
                            new Padding(feed.tensors(), masks));
                }
            }
        }
    }

    private void add(List<Tensor> outputs, Padding padding) {
        int at = outputs.size() - samples.size();
        for (Map.Entry<Tap, RowSamples> entry : samples.entrySet()) {
            entry.getValue().add(numbers(entry.getKey(), outputs.get(at++)), padding);
        }
    }

    private static Tensor numbers(Tap tap, Tensor integers) {
        Elements elements = tap.numbers(Elements.of(integers));
        float[] numbers = new float[Math.toIntExact(integers.elementCount())];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = elements.at(i);
        }
        return Tensor.ofFloats(numbers, integers.shape().toArray());
    }

    /** What is known of a value now, or what was known before if there were too few rows. */
    TensorBaseline baseline(TensorBaseline before) {
        for (Map.Entry<Tap, RowSamples> entry : samples.entrySet()) {
            if (entry.getKey().value().equals(before.tensor()) && entry.getValue().rows() > 1) {
                return entry.getValue()
                        .baseline(before.tensor(), Optional.empty(), before.low(), before.high());
            }
        }
        return before;
    }
}
