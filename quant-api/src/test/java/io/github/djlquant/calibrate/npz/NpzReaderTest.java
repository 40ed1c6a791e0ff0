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
package io.github.djlquant.calibrate.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of fixtures/npz/make_npz.py, written by NumPy itself. */
class NpzReaderTest {

    private static final Path FILES = Path.of("src/test/resources/npz");

    @TempDir private Path folder;

    @Test
    void readsEveryElementTypeRowByRow() {
        try (NpzReader reader = NpzReader.open(FILES.resolve("types.npz"))) {
            assertThat(reader.rows()).isEqualTo(4);
            assertThat(reader.names())
                    .containsExactlyInAnyOrder(
                            "f2", "f4", "f8", "i1", "u1", "i2", "i4", "i8", "b1");
            int row = 0;
            for (int count : new int[] {1, 2, 1}) {
                Map<String, Tensor> tensors = reader.read(count == 1 && row == 3 ? 5 : count);
                for (int i = 0; i < count * 6; i++) {
                    int index = row * 6 + i;
                    for (String type : new String[] {"f2", "f4", "f8"}) {
                        assertThat(tensors.get(type).toFloats()[i]).isEqualTo(index / 8f);
                    }
                    for (String type : new String[] {"i1", "i2", "i4", "i8"}) {
                        assertThat(tensors.get(type).toLongs()[i]).isEqualTo(index - 12);
                    }
                    assertThat(tensors.get("u1").toLongs()[i]).isEqualTo(index + 200);
                    assertThat(tensors.get("b1").toLongs()[i]).isEqualTo(1 - index % 2);
                }
                assertThat(tensors.get("f8").shape().toArray()).containsExactly(count, 3, 2);
                assertThat(tensors.get("f8").dataType()).isEqualTo(DataType.DOUBLE);
                row += count;
            }
            assertThat(reader.read(1)).isEmpty();
        }
    }

    @Test
    void readsCompressedFilesAndNewerVersions() {
        try (NpzReader reader = NpzReader.open(FILES.resolve("compressed.npz"))) {
            Map<String, Tensor> all = reader.read(100);
            assertThat(all.get("ids").toLongs()[23]).isEqualTo(23);
            assertThat(all.get("mask").shape().toArray()).containsExactly(4, 3);
        }
        for (String file : new String[] {"version2.npz", "version3.npz"}) {
            try (NpzReader reader = NpzReader.open(FILES.resolve(file))) {
                assertThat(reader.read(4).get("x").toFloats()[23]).isEqualTo(23);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 48, 50, 1 << 20})
    void readsBothOrdersOfAxesAndBytesWhateverTheMemory(int windowBytes) {
        try (NpzReader reader = NpzReader.open(FILES.resolve("orders.npz"), windowBytes)) {
            int row = 0;
            for (int count : new int[] {1, 2, 1}) {
                Map<String, Tensor> tensors = reader.read(count);
                assertThat(tensors.keySet()).containsExactlyInAnyOrder("f8", "f4", "i2", "b1");
                tensors.forEach(
                        (name, t) -> assertThat(t.shape().toArray()).containsExactly(count, 3, 2));
                for (int i = 0; i < count * 6; i++) {
                    int index = row * 6 + i;
                    assertThat(tensors.get("f8").toFloats()[i]).isEqualTo(index / 8f);
                    assertThat(tensors.get("f4").toFloats()[i]).isEqualTo(index / 8f);
                    assertThat(tensors.get("i2").toLongs()[i]).isEqualTo(1000L * index - 12000);
                    assertThat(tensors.get("b1").toLongs()[i]).isEqualTo(1 - index % 2);
                }
                row += count;
            }
            assertThat(reader.read(1)).isEmpty();
        }
    }

    @Test
    void anArrayThatTakesTooManyPassesIsRefused() throws Exception {
        Path file = FILES.resolve("tall_fortran.npz");
        try (NpzReader reader = NpzReader.open(file, 32)) {
            assertThat(reader.read(100).get("x").toLongs()[199]).isEqualTo(199);
        }
        assertThatThrownBy(() -> NpzReader.open(file, 16))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("tall_fortran.npz")
                .hasMessageContaining("array x")
                .hasMessageContaining("ascontiguousarray");
    }

    @Test
    void refusesWhatItDoesNotRead() {
        Map<String, String> messages =
                Map.of(
                        "complex.npz", "'<c8'",
                        "scalar.npz", "a scalar",
                        "uneven.npz", "different numbers of rows");
        messages.forEach(
                (file, message) ->
                        assertThatThrownBy(() -> NpzReader.open(FILES.resolve(file)))
                                .isInstanceOf(CalibrationException.class)
                                .hasMessageContaining(file)
                                .hasMessageContaining(message));
    }

    @Test
    void refusesOtherFiles() throws Exception {
        Path text = Files.writeString(folder.resolve("text.npz"), "not a zip file");
        assertThatThrownBy(() -> NpzReader.open(text))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("text.npz");
        assertThatThrownBy(() -> NpzReader.open(folder.resolve("none.npz")))
                .isInstanceOf(CalibrationException.class);
    }

    @Test
    void damageNeverEndsInAnythingButACalibrationException() throws Exception {
        Random random = new Random(4);
        for (String name :
                new String[] {"types.npz", "compressed.npz", "version3.npz", "orders.npz"}) {
            byte[] good = Files.readAllBytes(FILES.resolve(name));
            Path file = folder.resolve(name);
            for (int i = 0; i < 400; i++) {
                byte[] bad =
                        i % 4 == 0
                                ? java.util.Arrays.copyOf(good, random.nextInt(good.length))
                                : good.clone();
                if (i % 4 != 0) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Files.write(file, bad);
                try (NpzReader reader = NpzReader.open(file)) {
                    while (!reader.read(3).isEmpty()) {
                        assertThat(reader.rows()).isNotNegative();
                    }
                } catch (CalibrationException e) {
                    assertThat(e).hasMessageContaining(name);
                }
            }
        }
    }

    @Test
    void aFlippedBitOfAnElementIsNoticed() throws Exception {
        byte[] bytes = Files.readAllBytes(FILES.resolve("version3.npz"));
        // The last element's lowest byte: stored arrays end right before the central directory.
        int directory = bytes.length - 22 - 46 - "x.npy".length();
        bytes[directory - 4] ^= 1;
        Path file = Files.write(folder.resolve("flipped.npz"), bytes);
        try (NpzReader reader = NpzReader.open(file)) {
            reader.read(3);
            assertThatThrownBy(() -> reader.read(1))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void readsWhatTheWriterWrote() throws Exception {
        Map<String, Tensor> tensors = new TreeMap<>();
        tensors.put("x", Tensor.ofFloats(new float[] {1, -2, 3, 4, 5, 6}, 3, 2));
        tensors.put("ids", Tensor.ofLongs(new long[] {7, 8, 9}, 3));
        tensors.put("u", Tensor.ofInts(DataType.UINT8, new int[] {255, 0, 1}, 3, 1));
        Path file = folder.resolve("own.npz");
        NpzWriter.write(file, tensors);
        try (NpzReader reader = NpzReader.open(file)) {
            Map<String, Tensor> read = reader.read(3);
            assertThat(read.keySet()).isEqualTo(tensors.keySet());
            read.forEach(
                    (name, tensor) -> {
                        assertThat(tensor).hasToString(tensors.get(name).toString());
                        assertThat(tensor.bytes()).isEqualTo(tensors.get(name).bytes());
                    });
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        Tensor four = Tensor.ofInts(DataType.INT4, new int[] {1, 2}, 2);
        assertThatThrownBy(() -> NpzWriter.write(file, Map.of("x", four)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("array x");
    }
}
