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

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What one layer costs: the whole model's output with this layer alone quantized, and with this
 * layer alone in float.
 *
 * @param node the layer's node
 * @param position where it stands in graph order, from 0
 * @param macs multiply-accumulates of one sample
 * @param samples samples that the output was compared on
 * @param alone the output's SQNR in dB if only this layer is quantized; empty if not measured
 * @param without the output's SQNR in dB if all but this layer are quantized; empty if not measured
 * @param gain dB that the output gains if this layer stays float; empty if not measured
 */
public record Sensitivity(
        String node,
        int position,
        long macs,
        long samples,
        Optional<Double> alone,
        Optional<Double> without,
        Optional<Double> gain) {

    /** Requires the parts. */
    public Sensitivity {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(alone, "alone");
        Objects.requireNonNull(without, "without");
        Objects.requireNonNull(gain, "gain");
    }

    @Override
    public String toString() {
        return node
                + alone.map(a -> String.format(Locale.ROOT, ", alone %.1f dB", a)).orElse("")
                + without.map(w -> String.format(Locale.ROOT, ", without %.1f dB", w)).orElse("")
                + gain.map(g -> String.format(Locale.ROOT, ", gain %.1f dB", g)).orElse("");
    }
}
