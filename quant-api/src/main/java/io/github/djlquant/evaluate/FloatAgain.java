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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Lets nodes of a QDQ graph run on floats again: activations are read before they are rounded, but
 * clamped to their range, because a quantized range may stand for a ReLU; and weights are the
 * source's where the source has a node of the same name with a constant of the same shape there,
 * else they stay rounded.
 *
 * <pre>
 *   x -&gt; Q -&gt; DQ -&gt; Conv      becomes      x -&gt; Max -&gt; Min -&gt; Conv
 *        w_q -&gt; DQ -/                                    w -/
 * </pre>
 *
 * @param source the float graph
 * @param quantized its QDQ form
 * @param catalog the operators' roles
 */
record FloatAgain(Graph source, Graph quantized, OpCatalog catalog) {

    /** Tells whether a node reads what was dequantized. */
    boolean isQuantized(Node node) {
        return catalog.role(node) != Role.QUANTIZE
                && catalog.role(node) != Role.DEQUANTIZE
                && node.inputs().stream().anyMatch(value -> dequantize(value).isPresent());
    }

    private Optional<Node> dequantize(String value) {
        return quantized.producer(value).filter(node -> catalog.role(node) == Role.DEQUANTIZE);
    }

    /** Returns the graph with the chosen nodes on floats. */
    Graph of(Predicate<Node> chosen) {
        Map<String, Tensor> constants = new HashMap<>(quantized.constants());
        List<Node> nodes = new ArrayList<>();
        for (Node node : quantized.nodes()) {
            if (chosen.test(node)) {
                onFloats(node, nodes, constants);
            } else {
                nodes.add(node);
            }
        }
        return new Graph(
                quantized.name(),
                quantized.inputs(),
                quantized.outputs(),
                nodes,
                constants,
                quantized.types(),
                quantized.opsets(),
                Map.of(),
                quantized.attachments());
    }

    private void onFloats(Node node, List<Node> nodes, Map<String, Tensor> constants) {
        List<String> inputs = new ArrayList<>(node.inputs());
        for (int i = 0; i < inputs.size(); i++) {
            Optional<Node> dequantize = dequantize(inputs.get(i));
            if (dequantize.isEmpty()) {
                continue;
            }
            String integers = dequantize.get().input(0);
            Optional<Node> quantize =
                    quantized
                            .producer(integers)
                            .filter(maker -> catalog.role(maker) == Role.QUANTIZE);
            if (quantize.isPresent()) {
                String place = node.name() + "/" + i;
                inputs.set(i, clamped(quantize.get(), place, nodes, constants));
            } else {
                Optional<Tensor> weight = weight(node, i, integers);
                if (weight.isPresent()) {
                    String name = inputs.get(i) + "/float";
                    constants.put(name, weight.get());
                    inputs.set(i, name);
                }
            }
        }
        nodes.add(new Node(node.name(), node.op(), inputs, node.outputs(), node.attributes()));
    }

    /** The value as the integers could say it at best, with steps as fine as floats have. */
    private String clamped(
            Node quantize, String place, List<Node> nodes, Map<String, Tensor> constants) {
        String value = quantize.input(0);
        Optional<double[]> range = ValueRange.range(quantized, quantize);
        if (range.isEmpty()) {
            return value;
        }
        String raised = clamp("Max", range.get()[0], value, place, nodes, constants);
        return clamp("Min", range.get()[1], raised, place, nodes, constants);
    }

    private static String clamp(
            String op,
            double bound,
            String value,
            String place,
            List<Node> nodes,
            Map<String, Tensor> constants) {
        String name = place + "/" + op;
        constants.put(name + "/bound", Tensor.ofFloat((float) bound));
        nodes.add(
                new Node(
                        name,
                        OpType.onnx(op),
                        List.of(value, name + "/bound"),
                        List.of(name),
                        Map.of()));
        return name;
    }

    private Optional<Tensor> weight(Node node, int input, String integers) {
        Shape shape = quantized.constant(integers).map(Tensor::shape).orElse(null);
        return source.node(node.name())
                .filter(same -> input < same.inputs().size())
                .flatMap(same -> source.constant(same.input(input)))
                .filter(weight -> weight.shape().equals(shape));
    }
}
