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
package io.github.djlquant.onnx.opset;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newer forms of the operators that changed from opset 7 to 11 (changelog of the ONNX
 * operators): attributes that became inputs, and operators that another one replaced. All others
 * only took more types, or attributes with defaults that mean what they did before.
 */
final class OperatorForms {

    private final GraphEditor editor;
    private final Graph graph;
    private final long from;
    private final long to;
    private final Map<String, Tensor> made = new HashMap<>();

    /**
     * Makes forms.
     *
     * @param editor of the outermost graph: it gets the new constants, which bodies capture
     * @param graph the outermost graph
     * @param from the opset that the nodes are of, at least 7
     * @param to the opset wanted, at most 11
     */
    OperatorForms(GraphEditor editor, Graph graph, long from, long to) {
        this.editor = editor;
        this.graph = graph;
        this.from = from;
        this.to = to;
    }

    /** The same computation in the newer form; bodies stay as they are. */
    Node newer(Node node) throws NoNewerFormException {
        if (!node.op().dialect().equals(OpType.ONNX)) {
            return node;
        }
        Node ten = from < 10 ? ten(node) : node;
        return to >= 11 ? eleven(ten) : ten;
    }

    private Node ten(Node node) throws NoNewerFormException {
        return switch (node.op().name()) {
            case "Slice" -> slice(node);
            case "TopK" -> topK(node);
            case "Upsample" -> upsample(node);
            case "BatchNormalization" -> batchNormalization(node);
            case "Dropout" -> dropout(node);
            case "Scan" -> {
                if (from < 9) {
                    throw new NoNewerFormException(
                            node, "a Scan of opset 8 has a batch axis of its own");
                }
                yield node;
            }
            default -> node;
        };
    }

    private Node eleven(Node node) throws NoNewerFormException {
        return switch (node.op().name()) {
            case "Clip" -> clip(node);
            case "Pad" -> pad(node);
            case "Resize" -> resize(node);
            case "Scatter" -> node.withOp(OpType.onnx("ScatterElements"));
            default -> node;
        };
    }

    /** Slice-1 has starts, ends and axes as attributes, Slice-10 as inputs. */
    private Node slice(Node node) {
        List<String> inputs = new ArrayList<>(List.of(node.input(0)));
        inputs.add(longs(node, "starts"));
        inputs.add(longs(node, "ends"));
        if (node.attributes().containsKey("axes")) {
            inputs.add(longs(node, "axes"));
        }
        return without(node, "starts", "ends", "axes").withInputs(inputs);
    }

    /** TopK-1 has k as an attribute, TopK-10 as an input. */
    private Node topK(Node node) {
        Tensor k = Tensor.ofLongs(new long[] {node.intAttribute("k", 1)}, 1);
        return without(node, "k").withInput(1, constant(node.name() + "_k", k));
    }

    /** Upsample gave way to Resize; until opset 8 its factors are an attribute. */
    private Node upsample(Node node) {
        Node resize = node.withOp(OpType.onnx("Resize"));
        if (!(node.attributes().get("scales") instanceof Attribute.FloatsAttribute scales)) {
            return resize;
        }
        float[] factors = new float[scales.values().size()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = scales.values().get(i);
        }
        return without(resize, "scales")
                .withInput(
                        1,
                        constant(
                                node.name() + "_scales", Tensor.ofFloats(factors, factors.length)));
    }

    /** BatchNormalization-7 could have statistics per element, BatchNormalization-9 can't. */
    private Node batchNormalization(Node node) throws NoNewerFormException {
        if (node.intAttribute("spatial", 1) != 1) {
            throw new NoNewerFormException(
                    node, "a BatchNormalization with statistics per element (spatial 0)");
        }
        return without(node, "spatial");
    }

    /** From Dropout-10 on the mask is of another type. */
    private static Node dropout(Node node) throws NoNewerFormException {
        if (node.outputs().size() > 1 && !node.outputs().get(1).isEmpty()) {
            throw new NoNewerFormException(node, "a Dropout whose mask is read");
        }
        return node;
    }

    /** Clip-6 has its limits as attributes, Clip-11 as inputs. */
    private Node clip(Node node) throws NoNewerFormException {
        Node clip = without(node, "min", "max");
        for (String limit : List.of("max", "min")) {
            if (node.attributes().get(limit) instanceof Attribute.FloatAttribute value) {
                clip =
                        clip.withInput(
                                limit.equals("min") ? 1 : 2,
                                constant(node.name() + "_" + limit, scalar(value.value(), node)));
            }
        }
        return clip;
    }

    /** Pad-2 has its pads and its value as attributes, Pad-11 as inputs. */
    private Node pad(Node node) throws NoNewerFormException {
        Node pad = without(node, "pads", "value").withInput(1, longs(node, "pads"));
        float value = node.floatAttribute("value", 0);
        return value == 0
                ? pad
                : pad.withInput(2, constant(node.name() + "_value", scalar(value, node)));
    }

    /**
     * Resize-10 maps coordinates as Resize-11 does with {@code asymmetric}. The nearest neighbour
     * is the lower one where it enlarges; where it shrinks, no mode of Resize-11 is the same.
     */
    private Node resize(Node node) throws NoNewerFormException {
        String scales = node.input(1);
        boolean nearest = node.stringAttribute("mode", "nearest").equals("nearest");
        if (nearest && !enlarges(scales)) {
            throw new NoNewerFormException(
                    node, "a Resize of opset 10 to nearest neighbours that may shrink");
        }
        String none = constant(node.name() + "_roi", Tensor.ofFloats(new float[0], 0));
        Node resize =
                node.withInputs(List.of(node.input(0), none, scales))
                        .withAttribute(
                                "coordinate_transformation_mode", Attribute.of("asymmetric"));
        return nearest ? resize.withAttribute("nearest_mode", Attribute.of("floor")) : resize;
    }

    private boolean enlarges(String scales) {
        Optional<Tensor> factors =
                graph.constant(scales).or(() -> Optional.ofNullable(made.get(scales)));
        if (factors.isEmpty()) {
            return false;
        }
        boolean[] enlarges = {true};
        factors.get().forEach((index, factor) -> enlarges[0] &= factor >= 1);
        return enlarges[0];
    }

    private String constant(String wanted, Tensor tensor) {
        String name = editor.newConstant(wanted, tensor);
        made.put(name, tensor);
        return name;
    }

    private String longs(Node node, String key) {
        long[] values = node.intsAttribute(key).stream().mapToLong(Long::longValue).toArray();
        return constant(node.name() + "_" + key, Tensor.ofLongs(values, values.length));
    }

    /** A number of the type that a node computes on; the form before needed none. */
    private Tensor scalar(float value, Node node) throws NoNewerFormException {
        if (graph.type(node.input(0)) instanceof ValueType.TensorType t
                && t.dataType() != null
                && t.dataType() != DataType.FLOAT) {
            throw new NoNewerFormException(node, "a limit or filling of a node on " + t.dataType());
        }
        return Tensor.ofFloat(value);
    }

    private static Node without(Node node, String... keys) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.keySet().removeAll(List.of(keys));
        return node.withAttributes(attributes);
    }
}
