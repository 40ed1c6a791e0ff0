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

import java.util.Objects;
import java.util.Optional;

/**
 * Sizes of both models in bytes. What memory holds is by how much the process's resident set grew.
 *
 * @param source the source model's sizes
 * @param quantized the quantized model's sizes
 * @param loaded how memory compares once the models are open, if the platform tells
 * @param peak how memory compares at most, if the platform tells
 */
public record Footprint(
        Size source, Size quantized, Optional<MemoryRatio> loaded, Optional<MemoryRatio> peak) {

    /** Requires both. */
    public Footprint {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(quantized, "quantized");
        Objects.requireNonNull(loaded, "loaded");
        Objects.requireNonNull(peak, "peak");
    }

    /**
     * How many times smaller the quantized file is: a number without an interval, since a file has
     * one size.
     *
     * @return source over quantized
     */
    public double fileRatio() {
        return source.file() / (double) quantized.file();
    }

    /**
     * The sizes of one model.
     *
     * @param file its file, with external weights
     * @param loaded by how much memory grew when it was opened, the median of some processes, if
     *     the platform tells
     * @param peak by how much memory had grown at most after calls, the median, if the platform
     *     tells
     */
    public record Size(long file, Optional<Long> loaded, Optional<Long> peak) {

        /** Requires the optional parts. */
        public Size {
            Objects.requireNonNull(loaded, "loaded");
            Objects.requireNonNull(peak, "peak");
        }
    }
}
