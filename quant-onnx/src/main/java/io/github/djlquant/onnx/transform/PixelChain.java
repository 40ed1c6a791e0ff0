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
package io.github.djlquant.onnx.transform;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What stands between pixels and the first convolution: a cast to float, transpositions, and
 * arithmetic with constants that is one factor and one shift per channel, factor x + shift, as the
 * convolution reads it.
 *
 * @param pixels the uint8 value that is cast
 * @param moves the transpositions, in graph order
 * @param nodes all nodes of the chain, in graph order
 * @param factor per channel
 * @param shift per channel
 */
record PixelChain(
        String pixels, List<Node> moves, List<Node> nodes, double[] factor, double[] shift) {

    private static final int FLOAT = 1;

    /** The chain that ends in a convolution with a constant weight [O, C, ...] in one group. */
    static Optional<PixelChain> before(Graph graph, Node convolution, TransformContext context) {
        OpSpec spec = context.catalog().spec(convolution);
        Optional<Tensor> weight = spec.input(convolution, Port.WEIGHT).flatMap(graph::constant);
        if (weight.isEmpty() || weight.get().shape().rank() < 3) {
            return Optional.empty();
        }
        int rank = weight.get().shape().rank();
        int channels = (int) weight.get().shape().size(1);
        return new Walk(graph, rank, channels).from(spec.input(convolution, Port.DATA).orElse(""));
    }

    /** The way back from the convolution. */
    private static final class Walk {
        private final Graph graph;
        private final int rank;
        private final double[] factor;
        private final double[] shift;
        private final List<Node> moves = new ArrayList<>();
        private final List<Node> nodes = new ArrayList<>();
        private int axis = 1;

        Walk(Graph graph, int rank, int channels) {
            this.graph = graph;
            this.rank = rank;
            this.factor = new double[channels];
            this.shift = new double[channels];
            Arrays.fill(factor, 1);
        }

        Optional<PixelChain> from(String data) {
            String value = data;
            while (true) {
                Optional<Node> maker = graph.producer(value);
                if (maker.isEmpty()
                        || maker.get().outputs().size() != 1
                        || graph.isOutput(value)
                        || graph.consumers(value).size() != 1) {
                    return Optional.empty();
                }
                Node node = maker.get();
                nodes.add(0, node);
                if (node.op().isOnnx("Cast")) {
                    return node.intAttribute("to", 0) == FLOAT && isPixels(node.input(0))
                            ? Optional.of(
                                    new PixelChain(node.input(0), moves, nodes, factor, shift))
                            : Optional.empty();
                }
                Optional<String> read =
                        node.op().isOnnx("Transpose") ? transposed(node) : computed(node);
                if (read.isEmpty()) {
                    return Optional.empty();
                }
                value = read.get();
            }
        }

        private boolean isPixels(String value) {
            return graph.type(value) instanceof ValueType.TensorType type
                    && type.dataType() == DataType.UINT8;
        }

        private Optional<String> transposed(Node node) {
            List<Long> permutation = node.intsAttribute("perm");
            if (permutation.size() != rank) {
                return Optional.empty();
            }
            axis = permutation.get(axis).intValue();
            moves.add(0, node);
            return Optional.of(node.input(0));
        }

        /** One step of arithmetic with a constant on either side. */
        private Optional<String> computed(Node node) {
            if (node.inputs().size() != 2 || !node.op().dialect().equals(OpType.ONNX)) {
                return Optional.empty();
            }
            boolean behind = graph.constant(node.input(1)).isPresent();
            String read = node.input(behind ? 0 : 1);
            Optional<double[]> number =
                    graph.constant(node.input(behind ? 1 : 0)).flatMap(this::perChannel);
            return number.filter(c -> take(node.op().name(), c, behind)).map(c -> read);
        }

        private boolean take(String operator, double[] number, boolean behind) {
            for (int i = 0; i < factor.length; i++) {
                double times = 1;
                double plus = 0;
                switch (operator) {
                    case "Mul" -> times = number[i];
                    case "Div" -> times = 1 / number[i];
                    case "Add" -> plus = number[i];
                    case "Sub" -> {
                        times = behind ? 1 : -1;
                        plus = behind ? -number[i] : number[i];
                    }
                    default -> {
                        return false;
                    }
                }
                if (operator.equals("Div") && !behind) {
                    return false;
                }
                shift[i] += factor[i] * plus;
                factor[i] *= times;
                if (!Double.isFinite(factor[i]) || !Double.isFinite(shift[i])) {
                    return false;
                }
            }
            return true;
        }

        /** A constant as one number per channel, if it differs along no other axis. */
        private Optional<double[]> perChannel(Tensor constant) {
            int missing = rank - constant.shape().rank();
            if (constant.dataType() != DataType.FLOAT || missing < 0) {
                return Optional.empty();
            }
            for (int i = 0; i < constant.shape().rank(); i++) {
                boolean isChannels = i + missing == axis;
                long size = constant.shape().size(i);
                if (size != 1 && !(isChannels && size == factor.length)) {
                    return Optional.empty();
                }
            }
            float[] values = constant.toFloats();
            double[] each = new double[factor.length];
            Arrays.setAll(each, i -> values[values.length == 1 ? 0 : i]);
            return Optional.of(each);
        }
    }
}
