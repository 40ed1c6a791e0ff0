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
package io.github.djlquant.pytorch.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.read.TorchScriptReader;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.real.MiniLmArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real models, read and written, in stock DJL: the same bits come out. */
class RoundTripIT {

    private static final Target ANY = new Target("any", null, true, "2.7.1");

    @TempDir private Path folder;

    @Test
    void resNetKeepsItsOutputs() throws IOException {
        Path source = RealFiles.find("cifar10/resnet20_cifar10.pt");
        float[] images = new float[2 * 3 * 32 * 32];
        Random random = new Random(1);
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }

        assertSameOutputs(source, Tensor.ofFloats(images, 2, 3, 32, 32));
    }

    @Test
    void miniLmKeepsItsOutputs() throws IOException {
        Path source = MiniLmArchive.make(folder.resolve("minilm.pt"));
        long[] ids = new Random(1).longs(2 * 12, 0, 30_000).toArray();
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);

        assertSameOutputs(
                source,
                Tensor.ofLongs(ids, 2, 12),
                Tensor.ofLongs(new long[ids.length], 2, 12),
                Tensor.ofLongs(ones, 2, 12));
    }

    private void assertSameOutputs(Path source, Tensor... inputs) throws IOException {
        Path written = folder.resolve("written.pt");
        TorchScriptWriter.write(TorchScriptReader.read(source), ANY, written);
        Path again = folder.resolve("again.pt");
        TorchScriptWriter.write(TorchScriptReader.read(source), ANY, again);

        try (LoadedArchive before = new LoadedArchive(source);
                LoadedArchive after = new LoadedArchive(written)) {
            assertThat(after.run(inputs)).usingRecursiveComparison().isEqualTo(before.run(inputs));
        }
        assertThat(Files.mismatch(written, again)).isEqualTo(-1);
        assertThat(Files.size(written)).isLessThan(Files.size(source) * 101 / 100);
    }
}
