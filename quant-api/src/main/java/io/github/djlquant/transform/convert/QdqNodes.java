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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes quantize and dequantize nodes with their constants; equal constants are made once.
 *
 * <p>The ONNX operators take one scale per channel from opset 13 on, and integers of 4 and 16 bits
 * from opset 21 on. Below, ONNX Runtime's own operators of the same names, which always did, are
 * written instead of raising the opset: that would change the meaning of other nodes.
 */
final class QdqNodes {

    private static final long PER_CHANNEL_SINCE = 13;
    private static final long OTHER_WIDTHS_SINCE = 21;

    private final GraphEditor editor;
    private final long opset;
    private final Map<QuantParams, String[]> scalesAndZeroPoints = new HashMap<>();
    private final Map<String, Map<QuantParams, String>> constants = new HashMap<>();

    QdqNodes(GraphEditor editor, Graph graph) {
        this.editor = editor;
        this.opset = graph.opsets().getOrDefault(OpType.ONNX, Long.MAX_VALUE);
    }

    private OpType type(String op, QuantType integers) {
        long since =
                switch (integers) {
                    case UINT8, INT8, INT32 -> PER_CHANNEL_SINCE;
                    case UINT4, INT4, UINT16, INT16 -> OTHER_WIDTHS_SINCE;
                };
        if (opset >= since) {
            return OpType.onnx(op);
        }
        editor.opset(OpType.MICROSOFT, 1);
        return new OpType(OpType.MICROSOFT, op);
    }

    /** Quantizes a value and returns the integers' name. */
    String quantize(String value, QuantParams params) {
        String made = editor.freshName(value + "_quantized");
        editor.put(node("QuantizeLinear", value, made, value, params));
        return made;
    }

    /** Dequantizes into a value of a given name. */
    String dequantize(String integers, String made, QuantParams params) {
        editor.put(node("DequantizeLinear", integers, made, made, params));
        return made;
    }

    /**
     * Dequantizes by operators that no engine takes for a dequantize, and returns the floats' name.
     */
    String dequantizePlainly(String integers, String wanted, QuantParams params) {
        FloatArithmetic arithmetic = new FloatArithmetic(editor);
        String cast = arithmetic.cast(wanted, integers, wanted + "_steps");
        String zeroPoint =
                editor.newConstant(wanted + "_offset", Tensor.ofFloat(params.zeroPoint(0)));
        String scale = editor.newConstant(wanted + "_factor", Tensor.ofFloat(params.scale(0)));
        String centered = arithmetic.combine(wanted, "Sub", cast, zeroPoint, wanted + "_centered");
        return arithmetic.combine(wanted, "Mul", centered, scale, wanted);
    }

    /** Replaces a float constant by integers and returns the name of their dequantized form. */
    String constant(String value, Tensor tensor, QuantParams params) {
        return constants
                .computeIfAbsent(value, k -> new HashMap<>())
                .computeIfAbsent(
                        params,
                        p -> {
                            Tensor integers = QuantizedTensor.of(tensor, params);
                            String name = editor.newConstant(value + "_quantized", integers);
                            String made = editor.freshName(value + "_dequantized");
                            return dequantize(name, made, params);
                        });
    }

    /** The zero point as a constant. */
    String zeroPoint(QuantParams params) {
        return scaleAndZeroPoint("", params)[1];
    }

    /** Renames a value everywhere, also where it is made. */
    void rename(String from, String to) {
        editor.replaceReads(from, to);
        for (Node node : editor.nodes()) {
            if (node.outputs().contains(from)) {
                editor.put(
                        node.withOutputs(
                                node.outputs().stream()
                                        .map(o -> o.equals(from) ? to : o)
                                        .toList()));
            }
        }
    }

    private Node node(String op, String read, String made, String value, QuantParams params) {
        String[] constants = scaleAndZeroPoint(value, params);
        Node node =
                new Node(
                        editor.freshName(value + "/" + op),
                        type(op, params.type()),
                        List.of(read, constants[0], constants[1]),
                        List.of(made),
                        Map.of());
        return params.granularity() instanceof Granularity.PerChannel c
                ? node.withAttribute("axis", Attribute.of(c.axis()))
                : node;
    }

    private String[] scaleAndZeroPoint(String value, QuantParams params) {
        return scalesAndZeroPoints.computeIfAbsent(
                params,
                p -> {
                    Shape shape =
                            params.granularity() instanceof Granularity.PerTensor
                                    ? Shape.of()
                                    : Shape.of(params.size());
                    String scale =
                            editor.newConstant(
                                    value + "_scale",
                                    Tensor.ofFloats(params.scales(), shape.toArray()));
                    String zeroPoint =
                            editor.newConstant(
                                    value + "_zero_point",
                                    Tensor.ofInts(
                                            params.type().dataType(),
                                            params.zeroPoints(),
                                            shape.toArray()));
                    return new String[] {scale, zeroPoint};
                });
    }
}
