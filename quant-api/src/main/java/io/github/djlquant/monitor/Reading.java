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

import java.util.Locale;

/**
 * One figure of one tensor in one window.
 *
 * @param tensor the tensor
 * @param figure what was measured
 * @param value what it came to
 * @param threshold what chance alone does not exceed in a window of this size
 */
public record Reading(String tensor, Figure figure, double value, double threshold) {

    /**
     * Tells whether the figure is larger than chance makes it.
     *
     * @return true above the threshold
     */
    public boolean isAbove() {
        return value > threshold;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%%%s: %s %.3f %s %.3f",
                tensor,
                figure.text(),
                value,
                isAbove() ? "above" : "within",
                threshold);
    }
}
