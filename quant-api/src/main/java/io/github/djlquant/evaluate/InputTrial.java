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
 * A change of one input by which the quantized model would agree with its source: one of the two
 * holds another preparation of its input than the other.
 *
 * @param input the input's name
 * @param change what was done to the quantized model's input, such as {@code channels in the order
 *     2, 1, 0}
 * @param sqnr SQNR of the outputs in dB, as the models are fed
 * @param changedSqnr SQNR of the outputs in dB, with the change
 */
public record InputTrial(String input, String change, double sqnr, double changedSqnr) {

    /** Requires the texts. */
    public InputTrial {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(change, "change");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: with %s the quantized model agrees with its source (SQNR %.1f dB, as it is"
                        + " %.1f dB): one of them is fed another preparation",
                input,
                change,
                changedSqnr,
                sqnr);
    }
}
