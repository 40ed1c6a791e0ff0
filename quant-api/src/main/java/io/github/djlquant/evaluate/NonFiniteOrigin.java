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
 * Where, along the graph, numbers of the quantized model become NaN or infinite.
 *
 * @param node the first node that yields such a number
 * @param value what it yields
 * @param sample the sample of the data that was looked at
 * @param constant a constant of the node that holds such a number itself; empty if none does, and
 *     the node makes it
 */
public record NonFiniteOrigin(String node, String value, long sample, Optional<String> constant) {

    /** Requires the names. */
    public NonFiniteOrigin {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(constant, "constant");
    }

    @Override
    public String toString() {
        return node
                + ": here numbers first become NaN or infinite, in "
                + value
                + " of sample "
                + sample
                + constant.map(name -> "; its constant " + name + " holds such a number")
                        .orElse("");
    }
}
