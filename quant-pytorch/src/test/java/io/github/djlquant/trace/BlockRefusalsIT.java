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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djlquant.Quantizer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What no graph can say is an error that names the Block's path and the operation. */
class BlockRefusalsIT {

    private static final NDManager MANAGER = NDManager.newBaseManager("PyTorch");

    @AfterAll
    static void close() {
        MANAGER.close();
    }

    /** A layer, then the function, then a layer. */
    private static Block around(UnaryOperator<NDArray> function) {
        return initialized(
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(LambdaBlock.singleton(function::apply))
                        .add(Linear.builder().setUnits(2).build()));
    }

    private static Block initialized(Block block) {
        block.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 3));
        return block;
    }

    private static void assertRefused(UnaryOperator<NDArray> function, String... parts) {
        Block block = around(function);
        assertThatThrownBy(() -> BlockTracer.trace(block, new Shape(-1, 3)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("02LambdaBlock")
                .hasMessageContainingAll(parts);
    }

    @Test
    void neighboursWithoutParametersAreToldApart() {
        Block block =
                initialized(
                        new SequentialBlock()
                                .add(Linear.builder().setUnits(4).build())
                                .add(Activation::relu)
                                .add(
                                        new SequentialBlock()
                                                .add(Activation::tanh)
                                                .add(Activation::relu)
                                                .add(Activation::tanh))
                                .add(Activation::relu));
        assertThat(BlockTracer.trace(block, new Shape(-1, 3)).nodes())
                .extracting(node -> node.name().replaceAll("/[^/]*$", ""))
                .containsExactly(
                        "01Linear",
                        "02LambdaBlock",
                        "03SequentialBlock/01LambdaBlock",
                        "03SequentialBlock/02LambdaBlock",
                        "03SequentialBlock/03LambdaBlock",
                        "04LambdaBlock");
        Block failing =
                initialized(
                        new SequentialBlock()
                                .add(Activation::relu)
                                .add(Activation::tanh)
                                .add(x -> x.head().getFloat(0, 0) > 0 ? x : new NDList()));
        assertThatThrownBy(() -> BlockTracer.trace(failing, new Shape(-1, 3)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("03LambdaBlock");
    }

    @Test
    void coursesThatDependOnElements() {
        assertRefused(x -> x.getFloat(0, 0) > 0 ? x : x.neg(), "NDArray.getFloat(long[])");
        assertRefused(x -> x.sum().toFloatArray()[0] > 0 ? x : x.neg(), "toFloatArray()");
        assertRefused(x -> x.contentEquals(x.abs()) ? x : x.neg(), "contentEquals(NDArray)");
        assertRefused(x -> x.mul(2).equals(x) ? x : x.neg(), "NDArray.equals(Object)");
        assertRefused(x -> x.gt(0).all().getBoolean() ? x : x.neg(), "getBoolean(long[])");
    }

    @Test
    void arraysThatLeaveTheTrace() {
        assertRefused(
                x -> x.getManager().create(x.toByteBuffer(), x.getShape(), x.getDataType()),
                "toByteBuffer()");
        NDArray plain = MANAGER.ones(new Shape(4));
        assertRefused(plain::add, "combined with a traced one", "toByteBuffer(");
        assertRefused(x -> ((PtNDArray) x).neg(), "PtNDArray", "engine's own class");
    }

    @Test
    void arraysThatDifferFromPassToPass() {
        assertRefused(
                x -> x.add(MANAGER.randomUniform(0, 1, new Shape(4))), "differs from pass to pass");
        assertRefused(
                x -> x.add(x.getManager().randomUniform(0, 1, new Shape(4))),
                "draws random numbers",
                "NDManager.randomUniform(");
    }

    @Test
    void operationsWithoutARow() {
        assertRefused(x -> x.fft(4).real(), "NDArray.fft(long,long)", "tracing does not know");
    }

    @Test
    void memoryThatIsSharedAndChanged() {
        assertRefused(
                x -> {
                    NDArray view = x.reshape(-1, 2, 2);
                    x.addi(1);
                    return view.reshape(-1, 4);
                },
                "shares its memory");
    }

    @Test
    void parametersThatAreChanged() {
        Block block = initialized(new Counting());
        assertThatThrownBy(() -> BlockTracer.trace(block, new Shape(-1, 3)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("Counting, NDArray.addi(Number)")
                .hasMessageContaining("changes a parameter");
        assertThat(block.getParameters().valueAt(0).getArray().toFloatArray()).containsOnly(0);
    }

    @Test
    void coursesThatDependOnExtents() {
        assertRefused(x -> x.size(0) > 3 ? x.neg() : x, "computes otherwise");
        assertRefused(
                x -> x.mul(1 / Math.sqrt(x.size(0))),
                "NDArray.mul(Number)",
                "depends on the inputs' extents");
    }

    /** The proof of a graph finds it, on the batch of every {@code predict}. */
    @Test
    void coursesThatAnExtentOfOneChanges() {
        assertNotFused(x -> x.size(0) == 1 ? x.neg() : x, "02LambdaBlock, NDArray.neg()");
        assertNotFused(
                x -> x.mul(x.size(0) == 1 ? 2 : 3), "batch is 1", "SequentialBlock", "1e-04");
    }

    /** The largest of a slice that is empty then has no value. */
    @Test
    void anExtentOfOneOnWhichTheGraphFails() {
        assertNotFused(
                x -> x.sub(x.get(x.size(0) == 1 ? "0:1" : "1:2").max(new int[] {0})),
                "SequentialBlock",
                "the graph fails where the extent batch is 1, and the Block does not",
                "libtorch refuses this batch");
        assertNotFused(
                x -> x.size(0) == 1 ? x : x.sub(x.get("1:2").max(new int[] {0})),
                "02LambdaBlock",
                "computes otherwise");
    }

    private static void assertNotFused(UnaryOperator<NDArray> function, String... parts) {
        Block block = around(function);
        Quantizer quantizer = Quantizer.builder().build();
        assertThatThrownBy(() -> quantizer.fuse(block))
                .isInstanceOf(TraceException.class)
                .hasMessageContainingAll(parts);
    }

    /** Neither another shape of the same elements nor a Block's own refusal is a wrong answer. */
    @Test
    void anExtentOfOneThatChangesNoElement() {
        SequentialBlock pooled = layerAnd(list -> new NDList(list.head().squeeze()));
        SequentialBlock refusing =
                layerAnd(
                        list -> {
                            if (list.head().size(0) == 1) {
                                throw new IllegalArgumentException("one row has no variance");
                            }
                            return list;
                        });
        for (Block block : List.of(pooled, refusing)) {
            try (GraphBlock fused = Quantizer.builder().build().fuse(block)) {
                assertThat(fused.graph().nodes()).isNotEmpty();
            }
        }
    }

    private static SequentialBlock layerAnd(Function<NDList, NDList> function) {
        SequentialBlock block =
                new SequentialBlock().add(Linear.builder().setUnits(4).build()).add(function);
        block.initialize(MANAGER, DataType.FLOAT32, new Shape(2, 3));
        return block;
    }

    @Test
    void elementsThatAreWritten() {
        assertRefused(
                x -> {
                    NDArray copy = x.mul(1);
                    copy.set(new NDIndex(":,0"), 3f);
                    return copy;
                },
                "NDArray.set(NDIndex,Number)",
                "tracing does not know");
    }

    @Test
    void parametersWithoutAValue() {
        assertThatThrownBy(
                        () ->
                                BlockTracer.trace(
                                        Linear.builder().setUnits(2).build(), new Shape(-1, 3)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("Linear/weight")
                .hasMessageContaining("no value yet");
    }

    @Test
    void nothingAtAll() {
        Block block = layerAnd(list -> new NDList());
        assertThatThrownBy(() -> BlockTracer.trace(block, new Shape(-1, 3)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("returns nothing");
    }

    /** DJL hands both directions' biases over in another order than libtorch reads them. */
    @Test
    void whatTheEngineDoesNotCompute() {
        Block block =
                LSTM.builder()
                        .setNumLayers(1)
                        .setStateSize(4)
                        .optBidirectional(true)
                        .optBatchFirst(true)
                        .build();
        block.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 5, 3));
        assertThatThrownBy(() -> BlockTracer.trace(block, new Shape(-1, -1, 3)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("NDArrayEx.lstm(")
                .hasMessageContaining("the engine does not compute");
    }

    /**
     * The engine counts the padding, so a graph that says what the Block says answers otherwise.
     */
    @Test
    void whatTheEngineComputesOtherwise() {
        Shape window = new Shape(3);
        Shape one = new Shape(1);
        Block block = Pool.avgPool1dBlock(window, one, one, false, false);
        block.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 2, 5));
        assertThatThrownBy(() -> BlockTracer.trace(block, new Shape(-1, 2, 5)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("countIncludePad = false");
        Block counting = Pool.avgPool1dBlock(window, one, one, false, true);
        counting.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 2, 5));
        NDArray ones = MANAGER.ones(new Shape(1, 2, 5));
        assertThat(forward(block, ones)).containsExactly(forward(counting, ones));
    }

    private static float[] forward(Block block, NDArray input) {
        return block.forward(new ParameterStore(MANAGER, false), new NDList(input), false)
                .head()
                .toFloatArray();
    }

    @Test
    void theSourceStaysAsItIs() {
        Block block = around(x -> x.mul(2));
        NDArray weight = block.getParameters().valueAt(0).getArray();
        float[] before = weight.toFloatArray();

        BlockTracer.trace(block, new Shape(-1, 3));

        assertThat(block.getParameters().valueAt(0).getArray()).isSameAs(weight);
        assertThat(weight.getManager()).isSameAs(MANAGER);
        assertThat(weight.isReleased()).isFalse();
        assertThat(Arrays.equals(before, weight.toFloatArray())).isTrue();
    }

    /** Counts its passes in a parameter. */
    private static final class Counting extends AbstractBlock {
        private final Parameter count =
                addParameter(
                        Parameter.builder()
                                .setName("count")
                                .setType(Parameter.Type.OTHER)
                                .optShape(new Shape(1))
                                .optInitializer(ai.djl.training.initializer.Initializer.ZEROS)
                                .build());

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            NDArray counted = store.getValue(count, inputs.head().getDevice(), training);
            return new NDList(inputs.head().add(counted.addi(1)));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
        }
    }
}
