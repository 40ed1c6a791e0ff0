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

class StagedFileTest {

    @TempDir Path folder;

    @Test
    void appearsWhenCommitted() throws IOException {
        Path target = folder.resolve("model.onnx");
        try (StagedFile stage = StagedFile.beside(target, false)) {
            Files.writeString(stage.path(), "new");
            assertThat(target).doesNotExist();
            assertThat(stage.path().toString()).endsWith(".onnx");
            stage.commit();
        }
        assertThat(target).hasContent("new");
        assertThat(names()).containsExactly("model.onnx");
    }

    @Test
    void leavesTheOldFileWhenNotCommitted() throws IOException {
        Path target = Files.writeString(folder.resolve("model.onnx"), "old");
        try (StagedFile stage = StagedFile.beside(target, true)) {
            Files.writeString(stage.path(), "half");
        }
        assertThat(target).hasContent("old");
        assertThat(names()).containsExactly("model.onnx");
    }

    @Test
    void refusesToOverwrite() throws IOException {
        Path target = Files.writeString(folder.resolve("model.onnx"), "old");
        assertThatThrownBy(() -> StagedFile.beside(target, false))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("exists already")
                .hasMessageContaining("--force");
    }

    @Test
    void removesOnlyWhatADeadProcessLeftOfTheSameTarget() throws Exception {
        Process process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(), "-version")
                        .redirectErrorStream(true)
                        .start();
        process.getInputStream().readAllBytes();
        process.waitFor();
        String dead = ".model.onnx.djl-quant-" + process.pid() + "-1z.tmp.onnx";
        String other = ".other.onnx.djl-quant-" + process.pid() + "-1z.tmp.onnx";
        String alive = ".model.onnx.djl-quant-" + ProcessHandle.current().pid() + "-1z.tmp.onnx";
        for (String name : List.of(dead, other, alive)) {
            Files.writeString(folder.resolve(name), "x");
        }
        StagedFile.beside(folder.resolve("model.onnx"), false).close();
        assertThat(names()).containsExactlyInAnyOrder(other, alive);
    }

    @Test
    void needsAnExistingFolder() {
        assertThatThrownBy(() -> StagedFile.beside(folder.resolve("no/model.onnx"), false))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("folder does not exist");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
