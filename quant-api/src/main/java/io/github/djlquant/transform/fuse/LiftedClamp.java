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
package io.github.djlquant.transform.fuse;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Map;

/**
 * The clamp that a quantize/dequantize pair was, beside its rounding. Other tools leave out a ReLU
 * whose output's integers begin at 0: then the pair is all that is left of it.
 *
 * <pre>
 *   layer -> Quantize -> Dequantize   =&gt;   layer -> Clip(S (qmin - Z), S (qmax - Z))
 * </pre>
 *
 * It stays where the value could leave the range for more than the rare outlier: behind layers and
 * sums where the range ends at 0, and between convolutions. The plan absorbs it into the same range
 * again.
 */
final class LiftedClamp {

    /** From this opset on the limits are inputs. */
    private static final long LIMITS_ARE_INPUTS_SINCE = 11;

    private final Graph graph;
    private final TransformContext context;
    private final OpCatalog catalog;

    LiftedClamp(Graph graph, TransformContext context) {
        this.graph = graph;
        this.context = context;
        this.catalog = context.catalog();
    }

    /**
     * Puts a clamp behind a value, if it needs one.
     *
     * @param real what the pair rounds
     * @param made what the pair makes of it
     * @return what is to be read in place of the pair: the value's own name where only pairs of
     *     this range read it
     */
    String put(GraphEditor editor, String real, String made, QuantParams params) {
        Node maker = graph.producer(real).orElse(null);
        if (maker == null || !isNeeded(maker, made, params)) {
            return real;
        }
        boolean only = graph.consumers(real).size() == 1 && !graph.isOutput(real);
        String before = real;
        String behind = real;
        if (only) {
            before = editor.freshName(real + "_unclamped");
            String renamed = before;
            editor.put(
                    maker.withOutputs(
                            maker.outputs().stream()
                                    .map(o -> o.equals(real) ? renamed : o)
                                    .toList()));
            editor.type(before, graph.type(real));
        } else {
            behind = editor.freshName(real + "_clamped");
            editor.type(behind, graph.type(real));
        }
        clip(editor, before, behind, params);
        return behind;
    }

    private void clip(GraphEditor editor, String before, String behind, QuantParams params) {
        OpType clip = OpType.onnx("Clip");
        float low = params.dequantize(params.qmin(), 0);
        float high = params.dequantize(params.qmax(), 0);
        Long opset = graph.opsets().get(OpType.ONNX);
        if (opset != null && opset < LIMITS_ARE_INPUTS_SINCE) {
            Map<String, Attribute> limits =
                    Map.of("min", Attribute.of(low), "max", Attribute.of(high));
            editor.make(clip, List.of(before), limits, behind);
        } else {
            String min = editor.newConstant(behind + "_min", Tensor.ofFloat(low));
            String max = editor.newConstant(behind + "_max", Tensor.ofFloat(high));
            editor.make(clip, List.of(before, min, max), Map.of(), behind);
        }
    }

    private boolean isNeeded(Node maker, String made, QuantParams params) {
        if (!(params.granularity() instanceof Granularity.PerTensor)
                || catalog.spec(maker).clamp().apply(graph, maker).isPresent()) {
            return false;
        }
        boolean positive = params.zeroPoint(0) == params.qmin();
        boolean negative = params.zeroPoint(0) == params.qmax();
        return switch (catalog.role(maker)) {
            case CONVOLUTION ->
                    positive || negative || graph.consumers(made).stream().allMatch(this::isLayer);
            case TRANSPOSED_CONVOLUTION, LINEAR, MATRIX_PRODUCT, BATCH_NORM, NORM ->
                    positive || negative;
            case ADD, MULTIPLY, CONCAT ->
                    negative || positive && !maker.inputs().stream().allMatch(this::isPositive);
            default -> false;
        };
    }

    /** Reads integers, whatever the recipe; others may have to see the convolution itself. */
    private boolean isLayer(Node reader) {
        Role role = catalog.role(reader);
        return role == Role.CONVOLUTION || role == Role.LINEAR;
    }

    private boolean isPositive(String value) {
        if (graph.constant(value).isPresent()) {
            for (float number : graph.constant(value).get().toFloats()) {
                if (!(number >= 0)) {
                    return false;
                }
            }
            return true;
        }
        boolean kept = context.kept(value).filter(p -> p.zeroPoint(0) == p.qmin()).isPresent();
        return kept || graph.producer(value).filter(this::makesNoNegatives).isPresent();
    }

    private boolean makesNoNegatives(Node maker) {
        return catalog.role(maker) == Role.SOFTMAX
                || catalog.spec(maker)
                        .clamp()
                        .apply(graph, maker)
                        .filter(c -> c.min() >= 0)
                        .isPresent();
    }
}
