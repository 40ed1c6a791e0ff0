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

/**
 * How far one inner value of the quantized model is from the source model's.
 *
 * @param value its name
 * @param node the node that makes it, or "input"
 * @param sqnr signal to quantization noise ratio in dB, with the errors of all layers before it
 * @param drop dB lost against the worst of the values that it is made from: what this layer itself
 *     did
 */
public record LayerError(String value, String node, double sqnr, double drop) {

    /** Requires the names. */
    public LayerError {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(node, "node");
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (SQNR %.1f dB, %.1f dB lost here)", node, sqnr, drop);
    }
}
