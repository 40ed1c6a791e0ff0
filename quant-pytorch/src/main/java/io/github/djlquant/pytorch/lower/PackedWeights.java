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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PackedParameters.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Weights in the form that libtorch's quantized kernels take: packed once, when the file is loaded.
 * In a graph they are the output of a node whose inputs are constants:
 *
 * <pre>
 * quantized::conv_prepack&lt;axis=0, stride=[1,1], ...&gt;(weight, scale, zero_point, bias)
 * </pre>
 *
 * @param kind which kernels take them
 * @param weight the integers: INT8; of an embedding UINT8, of a tensor either
 * @param scales FLOAT, one or one per slice of the axis
 * @param zeroPoints integers, as many
 * @param axis the sliced axis; of no meaning for one scale
 * @param bias FLOAT, one per output channel
 * @param window how the weights move over the input; none for a linear layer or an embedding
 */
public record PackedWeights(
        Kind kind,
        Tensor weight,
        Tensor scales,
        Tensor zeroPoints,
        int axis,
        Optional<Tensor> bias,
        Optional<Window> window) {

    /** Which kernels take the weights. */
    public enum Kind {
        /** Convolutions over one, two or three axes, also transposed ones. */
        CONVOLUTION("conv_prepack"),
        /** Linear layers, static and dynamic. */
        LINEAR("linear_prepack"),
        /** Rows that are looked up. */
        EMBEDDING("embedding_bag_prepack"),
        /** A quantized tensor as it is: an operand of a sum or product. */
        TENSOR("tensor_prepack");

        private final OpType op;

        Kind(String name) {
            this.op = new OpType(QUANTIZED, name);
        }

        /**
         * Returns the operator of the nodes that pack.
         *
         * @return such as {@code quantized::conv_prepack}
         */
        public OpType op() {
            return op;
        }
    }

    /** The dialect of libtorch's quantized operators. */
    static final String QUANTIZED = "quantized";

    /**
     * Reads a node.
     *
     * @param graph its graph
     * @param node any node
     * @return the parameters, empty if the node makes none from constants
     */
    public static Optional<PackedWeights> of(Graph graph, Node node) {
        for (Kind kind : Kind.values()) {
            if (node.op().equals(kind.op)
                    && node.inputs().size() == 4
                    && node.inputs().stream()
                            .allMatch(i -> i.isEmpty() || graph.constant(i).isPresent())) {
                return Optional.of(
                        new PackedWeights(
                                kind,
                                graph.constant(node.input(0)).orElseThrow(),
                                graph.constant(node.input(1)).orElseThrow(),
                                graph.constant(node.input(2)).orElseThrow(),
                                (int) node.intAttribute("axis", 0),
                                graph.constant(node.input(3)),
                                window(node)));
            }
        }
        return Optional.empty();
    }

    private static Optional<Window> window(Node node) {
        return node.attributes().containsKey("stride")
                ? Optional.of(
                        new Window(
                                node.intsAttribute("stride"),
                                node.intsAttribute("padding"),
                                node.intsAttribute("dilation"),
                                node.intsAttribute("output_padding"),
                                node.intAttribute("groups", 1),
                                node.boolAttribute("transposed", false)))
                : Optional.empty();
    }

    /**
     * Makes the node of parameters whose constants lie in a graph.
     *
     * @param name the node's name
     * @param kind which kernels take them
     * @param constants the names of weight, scales, zero points and bias (empty if there is none)
     * @param axis the sliced axis
     * @param window how the weights move
     * @param output the value made
     */
    static Node node(
            String name,
            Kind kind,
            List<String> constants,
            int axis,
            Optional<Window> window,
            String output) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("axis", Attribute.of(axis));
        window.ifPresent(
                w -> {
                    attributes.put("stride", new Attribute.IntsAttribute(w.strides()));
                    attributes.put("padding", new Attribute.IntsAttribute(w.paddings()));
                    attributes.put("dilation", new Attribute.IntsAttribute(w.dilations()));
                    attributes.put(
                            "output_padding", new Attribute.IntsAttribute(w.outputPaddings()));
                    attributes.put("groups", Attribute.of(w.groups()));
                    attributes.put("transposed", new Attribute.BoolAttribute(w.transposed()));
                });
        return new Node(name, kind.op, constants, List.of(output), attributes);
    }
}
