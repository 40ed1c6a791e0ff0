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
package io.github.djlquant.transform.round;

import io.github.djlquant.backend.Kernels.PairOrder;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The weight of a layer as one row per output channel, in the order in which integer kernels add
 * the products up: for convolutions kernel height, kernel width, input channel; for linear layers
 * the order of the features. A stack of matrices has one row per column of each.
 *
 * @param channelAxis the axis of the weight that numbers the rows; empty if no single axis does
 * @param values one array per row
 * @param channels how many neighbours in a row belong to one position of the kernel; 0 where there
 *     are no positions
 * @param depthwise true if the rows are those of a depthwise convolution
 */
public record WeightRows(
        Optional<Integer> channelAxis, float[][] values, int channels, boolean depthwise) {

    /**
     * Reads the rows of a layer's weight.
     *
     * @param graph the graph
     * @param spec the layer's operator
     * @param node a layer with a constant float weight
     * @return the rows
     */
    public static WeightRows of(Graph graph, OpSpec spec, Node node) {
        Tensor weight = graph.constant(spec.input(node, Port.WEIGHT).orElseThrow()).orElseThrow();
        float[] elements = weight.toFloats();
        Optional<Integer> axis = spec.layer().weightAxis(graph, node);
        if (axis.isEmpty()) {
            return new WeightRows(axis, columns(weight, elements), 0, false);
        }
        if (spec.role() == Role.CONVOLUTION) {
            return convolution(spec, node, weight, elements);
        }
        int rows = (int) weight.shape().size(axis.get());
        int inner = 1;
        for (int i = axis.get() + 1; i < weight.shape().rank(); i++) {
            inner *= (int) weight.shape().size(i);
        }
        float[][] values = new float[rows][rows == 0 ? 0 : elements.length / rows];
        // Without a division per element: this loop reads every weight of the model.
        int from = 0;
        for (int to = 0; from < elements.length; to += inner) {
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < inner; i++) {
                    values[row][to + i] = elements[from++];
                }
            }
        }
        return new WeightRows(axis, values, 0, false);
    }

    /** Every column of a stack of matrices, [..., K, N]; a vector is one column. */
    private static float[][] columns(Tensor weight, float[] elements) {
        int rank = weight.shape().rank();
        if (rank < 2 || elements.length == 0) {
            return new float[][] {elements};
        }
        int height = (int) weight.shape().size(rank - 2);
        int width = (int) weight.shape().size(rank - 1);
        float[][] columns = new float[elements.length / height][height];
        for (int i = 0; i < elements.length; i++) {
            int matrix = i / (height * width);
            columns[matrix * width + i % width][i / width % height] = elements[i];
        }
        return columns;
    }

    private static WeightRows convolution(OpSpec spec, Node node, Tensor weight, float[] elements) {
        int rows = (int) weight.shape().size(0);
        int channels = (int) weight.shape().size(1);
        int spatial = rows == 0 || channels == 0 ? 0 : elements.length / rows / channels;
        int length = channels * spatial;
        float[][] values = new float[rows][];
        for (int row = 0; row < rows; row++) {
            values[row] = Arrays.copyOfRange(elements, row * length, (row + 1) * length);
            if (spatial > 1 && channels > 1) {
                channelsLast(elements, row * length, channels, values[row]);
            }
        }
        boolean depthwise =
                channels == 1
                        && rows > 1
                        && spec.layer()
                                .window(node)
                                .filter(window -> window.groups() == rows)
                                .isPresent();
        return new WeightRows(Optional.of(0), values, channels, depthwise);
    }

    /**
     * Returns a row as kernels without 8-bit dot products add it: they sum the products of elements
     * 2i and 2i + 1 in 16 bits.
     *
     * @param row the number of the row
     * @param orders what the engine's kernels take for neighbours
     * @return the row in each order that applies to this kind of layer; empty if none does
     */
    public List<float[]> inPairs(int row, Set<PairOrder> orders) {
        List<float[]> inPairs = new ArrayList<>();
        boolean even = channels % 2 == 0;
        if (depthwise
                ? orders.contains(PairOrder.DEPTHWISE)
                : orders.contains(PairOrder.ROW) || even && orders.contains(PairOrder.POSITION)) {
            inPairs.add(values[row]);
        }
        if (!depthwise && !even && channels > 1 && orders.contains(PairOrder.POSITION)) {
            inPairs.add(evenPositions(values[row]));
        }
        return inPairs;
    }

    /** A row with a zero behind the odd number of channels of each position. */
    private float[] evenPositions(float[] row) {
        int positions = row.length / channels;
        float[] even = new float[positions * (channels + 1)];
        for (int i = 0; i < positions; i++) {
            System.arraycopy(row, i * channels, even, i * (channels + 1), channels);
        }
        return even;
    }

    /** Copies a row with the channels of one position side by side. */
    private static void channelsLast(float[] elements, int from, int channels, float[] row) {
        int spatial = row.length / channels;
        int at = 0;
        for (int k = 0; k < spatial; k++) {
            int end = from + row.length;
            for (int i = from + k; i < end; i += spatial) {
                row[at++] = elements[i];
            }
        }
    }
}
