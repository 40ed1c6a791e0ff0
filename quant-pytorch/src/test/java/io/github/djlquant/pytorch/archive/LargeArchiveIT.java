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
package io.github.djlquant.pytorch.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.pytorch.archive.PickleValue.Entry;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import io.github.djlquant.testkit.LoudSkip;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A storage of more than 4 GB, which needs zip64, and one behind it. */
class LargeArchiveIT {

    private static final long GIB = 1L << 30;

    @TempDir Path folder;

    @Test
    @Tag("nightly")
    void goesFromFileToFile() throws Exception {
        LoudSkip.unless(
                Files.getFileStore(folder).getUsableSpace() > 10 * GIB,
                "10 GiB of disk are needed");
        ByteBuffer segment = ByteBuffer.allocateDirect(1 << 30);
        segment.put(0, (byte) 1).put((1 << 30) - 1, (byte) 2);
        Tensor large =
                new Tensor(
                        DataType.INT8,
                        Shape.of(5, GIB),
                        TensorStorage.ofSegments(Collections.nCopies(5, segment), 1 << 30));
        Tensor small = Tensor.ofFloats(new float[] {1, 2, 3}, 3);
        TorchArchive archive =
                TestArchives.module(
                        "l : Tensor\ns : Tensor",
                        "return torch.add(x, self.s)",
                        List.of(
                                Entry.of("l", new TensorValue(large)),
                                Entry.of("s", new TensorValue(small))),
                        3);
        Path file = folder.resolve("large.pt");
        ArchiveWriter.write(archive, file);
        TorchArchive read = ArchiveReader.read(file);
        check(read);
        Path copy = folder.resolve("copy.pt");
        ArchiveWriter.write(read, copy);
        assertThat(Files.size(copy)).isEqualTo(Files.size(file)).isGreaterThan(5 * GIB);
        check(ArchiveReader.read(copy));
    }

    private static void check(TorchArchive archive) {
        Tensor large = tensor(archive, "l");
        assertThat(large.shape().toArray()).containsExactly(5, GIB);
        for (long row = 0; row < 5; row++) {
            assertThat(large.storage().window(row * GIB, 1).get(0)).isEqualTo((byte) 1);
            assertThat(large.storage().window(row * GIB + GIB - 1, 1).get(0)).isEqualTo((byte) 2);
        }
        assertThat(tensor(archive, "s").toFloats()).containsExactly(1, 2, 3);
    }

    private static Tensor tensor(TorchArchive archive, String name) {
        return ((TensorValue) archive.data().attribute(name).orElseThrow()).tensor();
    }
}
