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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.Provenance;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactPlaceTest {

    private static final String CPU = "djlquant.cpu";

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    @AfterEach
    void forgetCpu() {
        System.clearProperty(CPU);
    }

    private Path artifactFor(Target target) {
        Graph graph =
                GraphBuilder.onnx(17).input("x", 1, 4).node("Relu", "y", "x").output("y").build();
        Provenance provenance =
                new Provenance(
                        "test",
                        "source.onnx",
                        "00",
                        Recipe.staticInt8(),
                        target,
                        "OnnxRuntime",
                        "1.21.1",
                        1);
        Path file = folder.resolve("artifact.onnx");
        backend.write(
                graph.edit().metadata(Provenance.METADATA_KEY, provenance.print()).build(),
                target,
                file);
        return file;
    }

    @Test
    void refusesOverflowingWeightsOnACpuWithoutDotProducts() {
        Path file = artifactFor(backend.target(Target.Name.X86_VNNI));
        System.setProperty(CPU, CpuClass.X86_AVX2.text());
        assertThatThrownBy(() -> backend.open(file, RunOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("artifact.onnx")
                .hasMessageContaining("quantize again with the target any");
    }

    @Test
    void opensWhatIsMadeForEveryCpu() {
        Path file = artifactFor(backend.target(Target.Name.ANY));
        for (CpuClass cpu : CpuClass.values()) {
            System.setProperty(CPU, cpu.text());
            try (GraphRunner runner = backend.open(file, RunOptions.DEFAULT)) {
                assertThat(runner).isNotNull();
            }
        }
    }

    @Test
    void refusesWhatNeedsANewerRuntime() {
        Path file = artifactFor(new Target("here", null, false, "99.0.0"));
        assertThatThrownBy(() -> backend.open(file, RunOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("needs runtime 99.0.0 or newer");
    }
}
