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
package io.github.djlquant.pytorch;

import io.github.djlquant.backend.Execution;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.plan.QuantPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells from an archive's own code which kernels run on integers. libtorch chooses none by itself:
 * what the code calls is what runs.
 */
final class ReadBackExecution {

    private static final String QUANTIZED = "quantized";

    /** They only change between float and integer form. */
    private static final Set<String> CONVERSIONS =
            Set.of("quantize_per_tensor", "quantize_per_tensor_dynamic", "dequantize");

    /** What would multiply and accumulate in float. */
    private static final Set<String> HEAVY =
            Set.of(
                    "_convolution",
                    "convolution",
                    "conv1d",
                    "conv2d",
                    "conv3d",
                    "conv_transpose1d",
                    "conv_transpose2d",
                    "conv_transpose3d",
                    "linear",
                    "addmm",
                    "mm",
                    "matmul",
                    "bmm",
                    "baddbmm",
                    "einsum",
                    "scaled_dot_product_attention",
                    "lstm",
                    "gru",
                    "rnn_tanh",
                    "rnn_relu");

    /** They compute with sizes, not with elements. */
    private static final Set<String> NO_KERNELS =
            Set.of("size", "dim", "numel", "len", "Int", "Float", "Bool", "__getitem__");

    /** Their kernels read integers and yield floats. */
    private static final Set<String> YIELD_FLOATS =
            Set.of(
                    "linear_dynamic",
                    "linear_relu_dynamic",
                    "linear_dynamic_fp16",
                    "linear_relu_dynamic_fp16",
                    "linear_with_input_q_dq_qweight_dq_output_fp32",
                    "linear_with_input_q_dq_qweight_dq_relu_output_fp32",
                    "embedding_byte",
                    "embedding_4bit",
                    "embedding_bag_byte",
                    "embedding_bag_4bit",
                    "quantized_lstm",
                    "quantized_gru");

    /** Kernels on integers that are operators of torch itself. */
    private static final Set<String> QUANTIZED_RECURRENT =
            Set.of("quantized_lstm", "quantized_gru");

    private final Map<String, WrittenNames.Named> written = new HashMap<>();
    private final Set<String> quantized = new HashSet<>();
    private final List<Execution.Kernel> kernels = new ArrayList<>();

    private ReadBackExecution() {}

    /**
     * Reads a graph back.
     *
     * @param graph what was read from the archive
     * @param written how the nodes were called before they became statements, if that is known
     */
    static Execution of(Graph graph, Optional<WrittenNames> written) {
        ReadBackExecution execution = new ReadBackExecution();
        written.ifPresent(names -> execution.written.putAll(names.in(graph)));
        execution.collect(graph, "");
        return new Execution(execution.kernels);
    }

    private void collect(Graph graph, String path) {
        for (Node node : graph.nodes()) {
            String name = path.isEmpty() ? name(node) : path + node.name();
            if (isKernel(node)) {
                kernels.add(kernel(name, node));
            }
            node.attributes()
                    .forEach(
                            (key, attribute) -> {
                                if (attribute instanceof Attribute.GraphAttribute nested) {
                                    collect(nested.body(), path + QuantPlan.path(node, key));
                                }
                            });
        }
    }

    private String name(Node node) {
        WrittenNames.Named before = written.get(node.name());
        return before == null ? node.name() : before.name();
    }

    private static boolean isKernel(Node node) {
        String op = node.op().name();
        return node.op().dialect().equals(OpType.ATEN) && !NO_KERNELS.contains(op)
                || node.op().dialect().equals(QUANTIZED)
                        && !op.endsWith("_prepack")
                        && !op.startsWith("make_quantized_");
    }

    private Execution.Kernel kernel(String name, Node node) {
        String op = node.op().name();
        boolean reads = node.inputs().stream().anyMatch(quantized::contains);
        boolean own = node.op().dialect().equals(QUANTIZED) || QUANTIZED_RECURRENT.contains(op);
        boolean conversion = CONVERSIONS.contains(op);
        if (own && !YIELD_FLOATS.contains(op)
                || conversion && !op.equals("dequantize")
                || reads && !own && !conversion) {
            quantized.addAll(node.outputs());
        }
        boolean int8 = !conversion && !op.contains("fp16") && (own || reads);
        return new Execution.Kernel(name, op, int8, int8 ? "" : remark(op, conversion));
    }

    private static String remark(String op, boolean conversion) {
        if (conversion) {
            return "conversion";
        }
        return HEAVY.contains(op) ? "float: no input is quantized" : "";
    }
}
