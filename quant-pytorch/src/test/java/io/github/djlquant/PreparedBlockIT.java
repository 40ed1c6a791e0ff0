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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import io.github.djlquant.trace.BlockExport;
import io.github.djlquant.trace.GraphBlock;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be asked of a block between its trace and its integers. */
class PreparedBlockIT {

    private static final Shape ROWS = new Shape(4, 8);

    @TempDir private Path folder;

    private NDManager manager;
    private Block source;

    @BeforeEach
    void make() {
        manager = NDManager.newBaseManager(null, "PyTorch");
        source =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(16).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(3).build());
        source.initialize(manager, DataType.FLOAT32, ROWS);
    }

    @AfterEach
    void free() {
        manager.close();
    }

    private static float[] answer(Block block, NDArray rows) {
        return block.forward(new ParameterStore(rows.getManager(), false), new NDList(rows), false)
                .head()
                .toFloatArray();
    }

    @Test
    void shapesAreNoData() {
        Quantizer quantizer = Quantizer.builder().build();
        try (PreparedBlock prepared = quantizer.prepare(source)) {
            assertThat(prepared.getOutputShapes(new Shape[] {new Shape(64, 8)}))
                    .containsExactly(new Shape(64, 3));
            assertThat(prepared.samples()).isZero();
            assertThat(prepared.rows()).isEmpty();
            assertThatThrownBy(() -> quantizer.convert(prepared))
                    .isInstanceOf(QuantizationException.class);

            answer(prepared, manager.randomUniform(1, 2, ROWS));
            assertThat(prepared.getOutputShapes(new Shape[] {new Shape(64, 8)})).hasSize(1);
            assertThat(prepared.samples()).isEqualTo(4);
        }
    }

    @Test
    void exportsWithTheShapesThatItKnowsAndAfterFusing() {
        NDArray rows = manager.randomNormal(ROWS);
        float[] expected = answer(source, rows);
        Path plain = BlockExport.write(source, folder.resolve("plain.pt")).file();
        try (GraphBlock fused = Quantizer.builder().build().fuse(source)) {
            Path after = BlockExport.write(fused, folder.resolve("fused.pt")).file();
            for (Path file : new Path[] {plain, after}) {
                try (GraphBlock again = GraphBlock.open(file)) {
                    assertThat(answer(again, rows)).containsExactly(expected, within(1e-5f));
                }
            }
        }
    }
}
