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

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import java.util.List;
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

    private static Node node(Graph graph, String op) {
        return graph.nodes().stream().filter(n -> n.op().isOnnx(op)).findFirst().orElseThrow();
    }
}
