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
package io.github.djlquant.recipe;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The libraries of integer kernels that PyTorch can leave quantized layers to, as {@code
 * torch.backends.quantized.engine} names them.
 */
public enum QuantizedEngine {
    /** oneDNN for convolutions where it is faster, else FBGEMM: PyTorch's default on x86-64. */
    X86,
    /** Facebook's matrix multiplication for everything. */
    FBGEMM,
    /** oneDNN for everything. */
    ONEDNN,
    /** For Arm and small devices: PyTorch's default there; exact on every CPU. */
    QNNPACK;

    /**
     * Finds an engine by the name that PyTorch gives it.
     *
     * @param text such as {@code fbgemm}, in any case
     * @return the engine, empty if none is called so
     */
    public static Optional<QuantizedEngine> named(String text) {
        return Arrays.stream(values())
                .filter(engine -> engine.text().equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /**
     * Returns PyTorch's name of the engine.
     *
     * @return lower case
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
