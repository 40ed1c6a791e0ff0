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
package io.github.djlquant.examples.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.trace.TraceException;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.BrokenTransformException;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.fuse.FoldBatchNorm;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One transform alone on a DJL block, with both engines on the class path. */
class TransformBlockTest {

    private static final Shape IMAGES = new Shape(2, 3, 8, 8);

    private NDManager manager;
    private Block block;

    @BeforeEach
    void make() {
        manager = NDManager.newBaseManager(null, "PyTorch");
        block =
                new SequentialBlock()
                        .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(4).build())
                        .add(BatchNorm.builder().build());
        block.initialize(manager, DataType.FLOAT32, IMAGES);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private float[] run(Block runs, NDArray images) {
        return runs.forward(new ParameterStore(manager, false), new NDList(images), false)
                .head()
                .toFloatArray();
    }

    @Test
    void theBlockIsTracedAndRewritten() {
        NDArray images = manager.randomNormal(IMAGES);
        float[] expected = run(block, images);
        try (GraphBlock folded = new FoldBatchNorm().transform(block)) {
            assertThat(folded.graph().nodes())
                    .extracting(node -> node.op().name())
                    .containsExactly("Conv");
            assertThat(run(folded, images)).containsExactly(expected, within(1e-4f));
        }
        assertThat(run(block, images)).as("never changed").containsExactly(expected);
    }

    @Test
    void aGraphBlockKeepsItsEngine() {
        try (GraphBlock inPyTorch = Quantizer.builder().optEngine("PyTorch").build().fuse(block);
                GraphBlock again = new FoldBatchNorm().transform(inPyTorch)) {
            assertThat(again.backend().getEngineName()).isEqualTo("PyTorch");
            assertThat(again.graph()).isEqualTo(inPyTorch.graph());
        }
    }

    @Test
    void whatNeedsStatisticsSaysSo() {
        BlockTransform asks =
                new BlockTransform() {
                    @Override
                    public String name() {
                        return "AskForRanges";
                    }

                    @Override
                    public Phase phase() {
                        return Phase.EQUALIZE;
                    }

                    @Override
                    public boolean requires(TransformContext context) {
                        return false;
                    }

                    @Override
                    public Graph apply(Graph graph, TransformContext context) {
                        throw new AssertionError("it was not to run");
                    }
                };
        assertThatThrownBy(() -> asks.transform(block))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("AskForRanges", "Quantizer.quantize");
    }

    /** It scales by min(rows, 2) / 2, the batch of every {@code predict} by a half. */
    @Test
    void whatChangesOneRowAloneIsFound() {
        BlockTransform halves =
                new OnEachInput(
                        (editor, input) -> {
                            make(editor, "Shape", Map.of("end", Attribute.of(1)), "rows", input);
                            make(editor, "Cast", Map.of("to", Attribute.of(1)), "real", "rows");
                            String two = editor.newConstant("two", Tensor.ofFloat(2));
                            make(editor, "Min", Map.of(), "least", "real", two);
                            make(editor, "Div", Map.of(), "factor", "least", two);
                            return make(editor, "Mul", Map.of(), "scaled", input, "factor");
                        });
        assertThatThrownBy(() -> halves.transform(block))
                .isInstanceOf(BrokenTransformException.class)
                .hasMessageContainingAll("OnEachInput", "changes results", "relative error");
    }

    /** It reads the third row, which is not there when there is one. */
    @Test
    void whatFailsOnOneRowIsFound() {
        BlockTransform reads =
                new OnEachInput(
                        (editor, input) -> {
                            String third = editor.newConstant("third", Tensor.ofLongs(of(2), 1));
                            String none = editor.newConstant("none", Tensor.ofFloat(0));
                            make(editor, "Gather", Map.of(), "row", input, third);
                            make(editor, "Mul", Map.of(), "zeros", "row", none);
                            return make(editor, "Add", Map.of(), "sum", input, "zeros");
                        });
        assertThatThrownBy(() -> reads.transform(block))
                .isInstanceOf(BrokenTransformException.class)
                .hasMessageContainingAll("OnEachInput", "fails", "batch is 1", "row")
                .hasCauseInstanceOf(TraceException.class);
    }

    private static long[] of(long value) {
        return new long[] {value};
    }

    private static String make(
            GraphEditor editor,
            String operator,
            Map<String, Attribute> attributes,
            String output,
            String... inputs) {
        editor.put(
                new Node(
                        output,
                        OpType.onnx(operator),
                        List.of(inputs),
                        List.of(output),
                        attributes));
        return output;
    }

    /** Puts something between the graph's input and the first layer. */
    private record OnEachInput(BiFunction<GraphEditor, String, String> between)
            implements BlockTransform {

        @Override
        public Phase phase() {
            return Phase.FUSE;
        }

        @Override
        public Graph apply(Graph graph, TransformContext context) {
            GraphEditor editor = graph.edit();
            Node first = graph.nodes().get(0);
            String made = between.apply(editor, first.input(0));
            return editor.put(first.withInput(0, made)).build();
        }
    }
}
