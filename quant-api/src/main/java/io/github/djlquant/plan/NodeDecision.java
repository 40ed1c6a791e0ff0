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
package io.github.djlquant.plan;

import io.github.djlquant.graph.OpType;
import java.util.Objects;

/**
 * What becomes of one node.
 *
 * @param node its name
 * @param op its operator
 * @param quantized true if it is to run on integers
 * @param macs multiply-accumulates for one sample as far as shapes are known, 0 for nodes without
 * @param reason why so, also for what stays float
 */
public record NodeDecision(String node, OpType op, boolean quantized, long macs, String reason) {

    /** Requires the texts. */
    public NodeDecision {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(op, "op");
        Objects.requireNonNull(reason, "reason");
    }
}
