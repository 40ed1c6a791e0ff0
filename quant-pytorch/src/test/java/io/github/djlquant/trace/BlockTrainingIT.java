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
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Training is another graph: what it computes otherwise stays an operator of training. */
class BlockTrainingIT {

    @Test
    void normsAndDropoutsLive() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block =
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(6).build())
                            .add(BatchNorm.builder().optMomentum(0.9f).build())
                            .add(Dropout.builder().optRate(0.25f).build());
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
            List<TraceInput> inputs = BlockTracer.inputs(block, new Shape(-1, 3));

            Graph training = BlockTracer.traceTraining(block, inputs);
            Graph inference = BlockTracer.trace(block, inputs);

            Node norm = node(training, "BatchNormalization");
            assertThat(norm.intAttribute("training_mode", 0)).isEqualTo(1);
            assertThat(norm.floatAttribute("momentum", 0)).isEqualTo(0.9f);
            assertThat(norm.outputs()).hasSize(3);
            Node dropout = node(training, "Dropout");
            assertThat(training.constant(dropout.input(1)).map(Tensor::toFloats))
                    .hasValueSatisfying(rate -> assertThat(rate).containsExactly(0.25f));
            assertThat(training.constants())
                    .containsKeys("01Linear/weight", "02BatchNorm/runningMean");
            assertThat(node(inference, "BatchNormalization").outputs()).hasSize(1);
            assertThat(inference.nodes()).noneMatch(n -> n.op().isOnnx("Dropout"));
            block.getParameters()
                    .forEach(
                            entry -> {
                                if (entry.getValue().getType() == Parameter.Type.RUNNING_MEAN) {
                                    assertThat(entry.getValue().getArray().toFloatArray())
                                            .as("the source's statistics")
                                            .containsOnly(0);
                                }
                            });
        }
    }

    /** ONNX Runtime trains nothing, but computes what a training pass computes. */
    @Test
    void aTrainingPassIsTheBlocks() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block =
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(6).build())
                            .add(BatchNorm.builder().optMomentum(0.75f).build());
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
            Graph traced =
                    BlockTracer.traceTraining(block, BlockTracer.inputs(block, new Shape(-1, 3)));
            Node norm = node(traced, "BatchNormalization");
            Graph told =
                    traced.edit()
                            .outputs(
                                    own ->
                                            Stream.concat(
                                                            own.stream(),
                                                            norm.outputs().stream()
                                                                    .skip(1)
                                                                    .map(this::unknown))
                                                    .toList())
                            .build();
            NDArray batch = manager.randomNormal(new Shape(8, 3)).mul(3).add(1);
            List<Tensor> results;
            try (GraphRunner runner =
                    Backends.forEngine("OnnxRuntime").open(told, RunOptions.DEFAULT)) {
                results =
                        List.copyOf(
                                runner.run(
                                                Map.of(
                                                        told.inputs().get(0).name(),
                                                        ArrayTensors.copyOf(batch)))
                                        .values());
            }
            float[] expected =
                    block.forward(new ParameterStore(manager, false), new NDList(batch), true)
                            .head()
                            .toFloatArray();

            assertThat(results.get(0).toFloats()).containsExactly(expected, within(1e-5f));
            assertThat(results.get(1).toFloats())
                    .containsExactly(running(block, Parameter.Type.RUNNING_MEAN), within(1e-5f));
            // ONNX divides by the number of rows, libtorch by one less.
            float[] variances = results.get(2).toFloats();
            for (int i = 0; i < variances.length; i++) {
                variances[i] = 0.75f + (variances[i] - 0.75f) * 8 / 7;
            }
            assertThat(variances)
                    .containsExactly(running(block, Parameter.Type.RUNNING_VAR), within(1e-4f));
        }
    }

    private Value unknown(String name) {
        return new Value(name, ValueType.UNKNOWN);
    }

    private static float[] running(Block block, Parameter.Type type) {
        return block.getParameters().values().stream()
                .filter(parameter -> parameter.getType() == type)
                .findFirst()
                .orElseThrow()
                .getArray()
                .toFloatArray();
    }

    private static Node node(Graph graph, String op) {
        return graph.nodes().stream().filter(n -> n.op().isOnnx(op)).findFirst().orElseThrow();
    }
}
