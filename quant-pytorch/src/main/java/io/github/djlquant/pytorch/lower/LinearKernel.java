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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.lower.Lowering.Result;
import io.github.djlquant.pytorch.lower.PackedWeights.Kind;
import io.github.djlquant.pytorch.op.Argument;
import java.util.List;
import java.util.Optional;

/**
 * Linear layers. Their input is quantized by the plan or at run time, their result by the plan or
 * not at all.
 *
 * <pre>
 *   x_int8      w_int8                       x_int8   packed(w_int8, b)
 *     |           |                               \    |
 *  Dequantize  Dequantize  b       =&gt;       quantized::linear
 *          \      |      /                           |
 *            linear                                y_int8
 *              |
 *           Quantize
 *              |
 *            y_int8
 * </pre>
 *
 * Without the quantize behind, {@code linear_with_input_q_dq_qweight_dq_output_fp32} yields floats;
 * behind a DynamicQuantizeLinear, {@code linear_dynamic} does.
 */
final class LinearKernel implements Kernel {

    /** How an operator names its operands. */
    private final int data;

    private final int weight;
    private final int bias;
    private final boolean transposed;

    /**
     * Creates a row.
     *
     * @param data the input's position
     * @param weight the weight's position
     * @param bias the bias's position, -1 if it has none
     * @param transposed whether the weight is [in, out] instead of [out, in]
     */
    LinearKernel(int data, int weight, int bias, boolean transposed) {
        this.data = data;
        this.weight = weight;
        this.bias = bias;
        this.transposed = transposed;
    }

    @Override
    public boolean lower(Node node, Lowering lowering) {
        Optional<QuantizedConstant> constant =
                lowering.constant(node.input(weight)).filter(this::fits);
        String biasName = bias < 0 ? "" : node.input(bias);
        Optional<Tensor> biasValues = lowering.real(biasName);
        if (constant.isEmpty() || !biasName.isEmpty() && biasValues.isEmpty()) {
            return false;
        }
        Optional<QuantizedValue> input =
                lowering.quantized(node.input(data)).filter(v -> v.type() == DataType.UINT8);
        Optional<String> dynamic = lowering.dynamicallyQuantized(node.input(data));
        Optional<Result> result =
                lowering.result(node).filter(r -> r.value().type() == DataType.UINT8);
        if (input.isPresent() && result.isPresent()) {
            Result r = result.get();
            lowering.replace(
                    node,
                    r,
                    r.relu() ? "linear_relu" : "linear",
                    Lowering.withParameters(
                            r.value(),
                            Argument.of(input.get().name()),
                            Argument.of(pack(node, lowering, constant.get(), biasValues))));
            return true;
        }
        boolean floats = input.isPresent() && lowering.library().yieldsFloats();
        if (!floats && dynamic.isEmpty()) {
            return false;
        }
        Argument packed = Argument.of(pack(node, lowering, constant.get(), biasValues));
        Optional<Node> relu = lowering.onlyReader(node).filter(r -> Lowering.isAten(r, "relu"));
        String output = relu.map(Node::output).orElse(node.output());
        relu.ifPresent(r -> lowering.editor().remove(r.name()));
        if (dynamic.isPresent()) {
            lowering.put(
                    node,
                    relu.isPresent() ? "linear_relu_dynamic" : "linear_dynamic",
                    List.of(Argument.of(dynamic.get()), packed, Argument.literal(false)),
                    output);
        } else {
            lowering.put(
                    node,
                    relu.isPresent()
                            ? "linear_with_input_q_dq_qweight_dq_relu_output_fp32"
                            : "linear_with_input_q_dq_qweight_dq_output_fp32",
                    List.of(
                            Argument.of(lowering.beforeQuantize(input.get(), node.input(data))),
                            Argument.literal(input.get().scale()),
                            Argument.literal(input.get().zeroPoint()),
                            packed),
                    output);
        }
        return true;
    }

    private boolean fits(QuantizedConstant constant) {
        return constant.integers().dataType() == DataType.INT8
                && constant.integers().shape().rank() == 2
                && (constant.isPerTensor() || constant.axis() == (transposed ? 1 : 0));
    }

    private String pack(
            Node node, Lowering lowering, QuantizedConstant constant, Optional<Tensor> bias) {
        QuantizedConstant rows =
                new QuantizedConstant(
                        constant.value(),
                        transposed ? Transposed.of(constant.integers()) : constant.integers(),
                        constant.scales(),
                        constant.zeroPoints(),
                        0);
        return lowering.pack(
                node,
                Kind.LINEAR,
                rows,
                rows.integers(),
                bias,
                this.bias < 0 ? "" : node.input(this.bias),
                Optional.empty());
    }
}
