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
    void aFileInTheMakingIsKnownByItsName() {
        Path target = folder.resolve("model.onnx");
        try (StagedFile stage = StagedFile.beside(target, false)) {
            assertThat(StagedFile.isStaged(stage.path())).isTrue();
        }
        assertThat(StagedFile.isStaged(target)).isFalse();
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
    void removesOnlyWhatADeadProcessLeft() throws Exception {
        Process process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(), "-version")
                        .redirectErrorStream(true)
                        .start();
        process.getInputStream().readAllBytes();
        process.waitFor();
        ProcessHandle own = ProcessHandle.current();
        long start = own.info().startInstant().orElseThrow().toEpochMilli();
        ProcessHandle parent = own.parent().orElseThrow();
        long parentStart = parent.info().startInstant().orElseThrow().toEpochMilli();
        List<String> dead =
                List.of(
                        left("model.onnx", process.pid(), start),
                        left("other.onnx", process.pid(), start),
                        left("model.onnx", process.pid(), start).replace(".tmp.onnx", ".tmp-alive"),
                        // The numbers of processes are given out again.
                        left("model.onnx", own.pid(), start - 60_000),
                        left("model.onnx", parent.pid(), parentStart - 60_000));
        List<String> others =
                List.of(
                        left("model.onnx", own.pid(), start),
                        left("model.onnx", parent.pid(), parentStart),
                        ".model.onnx.djl-quant-99999999999999999999-1-1z.tmp.onnx",
                        ".model.onnx.djl-quant-notes",
                        left("model.onnx", process.pid(), start).substring(1),
                        left("model.onnx", process.pid(), start).replace(".tmp.onnx", ".temp"));
        for (String name : dead) {
            Files.writeString(folder.resolve(name), "x");
        }
        for (String name : others) {
            Files.writeString(folder.resolve(name), "x");
        }
        StagedFile.beside(folder.resolve("model.onnx"), false).close();
        assertThat(names()).containsExactlyInAnyOrderElementsOf(others);
    }

    /** Its process has a number that is nobody's here: it runs in another container. */
    @Test
    void whatSomebodyWhoIsNotSeenHereWritesStaysUntilHeDies() throws Exception {
        String name = left("other.onnx", 999_999_999, 1);
        Path file = Files.writeString(folder.resolve(name), "x");
        Path sign = folder.resolve(name.replace(".tmp.onnx", ".tmp-alive"));
        LifeSign alive = LifeSign.show(sign);
        StagedFile.beside(folder.resolve("model.onnx"), false).close();
        assertThat(file).exists();
        assertThat(sign).exists();

        alive.close();
        Files.createFile(sign);
        StagedFile.beside(folder.resolve("model.onnx"), false).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderWithTheNameOfALeftoverStays() throws Exception {
        Path made = Files.createDirectory(folder.resolve(left("model.onnx", 999_999_999, 1)));
        StagedFile.beside(folder.resolve("model.onnx"), false).close();
        assertThat(made).exists();
    }

    private static String left(String target, long process, long start) {
        return "." + target + ".djl-quant-" + process + "-" + start + "-1z.tmp.onnx";
    }

    @Test
    void namesItsProcess() {
        ProcessHandle own = ProcessHandle.current();
        long start = own.info().startInstant().orElseThrow().toEpochMilli();
        try (StagedFile stage = StagedFile.beside(folder.resolve("model.onnx"), false)) {
            assertThat(stage.path().getFileName().toString())
                    .startsWith(".model.onnx.djl-quant-" + own.pid() + "-" + start + "-");
        }
    }

    @Test
    void doesNotReplaceWhatAppearedMeanwhile() throws IOException {
        Path target = folder.resolve("model.onnx");
        try (StagedFile stage = StagedFile.beside(target, false)) {
            Files.writeString(stage.path(), "new");
            Files.writeString(target, "of somebody else");
            assertThatThrownBy(stage::commit)
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining("exists already");
        }
        assertThat(target).hasContent("of somebody else");
        assertThat(names()).containsExactly("model.onnx");
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
