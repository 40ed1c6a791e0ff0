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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A graph that answers otherwise than its Block is refused before anything is measured on it. */
class TraceProofTest {

    /** As if a row were wrong: what was traced is not what the Block does. */
    @Test
    void aTraceThatIsNotTheBlockIsRefused() {
        AtomicInteger passes = new AtomicInteger();
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
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
            Quantizer quantizer = Quantizer.builder().build();
            passes.set(0);

            assertThatThrownBy(() -> quantizer.fuse(block))
                    .isInstanceOf(TraceException.class)
                    .hasMessageContaining("otherwise than the Block")
                    .hasMessageContaining("SequentialBlock");
        }
    }
}
