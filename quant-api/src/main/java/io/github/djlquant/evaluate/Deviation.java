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
 * One sample whose output moved far.
 *
 * @param sample which sample of the data, from 0
 * @param cosine the cosine between the rows of both models
 * @param relativeError the length of the difference over the length of the source's row
 * @param input the sample itself, if it can be shown
 */
public record Deviation(
        long sample, double cosine, double relativeError, Optional<InputView> input) {

    /** Requires the optional part. */
    public Deviation {
        Objects.requireNonNull(input, "input");
    }
}
