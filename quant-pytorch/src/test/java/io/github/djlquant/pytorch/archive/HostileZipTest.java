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

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zip files that are damaged, hostile or something else are refused in words that help. */
class HostileZipTest {

    private static final int CENTRAL = 0x02014b50;

    @TempDir Path folder;

    @Test
    void deflatedArchivesAreRead() throws Exception {
        Path deflated =
                ZipMaker.of(TestArchives.file("values.pt"))
                        .deflateAll()
                        .write(folder.resolve("deflated.pt"));
        assertThat(Contents.of(ArchiveReader.read(deflated)))
                .isEqualTo(Contents.of(ArchiveReader.read(TestArchives.file("values.pt"))));
    }

    @Test
    void zipBombs() throws Exception {
        byte[] zeros = new byte[64 << 20];
        Path storage = bomb("m/data/0", zeros);
        // Nothing names the storage, so nothing inflates it.
        assertThat(ArchiveReader.read(storage, new MemoryBudget(1 << 20)).data()).isNotNull();
        for (String entry :
                List.of("m/data.pkl", "m/code/large.py", "m/extra/large", "m/version")) {
            Path file = bomb(entry, zeros);
            assertThat(Files.size(file)).isLessThan(1 << 20);
            assertThatThrownBy(() -> ArchiveReader.read(file, new MemoryBudget(1 << 20)))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("entry " + entry)
                    .hasMessageContaining("does not fit the memory");
        }
    }

    @Test
    void aBombThatLiesAboutItsSize() throws Exception {
        Path file = bomb("m/data.pkl", new byte[1 << 20]);
        patchCentral(file, "m/data.pkl", 24, 100);
        refused(file, ModelFormatException.class, "does not have the size");
        patchCentral(file, "m/data.pkl", 24, (1 << 20) + 1);
        refused(file, ModelFormatException.class, "m/data.pkl");
    }

    @Test
    void overlappingEntries() throws Exception {
        ZipMaker maker = new ZipMaker();
        for (int i = 0; i < 10; i++) {
            maker.put("m/data/" + i, new byte[1000]);
        }
        Path file = maker.write(file());
        for (int i = 0; i < 10; i++) {
            patchCentral(file, "m/data/" + i, 20, 9000 - 1000 * i);
            patchCentral(file, "m/data/" + i, 24, 9000 - 1000 * i);
        }
        refused(file, ModelFormatException.class, "they overlap");
    }

    @Test
    void entriesThatLeaveTheFile() throws Exception {
        Path file = new ZipMaker().put("m/data/0", new byte[100]).write(file());
        patchCentral(file, "m/version", 20, 500);
        patchCentral(file, "m/version", 24, 500);
        refused(file, ModelFormatException.class, "");
        Path two = new ZipMaker().write(file());
        patchCentral(two, "m/version", 24, 1);
        refused(two, ModelFormatException.class, "two sizes");
    }

    @Test
    void damage() throws Exception {
        Path file = new ZipMaker().write(file());
        patchCentral(file, "m/data.pkl", 16, 0x12345678);
        refused(file, ModelFormatException.class, "check sum differs");
    }

    @Test
    void encryptionAndOtherMethods() throws Exception {
        Path file = new ZipMaker().write(file());
        patchCentralShort(file, "m/version", 8, 1);
        refused(file, UnsupportedModelException.class, "encrypted");
        Path bzip2 = new ZipMaker().write(file());
        patchCentralShort(bzip2, "m/version", 10, 12);
        refused(bzip2, UnsupportedModelException.class, "method 12");
    }

    @Test
    void duplicates() throws Exception {
        Path file =
                new ZipMaker().twice("m/data.pkl", new byte[] {1}, ZipEntry.STORED).write(file());
        refused(file, ModelFormatException.class, "two such entries");
    }

    @ParameterizedTest
    @ValueSource(strings = {"m/data.pkl", "m/constants.pkl", "m/version"})
    void missingEntries(String name) throws Exception {
        Path file = new ZipMaker().remove(name).write(file());
        refused(file, QuantizationException.class, "hostile.pt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "m/../../evil",
                "/etc/evil",
                "m/extra/../../evil",
                "..\\evil",
                "m/.."
            })
    void pathsThatLeaveTheArchive(String name) throws Exception {
        Path file = new ZipMaker().put(name, new byte[1]).write(file());
        refused(file, ModelFormatException.class, "path is not allowed");
    }

    @Test
    void versions() throws Exception {
        for (String text : List.of("", "0", "-1", "x", "3.5", "99999999999999999999")) {
            Path file = new ZipMaker().put("m/version", text).write(file());
            refused(file, ModelFormatException.class, "the format version is no number");
        }
        Path newer = new ZipMaker().put("m/.data/version", "11\n").write(file());
        refused(newer, UnsupportedModelException.class, "newer format");
        Path other = new ZipMaker().put("m/byteorder", "big").write(file());
        refused(other, UnsupportedModelException.class, "byte order");
        Path binary = new ZipMaker().put("m/version", new byte[] {(byte) 0xff}).write(file());
        refused(binary, ModelFormatException.class, "not text");
    }

    @Test
    void foreignFoldersAreNoPartOfTheArchive() throws Exception {
        Path file = new ZipMaker().put("__MACOSX/m/data.pkl", new byte[] {1}).write(file());
        assertThat(ArchiveReader.read(file).name()).isEqualTo("m");
    }

    @Test
    void truncations() throws Exception {
        byte[] whole = Files.readAllBytes(TestArchives.file("traced.pt"));
        for (int length = 0; length < whole.length; length += 97) {
            Path file = fresh();
            Files.write(file, Arrays.copyOf(whole, length));
            refused(file, ModelFormatException.class, "");
        }
    }

    @Test
    void checkpoints() {
        for (String name : List.of("checkpoint.pth", "old_checkpoint.pth")) {
            assertThatThrownBy(() -> ArchiveReader.read(TestArchives.file(name)))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining("checkpoint of torch.save")
                    .hasMessageContaining("load_state_dict")
                    .hasMessageContaining("torch.jit.trace");
        }
        assertThatThrownBy(() -> ArchiveReader.read(TestArchives.file("exported.pt2")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("torch.export");
    }

    @Test
    void otherFiles() throws Exception {
        refused(text(""), ModelFormatException.class, "empty");
        refused(text("<!DOCTYPE html>"), ModelFormatException.class, "web page");
        refused(text("version https://git-lfs.github.com"), ModelFormatException.class, "LFS");
        refused(text("anything else"), ModelFormatException.class, "not a TorchScript archive");
        refused(text("PK\u0003\u0004 and no zip"), ModelFormatException.class, "");
        refused(folder, ModelFormatException.class, "not a regular file");
        refused(folder.resolve("none.pt"), ModelFormatException.class, "no such model file");
        Path old = new ZipMaker().remove("m/data.pkl").put("m/model.json", "{}").write(file());
        refused(old, UnsupportedModelException.class, "PyTorch 1.0 to 1.2");
        Path zip = new ZipMaker().remove("m/data.pkl").write(file());
        refused(zip, ModelFormatException.class, "not a TorchScript archive");
    }

    private Path text(String content) throws Exception {
        Path file = fresh();
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
        return file;
    }

    private static void refused(
            Path file, Class<? extends QuantizationException> type, String message) {
        assertThatThrownBy(() -> ArchiveReader.read(file))
                .isInstanceOf(type)
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContaining(message);
    }

    private Path bomb(String entry, byte[] zeros) throws Exception {
        return new ZipMaker().put(entry, zeros, ZipEntry.DEFLATED).write(file());
    }

    private Path file() {
        return folder.resolve("hostile.pt");
    }

    private Path fresh() throws Exception {
        Files.deleteIfExists(file());
        return file();
    }

    private static void patchCentral(Path file, String name, int at, int value) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(central(bytes, name) + at, value);
        Files.delete(file);
        Files.write(file, bytes);
    }

    private static void patchCentralShort(Path file, String name, int at, int value)
            throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(central(bytes, name) + at, (short) value);
        Files.delete(file);
        Files.write(file, bytes);
    }

    /** Where the directory's record of an entry begins. */
    private static int central(byte[] bytes, String name) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i + 46 + wanted.length <= bytes.length; i++) {
            if (buffer.getInt(i) == CENTRAL
                    && buffer.getShort(i + 28) == wanted.length
                    && Arrays.equals(
                            bytes, i + 46, i + 46 + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("no entry " + name);
    }
}
