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

/** What is measured of a tensor in a window; each is larger the further it is from calibration. */
public enum Figure {
    /**
     * The share of rows with an element beyond the extremes that calibration saw, on the side with
     * more of them. NaN and infinity lie beyond.
     */
    OUT_OF_RANGE("out of range"),

    /**
     * The share of elements that the quantized range clips. Of tapped values it is not measured:
     * they come as integers, clipped already.
     */
    SATURATION("saturation"),

    /**
     * The population stability index: the sum of (p - q) ln(p / q) over the bins, p the live share
     * and q that of calibration; the symmetric Kullback-Leibler divergence (Jeffreys 1946).
     */
    STABILITY_INDEX("PSI"),

    /**
     * The Kolmogorov-Smirnov distance: the largest difference of the distribution functions, here
     * at the baseline's cut points.
     */
    KOLMOGOROV_SMIRNOV("KS distance");

    private final String text;

    Figure(String text) {
        this.text = text;
    }

    /**
     * Returns what people call it.
     *
     * @return a few words
     */
    public String text() {
        return text;
    }
}
