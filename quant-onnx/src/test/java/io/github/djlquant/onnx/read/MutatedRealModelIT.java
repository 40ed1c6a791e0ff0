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
import io.github.djlquant.testkit.RealFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link MutatedModelTest} with a network of the size that users have. */
class MutatedRealModelIT {

    private Mutants mutants;

    @BeforeEach
    void createFolder(@TempDir Path folder) {
        mutants = new Mutants(folder);
    }

    @Test
    void damagedResNet20() throws Exception {
        damage(60, 1);
    }

    @Test
    @Tag("nightly")
    void thousandsOfDamagedResNet20s() throws Exception {
        damage(2_000, 2);
    }

    private void damage(int count, long firstSeed) throws Exception {
        byte[] model = Files.readAllBytes(RealFiles.find("cifar10/resnet20_cifar10.onnx"));
        ModelProto parsed = ModelProto.parseFrom(model);
        for (int i = 0; i < count; i++) {
            long seed = firstSeed * 1_000_000 + i;
            mutants.attempt(Mutations.mutate(model, new Random(seed)), "bytes, seed " + seed);
            mutants.attempt(
                    FieldMutations.mutate(parsed, new Random(seed)), "fields, seed " + seed);
        }
        assertThat(mutants.read()).as("some mutants are still models").isPositive();
        assertThat(mutants.refused()).as("some mutants are refused").isPositive();
    }
}
