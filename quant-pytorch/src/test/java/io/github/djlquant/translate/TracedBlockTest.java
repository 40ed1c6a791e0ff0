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
package io.github.djlquant.translate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is quantized before is found without a file of the float model. */
class TracedBlockTest {

    @TempDir private Path cache;

    /** DJL's cache outlives a run of the tests, and must not know the network from the last one. */
    private static final String NAME = "network" + UUID.randomUUID();

    private final Backend backend = Backends.forEngine("PyTorch");
    private final Model model = Model.newInstance("a/" + NAME, "PyTorch");
    private final Linear layer = Linear.builder().setUnits(256).build();
    private double factor = 2;
    private int passes;

    @BeforeEach
    void makeBlock() {
        Block scaled =
                new SequentialBlock()
                        .add(layer)
                        .add(
                                new LambdaBlock(
                                        list -> {
                                            passes++;
                                            return new NDList(list.head().mul((float) factor));
                                        }));
        scaled.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 256));
        model.setBlock(scaled);
        passes = 0;
    }

    @AfterEach
    void close() {
        model.close();
    }

    private TracedBlock trace() {
        return new TracedBlock(model, backend, List.of(), null);
    }

    private String digest() {
        try (TracedBlock source = trace()) {
            return source.digest(new SourceDigests(cache));
        }
    }

    private boolean load() {
        passes = 0;
        QuantizationOptions options = QuantizationOptions.of(Recipe.dynamicInt8(), null);
        try (TracedBlock source = trace()) {
            return QuantizationCache.open(
                    source, backend, options, () -> null, QuantizationCache.Artifact::made);
        }
    }

    @Test
    void whatTheBlockComputesCounts() {
        String before = digest();
        assertThat(digest()).isEqualTo(before);
        factor = 3;
        String other = digest();
        assertThat(other).isNotEqualTo(before);
        NDArray bias = layer.getDirectParameters().get("bias").getArray();
        bias.set(new float[256]);
        assertThat(digest()).as("unset is zero").isEqualTo(other);
        bias.set(new ai.djl.ndarray.index.NDIndex(255), 1e-30f);
        assertThat(digest()).as("one element").isNotEqualTo(other);
    }

    /** Code that came in between must not be taken for that which was traced before. */
    @Test
    void whatWasTracedBeforeCountsAgain() {
        String two = digest();
        factor = 3;
        String three = digest();
        factor = 2;
        assertThat(digest()).isEqualTo(two).isNotEqualTo(three);
        assertThat(cache.resolve("traces")).isDirectoryContaining("glob:**.txt");
    }

    @Test
    void theSecondLoadOnlyFollowsTheFirstOne() {
        assertThat(load()).isTrue();
        assertThat(passes).as("and compares the file with the block, twice").isEqualTo(5);
        assertThat(load()).isFalse();
        assertThat(passes).as("only followed").isEqualTo(3);
        factor = 5;
        assertThat(load()).isTrue();
    }

    @Test
    void itsNameIsThatOfAFile() {
        try (TracedBlock source = trace()) {
            assertThat(source.fileName()).isEqualTo("a_" + NAME + ".pt");
            assertThat(source.origin()).isEqualTo(Path.of("a_" + NAME));
            Path written = source.file();
            assertThat(written).exists().hasFileName("a_" + NAME + ".pt");
            assertThat(source.file()).isEqualTo(written);
            source.close();
            assertThat(written).doesNotExist();
        }
    }
}
