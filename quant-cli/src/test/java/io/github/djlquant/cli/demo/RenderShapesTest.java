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
package io.github.djlquant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderShapesTest {

    @TempDir Path folder;

    @Test
    void writesMembersNumpyReads() throws IOException {
        Path file = folder.resolve("shapes.npz");
        RenderShapes.main(new String[] {file.toString(), "--count", "12", "--seed", "3"});

        byte[] images = member(file, "images.npy");
        byte[] labels = member(file, "labels.npy");
        assertThat(header(images)).contains("'shape': (12, 32, 32, 3)", "|u1");
        assertThat(header(labels)).contains("'shape': (12,)");
        int pixels = 32 * 32 * 3;
        assertThat(Arrays.copyOfRange(images, images.length - pixels, images.length))
                .isEqualTo(ShapeImages.render(3, 11).rgb());
        assertThat(Arrays.copyOfRange(labels, labels.length - 12, labels.length))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1);
        assertThat(namesIn(folder)).containsExactly("shapes.npz");
    }

    @Test
    void sameSetGivesSameFile() throws IOException {
        Path first = folder.resolve("first.npz");
        Path second = folder.resolve("second.npz");
        RenderShapes.write(first, 20, ShapeImages.CALIBRATION_SEED);
        RenderShapes.write(second, 20, ShapeImages.CALIBRATION_SEED);
        assertThat(first).hasSameBinaryContentAs(second);
    }

    @Test
    void refusesWrongArguments() {
        String file = folder.resolve("none.npz").toString();
        assertThatThrownBy(() -> RenderShapes.main(new String[] {file}))
                .hasMessageStartingWith("usage:");
        assertThatThrownBy(
                        () -> RenderShapes.main(new String[] {file, "--count", "0", "--seed", "1"}))
                .hasMessageContaining("--count must be 1 to");
        assertThat(folder).isEmptyDirectory();
    }

    private static byte[] member(Path file, String name) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.getInputStream(zip.getEntry(name)).readAllBytes();
        }
    }

    private static String header(byte[] npy) {
        return new String(npy, 0, 128, StandardCharsets.ISO_8859_1);
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
