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

/**
 * What chance does not exceed in a window. Windows of one monitor are mostly of the same size, so
 * that a {@link TensorBaseline} keeps the last ones.
 *
 * @param rows the rows of the window
 * @param alpha the probability that chance exceeds one of them
 */
record Thresholds(
        long rows,
        double alpha,
        double outOfRange,
        double saturation,
        double stability,
        double distance) {

    static Thresholds of(TensorBaseline baseline, long rows, double alpha) {
        return new Thresholds(
                rows,
                alpha,
                FiniteSample.rowsBeyond(rows, baseline.rows(), alpha) / (double) rows,
                baseline.clipped()
                        + FiniteSample.difference(
                                baseline.clippedVariance(), rows, baseline.shareRows(), alpha),
                FiniteSample.stability(baseline, rows, alpha),
                FiniteSample.distance(baseline, rows, alpha));
    }
}
