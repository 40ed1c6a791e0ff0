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
 * One kernel that the engine runs.
 *
 * @param node the node of the artifact that it stands for, or else the engine's name
 * @param operator the operator that the node had in the source model; the kernel's own name if it
 *     stands for none
 * @param kernel the engine's operator, such as {@code QLinearConv}
 * @param int8 true if it computes on integers
 * @param fellBack true if the plan wants it on integers and the engine runs it in float
 * @param reason why it is float: the plan's reason or the engine's remark; for integers what was
 *     fused into it; may be empty
 * @param share its share of the time of a call, between 0 and 1; empty if not measured
 * @param micros its time in one call, microseconds; empty if not measured
 */
public record OperatorShare(
        String node,
        String operator,
        String kernel,
        boolean int8,
        boolean fellBack,
        String reason,
        Optional<Double> share,
        Optional<Double> micros) {

    /** Requires the parts. */
    public OperatorShare {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(kernel, "kernel");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(share, "share");
        Objects.requireNonNull(micros, "micros");
    }
}
