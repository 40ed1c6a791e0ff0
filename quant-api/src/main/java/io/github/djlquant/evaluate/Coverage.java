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

import java.util.Comparator;
import java.util.List;

/**
 * How well calibration covered what evaluation saw.
 *
 * @param calibrationSamples samples that calibration saw; 0 without data
 * @param samples samples of the evaluation whose inner values were looked at
 * @param values quantized values with a fixed range that evaluation looked at
 * @param exceeded how many of them saw numbers outside their range
 * @param worst names of those that clip most, the worst first; a bounded number
 */
public record Coverage(
        long calibrationSamples, long samples, int values, int exceeded, List<String> worst) {

    private static final int MOST_EXCEEDED = 5;

    /** Copies the list. */
    public Coverage {
        worst = List.copyOf(worst);
    }

    /**
     * Sums up what inner values met.
     *
     * @param calibrationSamples samples that calibration saw; 0 without data
     * @param samples samples of the evaluation whose inner values were looked at
     * @param layers inner values
     * @return the coverage
     */
    public static Coverage of(long calibrationSamples, long samples, List<LayerError> layers) {
        List<LayerError> ranged =
                layers.stream().filter(layer -> layer.range().isPresent()).toList();
        List<LayerError> exceeded =
                ranged.stream()
                        .filter(layer -> layer.range().orElseThrow().isExceeded())
                        .sorted(
                                Comparator.comparingDouble(
                                        layer -> -layer.range().orElseThrow().saturation()))
                        .toList();
        return new Coverage(
                calibrationSamples,
                samples,
                ranged.size(),
                exceeded.size(),
                exceeded.stream().limit(MOST_EXCEEDED).map(LayerError::value).toList());
    }
}
