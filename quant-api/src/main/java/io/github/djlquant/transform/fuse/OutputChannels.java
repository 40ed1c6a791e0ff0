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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Role;
import java.util.Optional;

/**
 * Which output channel each element of a layer's weight belongs to.
 *
 * @param count the number of output channels
 * @param inner elements after the channel axis
 * @param perGroup channels along the axis in one group
 * @param groupSize elements of one group; all elements if there are no groups
 */
record OutputChannels(int count, int inner, int perGroup, long groupSize) {

    /**
     * Finds the channels. A transposed convolution's weight is [in, out / groups, ...]: its groups
     * lie along the first axis, and channel g * (out / groups) + j is at index j of group g.
     */
    static Optional<OutputChannels> of(Graph graph, OpSpec spec, Node layer, Tensor weight) {
        int rank = weight.shape().rank();
        boolean transposed = spec.role() == Role.TRANSPOSED_CONVOLUTION;
        int groups =
                transposed ? spec.layer().window(layer).map(w -> (int) w.groups()).orElse(0) : 1;
        Optional<Integer> axis =
                transposed ? Optional.of(1) : spec.layer().weightAxis(graph, layer);
        if (axis.isEmpty()
                || axis.get() >= rank
                || groups < 1
                || weight.elementCount() == 0
                || weight.shape().size(0) % groups != 0) {
            return Optional.empty();
        }
        int inner = 1;
        for (int i = axis.get() + 1; i < rank; i++) {
            inner *= (int) weight.shape().size(i);
        }
        int perGroup = (int) weight.shape().size(axis.get());
        return Optional.of(
                new OutputChannels(
                        perGroup * groups, inner, perGroup, weight.elementCount() / groups));
    }

    /** The output channel of an element by its row-major index. */
    int of(int element) {
        return (int) (element / groupSize) * perGroup + element / inner % perGroup;
    }

    /** Multiplies each element by the factor of its channel: a channel's elements in a row. */
    void multiply(float[] elements, double[] factors) {
        for (int from = 0; from < elements.length; from += inner) {
            double factor = factors[of(from)];
            for (int i = from; i < from + inner; i++) {
                elements[i] = (float) (elements[i] * factor);
            }
        }
    }
}
