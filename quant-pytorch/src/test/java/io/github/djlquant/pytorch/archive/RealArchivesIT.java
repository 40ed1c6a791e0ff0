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

import com.sun.management.ThreadMXBean;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.real.MiniLmArchive;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archives of real models. */
class RealArchivesIT {

    @TempDir Path folder;

    @Test
    void resNet20ComputesTheSameWhenWrittenAgain() throws Exception {
        Path source = RealFiles.find("cifar10/resnet20_cifar10.pt");
        Path copy = folder.resolve("resnet20.pt");
        ArchiveWriter.write(ArchiveReader.read(source), copy);
        Random random = new Random(5);
        float[] images = new float[2 * 3 * 32 * 32];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        assertThat(StockEngine.run(copy, images, 2, 3, 32, 32))
                .hasSize(20)
                .containsExactly(StockEngine.run(source, images, 2, 3, 32, 32));
    }

    @Test
    void miniLmStaysMapped() throws Exception {
        Path source = MiniLmArchive.make(folder.resolve("minilm.pt"));
        // Class loading is no part of the measurement.
        ArchiveReader.read(TestArchives.file("traced.pt"));
        long before = allocated();
        TorchArchive archive = ArchiveReader.read(source);
        assertThat(allocated() - before).isLessThan(Files.size(source) / 10);
        Path copy = folder.resolve("copy.pt");
        before = allocated();
        ArchiveWriter.write(archive, copy);
        assertThat(allocated() - before).isLessThan(Files.size(source) / 10);
        assertThat(ArchiveReader.read(copy).data().toString()).isEqualTo(archive.data().toString());
        assertThat(Files.size(copy)).isLessThan(Files.size(source));
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
