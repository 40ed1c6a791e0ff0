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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files are taken for PyTorch's. */
class TorchFilesTest {

    private static final String FORWARD =
            """
              def forward(self: __torch__.M,
                x: Tensor) -> Tensor:
                return x
            """;

    @TempDir private Path folder;

    /** Whatever is inside: the reader tells best what else it is. */
    @ParameterizedTest
    @ValueSource(strings = {"a.pt", "A.PT", "a.pth", "a.torchscript", "a.ptl"})
    void namesOfPyTorchAreTaken(String name) {
        assertThat(TorchFiles.isOne(Path.of(name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.onnx", "a.zip", "pt", "a.pt.json"})
    void otherNamesAreNot(String name) {
        assertThat(TorchFiles.isOne(folder.resolve(name))).isFalse();
    }

    @Test
    void anArchiveIsTakenByAnyName() throws IOException {
        assertThat(TorchFiles.isOne(HandmadeArchive.write(folder.resolve("a.bin"), FORWARD)))
                .isTrue();
    }

    @Test
    void anotherZipIsNot() throws IOException {
        Path file = folder.resolve("model.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("model/model.onnx"));
            zip.closeEntry();
        }
        assertThat(TorchFiles.isOne(file)).isFalse();
        assertThat(TorchFiles.isOne(Files.write(folder.resolve("short"), new byte[] {'P', 'K'})))
                .isFalse();
    }
}
