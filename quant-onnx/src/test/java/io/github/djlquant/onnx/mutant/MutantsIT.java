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
package io.github.djlquant.onnx.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.mutant.MutantRuns;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a model file holds, quantizing it gives a legal artifact or a typed error that names a
 * place; never another exception, a dead JVM, an output or a leftover. The engine sees the mutants
 * too, and native code may crash, so they run in a JVM of their own that is started again behind
 * the mutant that killed it.
 */
class MutantsIT {

    private static final String SMALL = "small";

    @TempDir Path folder;

    @Test
    void hostileModels() throws Exception {
        MutantRuns runs = run(MutantMain.Kind.HOSTILE, SMALL, 0, HostileModels.all().size());
        assertThat(runs.made()).isGreaterThan(20);
        assertThat(runs.refused()).isGreaterThan(150);
    }

    @Test
    void damagedSmallModels() throws Exception {
        MutantRuns bytes = run(MutantMain.Kind.BYTES, SMALL, 1_000, 150);
        MutantRuns fields = run(MutantMain.Kind.FIELDS, SMALL, 2_000, 150);
        assertThat(bytes.made() + fields.made()).as("some are still models").isPositive();
        assertThat(bytes.refused() + fields.refused()).as("some are refused").isPositive();
    }

    @Test
    void damagedResNet20() throws Exception {
        run(MutantMain.Kind.BYTES, resNet20(), 3_000, 40);
        run(MutantMain.Kind.FIELDS, resNet20(), 4_000, 60);
    }

    @Test
    @Tag("nightly")
    void tenThousandMutants() throws Exception {
        run(MutantMain.Kind.BYTES, SMALL, 100_000, 3_500);
        run(MutantMain.Kind.FIELDS, SMALL, 200_000, 4_500);
        run(MutantMain.Kind.BYTES, resNet20(), 300_000, 1_000);
        run(MutantMain.Kind.FIELDS, resNet20(), 400_000, 1_000);
    }

    private static String resNet20() {
        return RealFiles.find("cifar10/resnet20_cifar10.onnx").toString();
    }

    private MutantRuns run(MutantMain.Kind kind, String model, int first, int count)
            throws Exception {
        return MutantRuns.of(MutantMain.class, folder, kind, model, first, count);
    }
}
