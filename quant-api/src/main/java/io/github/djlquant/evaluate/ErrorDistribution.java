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

import java.util.List;
import java.util.Objects;

/**
 * How the error of one output is distributed over the samples: for embeddings and regressions,
 * where no answer can flip.
 *
 * @param output the output's name
 * @param samples rows compared
 * @param cosineDistance of 1 less the cosine between the rows of both models: 0 where they point
 *     the same way
 * @param relativeError of the length of the difference over the length of the source's row
 * @param worst the rows with the largest relative error first; a bounded number
 */
public record ErrorDistribution(
        String output,
        long samples,
        Quantiles cosineDistance,
        Quantiles relativeError,
        List<Deviation> worst) {

    /** Copies the list. */
    public ErrorDistribution {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(cosineDistance, "cosineDistance");
        Objects.requireNonNull(relativeError, "relativeError");
        worst = List.copyOf(worst);
    }
}
