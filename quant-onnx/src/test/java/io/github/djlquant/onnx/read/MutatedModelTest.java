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
package io.github.djlquant.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.onnx.proto.ModelProto;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever bytes a model file holds, reading it gives a legal graph or a typed error. */
class MutatedModelTest {

    private Mutants mutants;

    @BeforeEach
    void createFolder(@TempDir Path folder) {
        mutants = new Mutants(folder);
    }

    @Test
    void damagedBytes() throws Exception {
        damageBytes(150, 1);
    }

    @Test
    void damagedFields() throws Exception {
        damageFields(350, 1);
    }

    @Test
    void everyTruncation() throws Exception {
        byte[] model = Models.diverse().build().toByteArray();
        for (int length = 0; length < model.length; length++) {
            mutants.attempt(Arrays.copyOf(model, length), "cut to " + length + " bytes");
        }
        assertThat(mutants.refused()).isGreaterThan(model.length / 2);
    }

    @Test
    @Tag("nightly")
    void thousandsOfDamagedBytes() throws Exception {
        damageBytes(3_000, 2);
    }

    @Test
    @Tag("nightly")
    void thousandsOfDamagedFields() throws Exception {
        damageFields(7_000, 2);
    }

    private void damageBytes(int count, long firstSeed) throws Exception {
        byte[] model = Models.diverse().build().toByteArray();
        for (int i = 0; i < count; i++) {
            long seed = firstSeed * 1_000_000 + i;
            mutants.attempt(Mutations.mutate(model, new Random(seed)), "bytes, seed " + seed);
        }
        assertThat(mutants.read()).as("some mutants are still models").isPositive();
        assertThat(mutants.refused()).as("some mutants are refused").isGreaterThan(count / 3);
    }

    private void damageFields(int count, long firstSeed) throws Exception {
        ModelProto model = Models.diverse().build();
        for (int i = 0; i < count; i++) {
            long seed = firstSeed * 1_000_000 + i;
            mutants.attempt(FieldMutations.mutate(model, new Random(seed)), "fields, seed " + seed);
        }
        assertThat(mutants.read()).as("some mutants are still models").isGreaterThan(count / 10);
        assertThat(mutants.refused()).as("some mutants are refused").isGreaterThan(count / 3);
    }
}
