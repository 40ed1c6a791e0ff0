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
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.IdEmbedding;
import io.github.djlquant.trace.record.RememberedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an earlier trace did is followed without the engine, and left by code that does otherwise.
 */
class BlockTraceTest {

    private static final Shape ROWS = new Shape(2, 5, 4);

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final List<Shape> seen = new ArrayList<>();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Blocks of one structure and of the same weights, whose code differs. */
    private Block block(UnaryOperator<NDArray> code) {
        Linear layer = Linear.builder().setUnits(4).build();
        Block block =
                new SequentialBlock()
                        .add(layer)
                        .add(
                                new LambdaBlock(
                                        list -> {
                                            seen.add(list.head().getShape());
                                            return new NDList(code.apply(list.head()));
                                        }));
        block.initialize(manager, DataType.FLOAT32, ROWS);
        layer.getParameters()
                .values()
                .forEach(
                        parameter -> {
                            NDArray array = parameter.getArray();
                            float[] values = new float[(int) array.size()];
                            for (int i = 0; i < values.length; i++) {
                                values[i] = i / 8f;
                            }
                            array.set(values);
                        });
        seen.clear();
        return block;
    }

    private static BlockTrace trace(Block block) {
        return new BlockTrace(block, List.of(), null);
    }

    private static TraceMemory memoryOf(Block block) {
        BlockTrace trace = trace(block);
        trace.graph();
        return trace.memory().orElseThrow();
    }

    @Test
    void theEngineIsNotAsked() {
        Block block = block(array -> array.mul(2));
        TraceMemory memory = memoryOf(block);
        assertThat(trace(block).repeats(memory)).isTrue();

        // Shapes that no engine would give: the Block sees what was kept, and calls the same.
        List<List<RememberedStep>> runs = new ArrayList<>();
        for (List<RememberedStep> run : memory.runs()) {
            runs.add(
                    run.stream()
                            .map(
                                    step ->
                                            new RememberedStep(
                                                    step.key(),
                                                    step.operation(),
                                                    step.list(),
                                                    step.made().stream()
                                                            .map(
                                                                    made ->
                                                                            new RememberedStep.Made(
                                                                                    made.type(),
                                                                                    List.of(4711L)))
                                                            .toList()))
                            .toList());
        }
        seen.clear();
        assertThat(trace(block).repeats(new TraceMemory(memory.inputs(), runs))).isTrue();
        assertThat(seen).containsOnly(new Shape(4711)).hasSize(TracedInputs.RUNS);
    }

    @Test
    void aSwallowedFailureIsNotSilent() {
        Block block =
                block(
                        array -> {
                            try {
                                return array.mul(array.getFloat(0));
                            } catch (RuntimeException e) {
                                return array.sin();
                            }
                        });

        assertThatThrownBy(() -> trace(block).graph())
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("reads an array's elements");
    }

    /** Code, and the code that it could be taken for. */
    private enum Pair {
        NUMBER(array -> array.mul(2), array -> array.mul(2.0000002f)),
        BOUND(array -> array.clip(-1e6, 1e6), array -> array.clip(-1e6, 1e7)),
        OPERATION(NDArray::sin, NDArray::cos),
        AXIS(array -> array.sum(new int[] {1}), array -> array.sum(new int[] {2})),
        INDEX(array -> array.get(":, :2"), array -> array.get(":, :3")),
        ELLIPSIS(array -> array.get("..., 1"), array -> array.get(":, 1")),
        SHAPE(array -> array.reshape(-1, 20), array -> array.reshape(-1, 10)),
        CONSTANT(
                array -> array.add(array.getManager().create(new float[] {1, 2, 3, 4})),
                array -> array.add(array.getManager().create(new float[] {1, 2, 3, 5}))),
        OPERAND(array -> array.add(array.mul(3)), array -> array.mul(3).add(array)),
        /** Which of the three extents of the batch it is does not matter until the third run. */
        EXTENT(array -> array, array -> array.getShape().get(0) == 2 ? array.neg() : array),
        /** Whoever swallows that the step is not known goes on as the other one does. */
        SWALLOWED(
                NDArray::sin,
                array -> {
                    try {
                        array = array.cos();
                    } catch (RuntimeException e) {
                        // as if nothing had been
                    }
                    return array.sin();
                });

        private final UnaryOperator<NDArray> one;
        private final UnaryOperator<NDArray> other;

        Pair(UnaryOperator<NDArray> one, UnaryOperator<NDArray> other) {
            this.one = one;
            this.other = other;
        }
    }

    @ParameterizedTest
    @EnumSource
    void otherCodeIsNotTakenForIt(Pair pair) {
        Block one = block(pair.one);
        Block other = block(pair.other);
        assertThat(trace(other).structure()).isEqualTo(trace(one).structure());
        TraceMemory memory = memoryOf(one);
        assertThat(trace(one).repeats(memory)).isTrue();
        assertThat(trace(other).repeats(memory)).isFalse();
    }

    @Test
    void eachWeightCounts() {
        Block block = block(array -> array.mul(2));
        String before = elements(block);
        assertThat(elements(block)).isEqualTo(before);
        NDArray bias = block.getParameters().valueAt(1).getArray();
        bias.set(new ai.djl.ndarray.index.NDIndex(3), 1e-30f);
        assertThat(elements(block)).isNotEqualTo(before);
    }

    private static String elements(Block block) {
        try (ElementsDigest digest = trace(block).elements()) {
            return digest.text();
        }
    }

    /** What is loaded next is freed as soon as nobody reads it. */
    @Test
    void aDigestThatNobodyWantsEnds() {
        Block block = block(array -> array.mul(2));
        ElementsDigest digest = trace(block).elements();
        digest.close();
        digest.close();
        assertThat(elements(block)).hasSize(2 * 16);
    }

    /** Whether a Block takes floats is found by trying, which nobody follows. */
    @Test
    void typesThatWereFoundByTryingAreNotKept() {
        Block words =
                new SequentialBlock()
                        .add(
                                new IdEmbedding.Builder()
                                        .setDictionarySize(8)
                                        .setEmbeddingSize(4)
                                        .build());
        words.initialize(manager, DataType.FLOAT32, new Shape(2, 5));
        BlockTrace found = trace(words);
        found.graph();
        assertThat(found.memory()).isEmpty();

        TraceInput ids = new TraceInput("ids", DataType.INT64, new Shape(-1, 5));
        BlockTrace told = new BlockTrace(words, List.of(ids), null);
        told.graph();
        assertThat(told.repeats(told.memory().orElseThrow())).isTrue();
        assertThat(found.structure()).isNotEqualTo(told.structure());
    }
}
