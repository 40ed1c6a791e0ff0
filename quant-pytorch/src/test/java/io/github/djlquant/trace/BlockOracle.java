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
package io.github.djlquant.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Runs a DJL Block in PyTorch and its graph in ONNX Runtime on the same inputs. */
final class BlockOracle {

    private BlockOracle() {}

    /** Inputs of a batch and, where it is open, of a length. */
    static Map<String, Tensor> inputs(List<TraceInput> specs, long batch, long open, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (TraceInput spec : specs) {
                long[] sizes = spec.shape().getShape().clone();
                for (int axis = 0; axis < sizes.length; axis++) {
                    if (spec.isOpen(axis)) {
                        sizes[axis] = spec.axisNames().get(axis).equals("batch") ? batch : open;
                    }
                }
                Shape shape = new Shape(sizes);
                float[] values = new float[(int) shape.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] =
                            spec.dataType().isFloating()
                                    ? (float) random.nextGaussian()
                                    : random.nextInt(2);
                }
                inputs.put(
                        spec.name(),
                        ArrayTensors.copyOf(
                                manager.create(values, shape).toType(spec.dataType(), false)));
            }
        }
        return inputs;
    }

    static List<Tensor> block(Block block, List<TraceInput> specs, Map<String, Tensor> inputs) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList list = new NDList();
            for (TraceInput spec : specs) {
                Tensor tensor = inputs.get(spec.name());
                list.add(
                        manager.create(
                                tensor.bytes(),
                                new Shape(tensor.shape().toArray()),
                                spec.dataType()));
            }
            List<Tensor> outputs = new ArrayList<>();
            for (NDArray output :
                    block.forward(new ParameterStore(manager, false), list, false, null)) {
                outputs.add(ArrayTensors.copyOf(output));
            }
            return outputs;
        }
    }

    static List<Tensor> graph(String engine, Graph graph, Map<String, Tensor> inputs) {
        try (GraphRunner runner = Backends.forEngine(engine).open(graph, RunOptions.DEFAULT)) {
            return List.copyOf(runner.run(inputs).values());
        }
    }

    /** The largest difference, over the largest value. */
    static double difference(List<Tensor> expected, List<Tensor> actual) {
        assertThat(actual).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).shape()).as("output %d", i).isEqualTo(expected.get(i).shape());
            float[] right = expected.get(i).toFloats();
            float[] found = actual.get(i).toFloats();
            double largest = 1e-30;
            double difference = 0;
            for (int j = 0; j < right.length; j++) {
                largest = Math.max(largest, Math.abs(right[j]));
                difference = Math.max(difference, Math.abs(right[j] - found[j]));
            }
            worst = Math.max(worst, difference / largest);
        }
        return worst;
    }

    static void assertSame(
            Block block, List<TraceInput> specs, Graph graph, long batch, long open) {
        Map<String, Tensor> inputs = inputs(specs, batch, open, batch + open);
        assertThat(difference(block(block, specs, inputs), graph("OnnxRuntime", graph, inputs)))
                .as("largest difference, relative, batch %d\n%s", batch, graph)
                .isLessThan(1e-4);
    }

    static void assertSame(Block block, List<TraceInput> specs, Path file, long batch, long open) {
        Map<String, Tensor> inputs = inputs(specs, batch, open, batch + open);
        try (GraphRunner runner = Backends.forFile(file).open(file, RunOptions.DEFAULT)) {
            List<Tensor> made = List.copyOf(runner.run(inputs).values());
            assertThat(difference(block(block, specs, inputs), made))
                    .as("largest difference, relative, batch %d", batch)
                    .isLessThan(1e-4);
        }
    }
}
