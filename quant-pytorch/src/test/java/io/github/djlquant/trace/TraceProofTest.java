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

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.djlquant.Quantizer;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.BrokenTransformException;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph that answers otherwise than its Block is refused before anything is measured on it. */
class TraceProofTest {

    private static final String REFUSAL = "otherwise than the Block";

    @TempDir private Path folder;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final AtomicInteger passes = new AtomicInteger();

    /**
     * As if a row were wrong: what was traced is not what the Block does, though not by much. The
     * traces of several tests take their passes one after the other.
     */
    private Block block() {
        Block other =
                new LambdaBlock(
                        list ->
                                new NDList(
                                        list.head()
                                                .mul(
                                                        passes.getAndIncrement() < TracedInputs.RUNS
                                                                ? 2f
                                                                : 2.001f)));
        Block block = new SequentialBlock().add(Linear.builder().setUnits(4).build()).add(other);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
        passes.set(0);
        return block;
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aTraceThatIsNotTheBlockIsRefused() {
        Quantizer quantizer = Quantizer.builder().build();
        assertThatThrownBy(() -> quantizer.fuse(block()))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining(REFUSAL)
                .hasMessageContaining("SequentialBlock");
    }

    @Test
    void anExportThatIsNotTheBlockIsNotWritten() {
        Path file = folder.resolve("net.pt");
        assertThatThrownBy(() -> BlockExport.write(block(), file))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining(REFUSAL)
                .hasMessageContaining("1e-04");
        assertThat(folder).isEmptyDirectory();
    }

    /** A transform alone, without the proofs of Quantizer. */
    @Test
    void aTransformOfWhatIsNotTheBlockIsRefused() {
        BlockTransform nothing = transform(UnaryOperator.identity());
        assertThatThrownBy(() -> nothing.transform(block()))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining(REFUSAL);
    }

    private static BlockTransform transform(UnaryOperator<Graph> rewrite) {
        return new BlockTransform() {
            @Override
            public String name() {
                return "RewriteOnce";
            }

            @Override
            public Phase phase() {
                return Phase.FUSE;
            }

            @Override
            public Graph apply(Graph graph, TransformContext context) {
                return rewrite.apply(graph);
            }
        };
    }

    /** It says that it keeps the function, and loses a weight. */
    @Test
    void aTransformThatChangesResultsIsRefused() {
        Block block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(Linear.builder().setUnits(2).build());
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
        BlockTransform loses =
                transform(
                        graph -> {
                            String weight =
                                    graph.constants().keySet().stream()
                                            .filter(name -> name.contains("weight"))
                                            .findFirst()
                                            .orElseThrow();
                            Tensor kept = graph.constants().get(weight);
                            float[] values = kept.toFloats();
                            values[0] += 1;
                            return graph.edit()
                                    .constant(
                                            weight, Tensor.ofFloats(values, kept.shape().toArray()))
                                    .build();
                        });
        assertThatThrownBy(() -> loses.transform(block))
                .isInstanceOf(BrokenTransformException.class)
                .hasMessageContaining("RewriteOnce");
        try (GraphBlock open = Quantizer.builder().build().fuse(block)) {
            assertThatThrownBy(() -> loses.transform(open))
                    .as("of a graph, too")
                    .isInstanceOf(BrokenTransformException.class);
        }
    }
}
