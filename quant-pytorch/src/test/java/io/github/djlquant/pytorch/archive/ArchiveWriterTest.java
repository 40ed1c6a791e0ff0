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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.pytorch.archive.PackedParameters.Window;
import io.github.djlquant.pytorch.archive.PickleValue.DictValue;
import io.github.djlquant.pytorch.archive.PickleValue.Entry;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.PerChannel;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read back, by this reader and by libtorch. */
class ArchiveWriterTest {

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"values.pt", "traced.pt", "packed.pt", "quantized.pt"})
    void everythingSurvives(String name) throws Exception {
        TorchArchive archive = ArchiveReader.read(TestArchives.file(name));
        Path copy = folder.resolve(name);
        ArchiveWriter.write(archive, copy);
        TorchArchive again = ArchiveReader.read(copy);
        assertThat(Contents.of(again)).isEqualTo(Contents.of(archive));
        Path second = folder.resolve("second.pt");
        ArchiveWriter.write(again, second);
        assertThat(second).as("the same bytes").hasSameBinaryContentAs(copy);
    }

    @Test
    void anInterruptedThreadCancels() {
        TorchArchive archive = ArchiveReader.read(TestArchives.file("values.pt"));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> ArchiveWriter.write(archive, folder.resolve("copy.pt")))
                .isInstanceOf(QuantizationCancelledException.class)
                .hasMessageContaining("copy.pt");
        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    }

    @Test
    void sharingSurvives() {
        ObjectValue object = new ObjectValue("__torch__.Part", new DictValue(List.of(), ""));
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2}, 2);
        TorchArchive archive =
                TestArchives.module(
                        "",
                        "return x",
                        List.of(
                                Entry.of("a", object),
                                Entry.of("b", object),
                                Entry.of("t", new TensorValue(tensor)),
                                Entry.of("u", new TensorValue(tensor)),
                                Entry.of("r", new TensorValue(tensor.reshape(Shape.of(1, 2))))),
                        3);
        Path file = folder.resolve("shared.pt");
        ArchiveWriter.write(archive, file);
        ObjectValue root = ArchiveReader.read(file).data();
        assertThat(root.attribute("b")).get().isSameAs(root.attribute("a").orElseThrow());
        assertThat(((TensorValue) root.attribute("u").orElseThrow()).tensor())
                .isSameAs(((TensorValue) root.attribute("t").orElseThrow()).tensor());
        assertThat(entries(file)).contains("m/data/0").doesNotContain("m/data/1");
    }

    @ParameterizedTest
    @CsvSource({"values.pt, 5, 3", "quantized.pt, 2, 3"})
    void libtorchComputesTheSame(String name, long rows, long columns) throws Exception {
        float[] x = ramp((int) (rows * columns));
        Path source = TestArchives.file(name);
        Path copy = folder.resolve(name);
        ArchiveWriter.write(ArchiveReader.read(source), copy);
        assertThat(StockEngine.run(copy, x, rows, columns))
                .isNotEmpty()
                .containsExactly(StockEngine.run(source, x, rows, columns));
    }

    @Test
    void libtorchComputesTheSameFromPackedParameters() throws Exception {
        float[] x = ramp(60);
        Path copy = folder.resolve("packed.pt");
        ArchiveWriter.write(ArchiveReader.read(TestArchives.file("packed.pt")), copy);
        float[] out = StockEngine.run(copy, x, 1, 3, 20);
        JsonArray expected = TestArchives.json("packed.json").getAsJsonArray();
        assertThat(out).hasSize(expected.size());
        for (int i = 0; i < out.length; i++) {
            assertThat(out[i]).isCloseTo(expected.get(i).getAsFloat(), within(1e-4f));
        }
    }

    /** The smallest quantized network, from nothing. */
    @Test
    void libtorchRunsAnArchiveMadeHere() throws Exception {
        QuantizedTensorValue kernel =
                new QuantizedTensorValue(
                        Tensor.ofInts(
                                DataType.INT8, new int[] {1, 2, 3, 4, -1, 0, 0, 127}, 2, 1, 2, 2),
                        channels(0.5, 0.25));
        QuantizedTensorValue matrix =
                new QuantizedTensorValue(
                        Tensor.ofInts(DataType.INT8, new int[] {10, -20, 30, 40, 50, 60}, 3, 2),
                        channels(0.1, 0.2, 0.3));
        Window window =
                new Window(
                        List.of(1L, 1L),
                        List.of(0L, 0L),
                        List.of(1L, 1L),
                        List.of(0L, 0L),
                        1,
                        false);
        TorchArchive archive =
                TestArchives.module(
                        """
                        c : __torch__.torch.classes.quantized.Conv2dPackedParamsBase
                        l : __torch__.torch.classes.quantized.LinearPackedParamsBase
                        """,
                        """
                        q = torch.quantize_per_tensor(x, 1., 10, 13)
                        a = ops.quantized.conv2d_relu(q, self.c, 1., 0)
                        d = torch.flatten(a, 1, -1)
                        e = ops.quantized.linear(d, self.l, 1., 100)
                        return torch.dequantize(e)
                        """,
                        List.of(
                                Entry.of(
                                        "c",
                                        PackedParameters.convolution(
                                                kernel,
                                                Optional.of(
                                                        Tensor.ofFloats(new float[] {1, -2}, 2)),
                                                window)),
                                Entry.of("l", PackedParameters.linear(matrix, Optional.empty()))),
                        3);
        Path file = folder.resolve("made.pt");
        ArchiveWriter.write(archive, file);
        // Convolution: (1*1 + 2*2 + 3*3 + 4*1) * 0.5 + 1 = 10; (-1 + 127) * 0.25 - 2 = 29.5, even:
        // 30.
        // Linear: (10*10 - 20*30) * 0.1 = -50, (30*10 + 40*30) * 0.2 = 300, at most 155;
        // (50*10 + 60*30) * 0.3 = 690, at most 155.
        assertThat(StockEngine.run(file, new float[] {1, 2, 3, 1}, 1, 1, 2, 2))
                .containsExactly(-50f, 155f, 155f);
    }

    @Test
    void storagesAreAligned() throws Exception {
        Path copy = folder.resolve("values.pt");
        ArchiveWriter.write(ArchiveReader.read(TestArchives.file("values.pt")), copy);
        try (ZipFile zip = ZipFile.builder().setPath(copy).get()) {
            assertThat(Collections.list(zip.getEntries()))
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(entry.getDataOffset() % 64).isZero());
        }
    }

    @Test
    void anOldFileIsReplacedAndStaysReadable() throws Exception {
        Path file = folder.resolve("same.pt");
        Files.copy(TestArchives.file("values.pt"), file);
        TorchArchive archive = ArchiveReader.read(file);
        String before = Contents.of(archive);
        ArchiveWriter.write(archive, file);
        assertThat(Contents.of(archive)).isEqualTo(before);
        assertThat(Contents.of(ArchiveReader.read(file))).isEqualTo(before);
    }

    private static PerChannel channels(double... scales) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * scales.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(scales);
        return new PerChannel(
                new Tensor(DataType.DOUBLE, Shape.of(scales.length), TensorStorage.of(bytes)),
                Tensor.ofLongs(new long[scales.length], scales.length),
                0);
    }

    private static List<String> entries(Path file) {
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            return Collections.list(zip.getEntries()).stream()
                    .map(ZipArchiveEntry::getName)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static float[] ramp(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (i % 17 - 8) / 4f;
        }
        return values;
    }
}
