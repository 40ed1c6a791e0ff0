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
 * @param form how it is to run
 * @param macs multiply-accumulates for one sample, 0 for nodes without, -1 for convolutions whose
 *     extents are not known
 * @param reason why so, also for what stays float
 */
public record NodeDecision(String node, OpType op, Form form, long macs, String reason) {

    /** How a node is to run. */
    public enum Form {
        /** On floats, as in the source. */
        FLOAT,
        /** On integers: dequantized inputs and a quantized output, which the engine merges. */
        INTEGER,
        /** On the integers as they are: it only moves them, scale and zero point stay. */
        MOVES_INTEGERS,
        /** Not at all: the quantized range of its output clamps as it does. */
        ABSORBED,
        /** On integers: scale and zero point of its input are found anew for each input. */
        DYNAMIC,
        /** Its table holds integers with one scale per row: what it looks up becomes float. */
        LOOK_UP,
        /** On floats, but its weights lie in the file as integers, one scale per row. */
        STORED
    }

    /** Requires the parts. */
    public NodeDecision {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(op, "op");
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(reason, "reason");
    }

    /**
     * Tells whether the node runs on integers.
     *
     * @return false if it stays float
     */
    public boolean quantized() {
        return form != Form.FLOAT && form != Form.STORED;
    }
}
