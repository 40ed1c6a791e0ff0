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
package io.github.djlquant.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBytesTest {

    private static final int COUNT = 700_000;

    @TempDir Path folder;

    /** Eight other bytes, then the floats 0, 1, 2, ... */
    private Tensor tensor(Path file) throws Exception {
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + COUNT * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(-1);
        for (int i = 0; i < COUNT; i++) {
            bytes.putFloat(i);
        }
        Files.write(file, bytes.array());
        return new Tensor(
                DataType.FLOAT,
                Shape.of(COUNT),
                new TensorStorage.InFile(FileBytes.open(file), 8, COUNT * (long) Float.BYTES));
    }

    @Test
    void elementsAreThoseOfTheFileHoweverTheyAreRead() throws Exception {
        Tensor tensor = tensor(folder.resolve("weights"));
        float[] all = tensor.toFloats();
        float[] some = new float[3];
        tensor.toFloats(COUNT - 3, 3, some);
        assertThat(all).hasSize(COUNT).startsWith(0, 1, 2).endsWith(COUNT - 2, COUNT - 1);
        assertThat(some).containsExactly(COUNT - 3, COUNT - 2, COUNT - 1);
        assertThat(tensor.bytes().getFloat(4 * 70_000)).isEqualTo(70_000);
        assertThat(tensor.firstNonFinite()).isEmpty();
    }

    @Test
    void replacedFileAndInterruptedReaderChangeNothing() throws Exception {
        Path file = folder.resolve("weights");
        Tensor tensor = tensor(file);
        Files.delete(file);
        Files.write(file, new byte[1]);
        Thread.currentThread().interrupt();
        try {
            assertThat(tensor.toFloats()).endsWith(COUNT - 1);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(tensor.toFloats()).endsWith(COUNT - 1);
    }

    @Test
    void shortenedFileIsNamed() throws Exception {
        Path file = folder.resolve("weights");
        Tensor tensor = tensor(file);
        Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE).truncate(100).close();
        assertThatThrownBy(tensor::toFloats)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("weights");
    }

    @Test
    void windowsStayInside() throws Exception {
        TensorStorage storage = tensor(folder.resolve("weights")).storage();
        assertThatThrownBy(() -> storage.window(storage.byteSize() - 3, 4))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> storage.window(-1, 4))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
