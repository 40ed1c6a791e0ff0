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
package io.github.djlquant.testkit.fault;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Faults in the weights and biases of one quantized layer, in the middle of the graph. */
final class LayerFaults {

    private final Graph graph;
    private final List<QuantizedLayer> layers;

    LayerFaults(Graph graph, List<QuantizedLayer> layers) {
        this.graph = graph;
        this.layers = layers;
    }

    private QuantizedLayer middle(Fault fault) {
        if (layers.isEmpty()) {
            throw FaultInjector.noPlace(graph, fault);
        }
        return layers.get(layers.size() / 2);
    }

    private QuantizedLayer biased(Fault fault) {
        List<QuantizedLayer> some = layers.stream().filter(layer -> layer.bias() != null).toList();
        if (some.isEmpty()) {
            throw FaultInjector.noPlace(graph, fault);
        }
        return some.get(some.size() / 2);
    }

    private FaultyGraph weights(Fault fault, QuantizedLayer layer, int... integers) {
        Tensor old = layer.integers(graph);
        return new FaultyGraph(
                graph.edit()
                        .constant(
                                layer.weights().input(0),
                                Tensor.ofInts(old.dataType(), integers, old.shape().toArray()))
                        .build(),
                fault,
                layer.node().name(),
                layer.node().output());
    }

    FaultyGraph twoBits() {
        QuantizedLayer layer = middle(Fault.WEIGHTS_OF_TWO_BITS);
        int[] integers = layer.integers(graph).toInts();
        for (int i = 0; i < integers.length; i++) {
            integers[i] = Math.max(-127, Math.min(127, 127 * Math.round(integers[i] / 127f)));
        }
        return weights(Fault.WEIGHTS_OF_TWO_BITS, layer, integers);
    }

    FaultyGraph perTensor() {
        QuantizedLayer layer = middle(Fault.WEIGHTS_PER_TENSOR);
        Tensor old = layer.integers(graph);
        Tensor perChannel = graph.constant(layer.weights().input(1)).orElseThrow();
        return new FaultyGraph(
                oneScale(
                        graph, layer.weights().input(0), old, layer.weights().input(1), perChannel),
                Fault.WEIGHTS_PER_TENSOR,
                layer.node().name(),
                layer.node().output());
    }

    /** The scale that a row twenty times as large as the largest would need. */
    static Graph oneScale(
            Graph graph, String weights, Tensor old, String scalesName, Tensor perRow) {
        int[] integers = old.toInts();
        float[] scales = perRow.toFloats();
        float largest = 0;
        for (float scale : scales) {
            largest = Math.max(largest, scale);
        }
        int width = integers.length / scales.length;
        for (int i = 0; i < integers.length; i++) {
            integers[i] = Math.round(integers[i] * scales[i / width] / (20 * largest));
        }
        Arrays.fill(scales, 20 * largest);
        return graph.edit()
                .constant(weights, Tensor.ofInts(DataType.INT8, integers, old.shape().toArray()))
                .constant(scalesName, Tensor.ofFloats(scales, perRow.shape().toArray()))
                .build();
    }

    FaultyGraph transposed() {
        List<QuantizedLayer> some =
                layers.stream().filter(layer -> hasSquareKernels(layer.integers(graph))).toList();
        if (some.isEmpty()) {
            throw FaultInjector.noPlace(graph, Fault.KERNEL_TRANSPOSED);
        }
        QuantizedLayer layer = some.get(some.size() / 2);
        Tensor old = layer.integers(graph);
        int size = (int) old.shape().size(2);
        int[] integers = old.toInts();
        int[] turned = new int[integers.length];
        for (int i = 0; i < integers.length; i++) {
            int kernel = i / (size * size) * size * size;
            int row = i % (size * size) / size;
            int column = i % size;
            turned[kernel + column * size + row] = integers[i];
        }
        return weights(Fault.KERNEL_TRANSPOSED, layer, turned);
    }

    private static boolean hasSquareKernels(Tensor weights) {
        return weights.shape().rank() == 4
                && weights.shape().size(2) > 1
                && weights.shape().size(2) == weights.shape().size(3);
    }

    FaultyGraph swapped() {
        for (int i = layers.size() / 2; i + 1 < layers.size(); i++) {
            Node a = layers.get(i).weights();
            Tensor mine = layers.get(i).integers(graph);
            for (QuantizedLayer other : layers.subList(i + 1, layers.size())) {
                Node b = other.weights();
                if (other.integers(graph).shape().equals(mine.shape())) {
                    return new FaultyGraph(
                            graph.edit()
                                    .put(a.withInputs(b.inputs()))
                                    .put(b.withInputs(a.inputs()))
                                    .build(),
                            Fault.LAYERS_SWAPPED,
                            layers.get(i).node().name(),
                            layers.get(i).node().output());
                }
            }
        }
        throw FaultInjector.noPlace(graph, Fault.LAYERS_SWAPPED);
    }

    FaultyGraph bias(Fault fault) {
        QuantizedLayer layer = biased(fault);
        Tensor old = graph.constant(layer.bias().input(0)).orElseThrow();
        int[] integers = old.toInts();
        if (fault == Fault.BIAS_DROPPED) {
            Arrays.fill(integers, 0);
        } else {
            int[] sizes = Arrays.stream(integers).map(Math::abs).sorted().toArray();
            for (int i = 0; i < integers.length; i++) {
                // 2^31 more, as the sum of a bias of 33 bits and what is left of it.
                if (Math.abs(integers[i]) >= sizes[sizes.length / 2]) {
                    integers[i] ^= Integer.MIN_VALUE;
                }
            }
        }
        return new FaultyGraph(
                graph.edit()
                        .constant(
                                layer.bias().input(0),
                                Tensor.ofInts(old.dataType(), integers, old.shape().toArray()))
                        .build(),
                fault,
                layer.node().name(),
                layer.node().output());
    }

    /** Each channel gets another factor; the integers of weights and bias stay. */
    FaultyGraph stale() {
        QuantizedLayer layer = biased(Fault.NORM_STALE);
        Random random = new Random(3);
        Tensor old = graph.constant(layer.weights().input(1)).orElseThrow();
        Tensor biases = graph.constant(layer.bias().input(1)).orElseThrow();
        float[] scales = old.toFloats();
        float[] biasScales = biases.toFloats();
        for (int i = 0; i < scales.length; i++) {
            float factor = (float) Math.exp(random.nextGaussian());
            scales[i] *= factor;
            biasScales[i % biasScales.length] *= factor;
        }
        return new FaultyGraph(
                graph.edit()
                        .constant(
                                layer.weights().input(1),
                                Tensor.ofFloats(scales, old.shape().toArray()))
                        .constant(
                                layer.bias().input(1),
                                Tensor.ofFloats(biasScales, biases.shape().toArray()))
                        .build(),
                Fault.NORM_STALE,
                layer.node().name(),
                layer.node().output());
    }
}
