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
package io.github.djlquant.plan;

import io.github.djlquant.scheme.QuantParams;
import java.util.Objects;

/**
 * What becomes of one value, an activation or a weight.
 *
 * @param value its name
 * @param kind activation, weight or bias
 * @param params scale and zero point; null if it stays float
 * @param reason why so, also for what stays float
 * @param warning what the user should look at; empty if there is nothing
 */
public record ValueDecision(
        String value, Kind kind, QuantParams params, String reason, String warning) {

    /** What a value is to the node that made us decide. */
    public enum Kind {
        /** Computed anew for each input. */
        ACTIVATION,
        /** A constant that is multiplied. */
        WEIGHT,
        /** A constant that is added to the accumulator. */
        BIAS
    }

    /**
     * Creates a decision that warns of nothing.
     *
     * @param value its name
     * @param kind activation, weight or bias
     * @param params scale and zero point; null if it stays float
     * @param reason why so, also for what stays float
     */
    public ValueDecision(String value, Kind kind, QuantParams params, String reason) {
        this(value, kind, params, reason, "");
    }

    /** Requires all but the parameters. */
    public ValueDecision {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(warning, "warning");
    }

    /**
     * Tells whether the value is quantized.
     *
     * @return false if it stays float
     */
    public boolean isQuantized() {
        return params != null;
    }
}
