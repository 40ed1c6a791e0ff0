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
package io.github.djlquant.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.trace.GraphBlockFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a graph as a DJL block must do in every engine. Extend it in the engine's module. */
public abstract class GraphBlockContract {

    private static final int ROWS = 3;

    /** Creates the suite. */
    protected GraphBlockContract() {}

    /**
     * Returns the backend under test.
     *
     * @return the backend
     */
    protected abstract Backend backend();

    /**
     * Returns a float graph with one input, a free batch dimension and one output.
     *
     * @return a legal graph
     */
    protected abstract Graph graph();

    /** A block answers as the graph does. */
    @Test
    public void answersAsTheGraph() {
        try (GraphBlock block = GraphBlock.of(backend(), graph());
                NDManager manager = manager()) {
            assertThat(forward(block, manager, 1)).containsExactly(expected(1), within(1e-5f));
        }
    }

    /** Outputs live as long as the manager of the inputs. */
    @Test
    public void outputsBelongToTheCaller() {
        try (GraphBlock block = GraphBlock.of(backend(), graph());
                NDManager manager = manager()) {
            NDArray output = run(block, manager, 1).head();
            block.close();

            assertThat(output.getManager()).isSameAs(manager);
            assertThat(output.toFloatArray()).containsExactly(expected(1), within(1e-5f));
        }
    }

    /** Inputs and outputs are described; open extents are -1. */
    @Test
    public void describesItself() {
        try (GraphBlock block = GraphBlock.of(backend(), graph())) {
            Value input = graph().inputs().get(0);
            PairList<String, ai.djl.ndarray.types.Shape> described = block.describeInput();

            assertThat(block.isInitialized()).isTrue();
            assertThat(described.keys()).containsExactly(input.name());
            assertThat(described.valueAt(0).get(0)).isEqualTo(-1);
            assertThat(block.describeOutput().keys())
                    .containsExactly(graph().outputs().get(0).name());
            assertThat(block.getOutputShapes(new ai.djl.ndarray.types.Shape[] {shape()})[0].get(0))
                    .isEqualTo(ROWS);
        }
    }

    /**
     * What was saved answers the same after loading, in another block.
     *
     * @throws Exception if loading fails
     */
    @Test
    public void savesAndLoads() throws Exception {
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        try (GraphBlock block = GraphBlock.of(backend(), graph())) {
            block.saveParameters(new DataOutputStream(saved));
        }
        Block loaded = new GraphBlockFactory().newBlock(null, null, Map.of());
        try (NDManager manager = manager()) {
            NDManager owner = manager.newSubManager();
            loaded.loadParameters(
                    owner, new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));

            assertThat(forward(loaded, manager, 2)).containsExactly(expected(2), within(1e-5f));
            owner.close();
            assertThatThrownBy(() -> forward(loaded, manager, 2))
                    .as("it is freed with the manager that it was loaded into")
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    /** An empty block says that it is empty. */
    @Test
    public void anEmptyBlockSaysSo() {
        Block empty = new GraphBlockFactory().newBlock(null, null, Map.of());

        assertThat(empty.isInitialized()).isFalse();
        assertThatThrownBy(empty::describeInput)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("empty");
    }

    /** Threads don't disturb each other. */
    @Test
    public void runsInManyThreads() {
        try (GraphBlock block = GraphBlock.of(backend(), graph())) {
            List<float[]> expected = IntStream.range(0, 4).mapToObj(this::expected).toList();
            IntStream.range(0, 64)
                    .parallel()
                    .forEach(
                            i -> {
                                try (NDManager manager = manager()) {
                                    assertThat(forward(block, manager, i % 4))
                                            .containsExactly(expected.get(i % 4), within(1e-5f));
                                }
                            });
        }
    }

    /** A closed block refuses to run; closing again does nothing. */
    @Test
    public void aClosedBlockRefuses() {
        GraphBlock block = GraphBlock.of(backend(), graph());
        block.close();
        block.close();
        try (NDManager manager = manager()) {
            assertThatThrownBy(() -> forward(block, manager, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
        assertThatThrownBy(
                        () ->
                                block.saveParameters(
                                        new DataOutputStream(new ByteArrayOutputStream())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    /** As many arrays as inputs, no more and no less. */
    @Test
    public void anotherNumberOfArraysIsRefused() {
        try (GraphBlock block = GraphBlock.of(backend(), graph());
                NDManager manager = manager()) {
            NDArray input = manager.create(new float[(int) shape().size()], shape());
            for (NDList wrong : List.of(new NDList(), new NDList(input, input))) {
                assertThatThrownBy(
                                () ->
                                        block.forward(
                                                new ParameterStore(manager, false), wrong, false))
                        .isInstanceOf(UnsupportedModelException.class)
                        .hasMessageContaining("another number of arrays")
                        .hasMessageContaining(wrong.size() + " arrays");
            }
        }
    }

    /**
     * Makes the memory of a caller that uses the same engine.
     *
     * @return a manager to close
     */
    protected final NDManager manager() {
        backend().runtimeVersion();
        return NDManager.newBaseManager(null, backend().getEngineName());
    }

    private Map<String, Tensor> feeds(int seed) {
        Value input = graph().inputs().get(0);
        return Map.of(
                input.name(), GraphBuilder.random(new java.util.Random(seed), shape().getShape()));
    }

    private ai.djl.ndarray.types.Shape shape() {
        long[] extents = graph().shape(graph().inputs().get(0).name()).orElseThrow().toArray();
        extents[0] = ROWS;
        return new ai.djl.ndarray.types.Shape(extents);
    }

    private float[] expected(int seed) {
        try (GraphRunner runner = backend().open(graph(), RunOptions.DEFAULT)) {
            return runner.run(feeds(seed)).values().iterator().next().toFloats();
        }
    }

    private NDList run(Block block, NDManager manager, int seed) {
        NDArray input = manager.create(feeds(seed).values().iterator().next().toFloats(), shape());
        return block.forward(new ParameterStore(manager, false), new NDList(input), false);
    }

    private float[] forward(Block block, NDManager manager, int seed) {
        return run(block, manager, seed).head().toFloatArray();
    }
}
