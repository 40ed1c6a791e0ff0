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
package io.github.djlquant.transform.convert;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.Set;

/**
 * Raises an opset of 7 to 9 to 10, where the integer operators begin into which ONNX Runtime merges
 * quantize and dequantize pairs: below, it makes them all the same and then refuses its own graph.
 *
 * <pre>
 *   opset 9: Conv, Relu, MaxPool   ->   opset 10: Conv, Relu, MaxPool
 * </pre>
 *
 * <p>Operators that took another form in between stand in the way (changelog of the ONNX
 * operators).
 */
final class RaiseOpset {

    private static final long INTEGER_OPERATORS_SINCE = 10;

    private static final Set<String> CHANGED =
            Set.of("Slice", "TopK", "Upsample", "Scan", "BatchNormalization");

    private RaiseOpset() {}

    static void apply(GraphEditor editor, Graph graph) {
        long opset = graph.opsets().getOrDefault(OpType.ONNX, INTEGER_OPERATORS_SINCE);
        if (opset >= INTEGER_OPERATORS_SINCE) {
            return;
        }
        for (Node node : graph.nodes()) {
            if (node.op().dialect().equals(OpType.ONNX)
                    && (CHANGED.contains(node.op().name()) || !node.bodies().isEmpty())) {
                throw new UnsupportedModelException(
                        Problem.of(
                                        "the model's opset is too old for integer kernels, and one of"
                                                + " its operators has another form in newer ones")
                                .at("node " + node.name())
                                .expected("opset " + INTEGER_OPERATORS_SINCE + " or newer")
                                .actual(node.op() + " of opset " + opset)
                                .next("Export the model again with a newer opset"));
            }
        }
        editor.opset(OpType.ONNX, INTEGER_OPERATORS_SINCE);
    }
}
