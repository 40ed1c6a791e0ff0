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

import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import io.github.djlquant.graph.Graph;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Small Blocks, traced and run in ONNX Runtime beside the Block in PyTorch. */
class BlockTracerIT {

    private static final NDManager MANAGER = NDManager.newBaseManager("PyTorch");

    @AfterAll
    static void close() {
        MANAGER.close();
    }

    private static Block initialized(Block block, Shape... shapes) {
        block.initialize(MANAGER, DataType.FLOAT32, shapes);
        return block;
    }

    @Test
    void multilayerPerceptron() {
        Block block = initialized(new Mlp(12, 4, new int[] {8, 6}), new Shape(1, 12));

        Graph graph = BlockTracer.trace(block, new Shape(-1, 12));

        assertThat(graph.nodes())
                .extracting(node -> node.op().name())
                .contains("Gemm", "Relu")
                .doesNotContain("Shape");
        List<TraceInput> specs = BlockTracer.inputs(block, new Shape(-1, 12));
        BlockOracle.assertSame(block, specs, graph, 1, 0);
        BlockOracle.assertSame(block, specs, graph, 4, 0);
    }

    @Test
    void smallConvolutionalNetwork() {
        SequentialBlock net =
                new SequentialBlock()
                        .add(
                                Conv2d.builder()
                                        .setFilters(4)
                                        .setKernelShape(new Shape(3, 3))
                                        .optPadding(new Shape(1, 1))
                                        .build())
                        .add(BatchNorm.builder().build())
                        .add(Activation::relu)
                        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(3).build());
        Block block = initialized(net, new Shape(1, 3, 8, 8));

        Graph graph = BlockTracer.trace(block, new Shape(-1, 3, 8, 8));

        List<TraceInput> specs = BlockTracer.inputs(block, new Shape(-1, 3, 8, 8));
        BlockOracle.assertSame(block, specs, graph, 1, 0);
        BlockOracle.assertSame(block, specs, graph, 6, 0);
    }
}
