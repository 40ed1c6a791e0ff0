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
 * Which of several outputs labels and metrics belong to.
 *
 * @param output its name
 * @param others the names of the other outputs
 * @param reason why it was taken, half a sentence
 */
public record JudgedOutput(String output, List<String> others, String reason) {

    /** Requires the parts. */
    public JudgedOutput {
        Objects.requireNonNull(output, "output");
        others = List.copyOf(others);
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String toString() {
        return "labels and metrics belong to the output "
                + output
                + ", not to "
                + String.join(", ", others)
                + ": "
                + reason;
    }
}
