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
 * A two-sided test of "source and quantized model are equally good", on paired samples.
 *
 * @param name such as {@code McNemar, exact} or {@code Wilcoxon signed rank}
 * @param pValue the probability of a difference at least as large by chance alone
 */
public record PairedTest(String name, double pValue) {

    /** Requires a name and a probability. */
    public PairedTest {
        Objects.requireNonNull(name, "name");
        if (!(pValue >= 0 && pValue <= 1)) {
            throw new IllegalArgumentException("no probability: " + pValue);
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p = %.3g by %s", pValue, name);
    }
}
