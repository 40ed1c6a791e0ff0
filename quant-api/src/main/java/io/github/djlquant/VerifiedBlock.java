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
package io.github.djlquant;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.trace.GraphBlock;

/**
 * A quantized DJL block that passed its verification, with everything known about it. Made by
 * {@link Quantizer#convert} and {@link Quantizer#quantize(ai.djl.nn.Block)}; it lives in memory and
 * among the temporary files only. {@link #saveParameters} and {@link ai.djl.Model#save} write it.
 */
public final class VerifiedBlock extends GraphBlock {

    private final QuantizedModel model;

    VerifiedBlock(Backend backend, QuantizedModel model) {
        super(backend, model.file());
        this.model = model;
    }

    /**
     * Returns what is known about the block.
     *
     * @return the report; its file is gone
     */
    public QuantizedModel model() {
        return model;
    }
}
