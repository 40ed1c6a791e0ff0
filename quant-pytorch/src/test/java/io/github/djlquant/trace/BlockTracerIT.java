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
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
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

    /** Initialized with 10 rows beside 2, which no batch has in common. */
    @Test
    void aTableBesideABatch() {
        Block block = initialized(new Scores(), new Shape(2, 4), new Shape(10, 4));

        Graph graph = BlockGraph.of(block);

        assertThat(graph.inputs())
                .extracting(input -> input.type().toString())
                .containsExactly("float[batch,4]", "float[data1_rows,4]");
        List<TraceInput> rows =
                List.of(
                        new TraceInput("data0", DataType.FLOAT32, new Shape(-1, 4)),
                        new TraceInput(
                                "data1",
                                DataType.FLOAT32,
                                new Shape(-1, 4),
                                List.of("rows", "width")));
        BlockOracle.assertSame(block, rows, graph, 1, 10);
        BlockOracle.assertSame(block, rows, graph, 8, 10);
    }

    /** The mean over a table's rows of their products with each input. */
    private static class Scores extends AbstractBlock {

        private final Block layer = addChildBlock("layer", Linear.builder().setUnits(4).build());

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            NDArray table = inputs.get(1);
            NDArray made = layer.forward(store, new NDList(inputs.head()), training).head();
            return new NDList(made.dot(table.transpose()).div(table.size(0)));
        }

        @Override
        protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
            layer.initialize(manager, type, shapes[0]);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return new Shape[] {new Shape(shapes[0].get(0), shapes[1].get(0))};
        }
    }

    /** ONNX requires a name of a graph. */
    @Test
    void aClassWithoutANameHasOne() {
        Block block = initialized(new Scores() {}, new Shape(2, 4), new Shape(10, 4));

        assertThat(BlockGraph.of(block).name()).matches("BlockTracerIT_\\d");
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
