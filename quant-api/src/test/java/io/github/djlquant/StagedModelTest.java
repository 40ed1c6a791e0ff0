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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedModelTest {

    @TempDir Path folder;

    @Test
    void aTakenNameIsToldToWhoeverAsksForTheFile() throws IOException {
        Path target = Files.writeString(folder.resolve("model.onnx"), "old");
        try (StagedModel stage = StagedModel.beside(target, false)) {
            assertThatThrownBy(stage::path)
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining("exists already");
        }
        assertThat(names()).containsExactly("model.onnx");
        assertThat(target).hasContent("old");
    }

    @Test
    void aDescriptionThatCannotBeMadeLeavesNothing() throws IOException {
        Path target = folder.resolve("model.onnx");
        Files.createDirectory(QuantJson.fileOf(target));
        try (StagedModel stage = StagedModel.beside(target, true)) {
            assertThatThrownBy(stage::path)
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining("is a folder");
        }
        assertThat(names()).containsExactly("model.onnx.quant.json");
    }

    @Test
    void anInterruptionLeavesNothing() throws IOException {
        Path target = folder.resolve("model.onnx");
        try (StagedModel stage = StagedModel.beside(target, false)) {
            Files.writeString(stage.path(), "half");
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(names()).isEmpty();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
