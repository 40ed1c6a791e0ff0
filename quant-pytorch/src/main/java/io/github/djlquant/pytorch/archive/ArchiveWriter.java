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

import io.github.djlquant.OutputException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.TensorStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Writes TorchScript archives. Weights stream from where they lie to the file; the same archive
 * gives the same bytes. Writing is plain: a caller that replaces a user's file writes beside it,
 * verifies and moves.
 */
public final class ArchiveWriter {

    /** Storages begin at such offsets, so that whoever maps the file can read them in place. */
    private static final int ALIGNMENT = 64;

    private static final int WINDOW = 1 << 20;

    /** Zip files keep local times; the first month of their calendar makes some tools stumble. */
    private static final LocalDateTime DATE = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final ZipArchiveOutputStream zip;
    private final String root;
    private final byte[] window = new byte[WINDOW];

    private ArchiveWriter(ZipArchiveOutputStream zip, String root) {
        this.zip = zip;
        this.root = root;
    }

    /**
     * Writes an archive.
     *
     * @param archive the archive
     * @param file the file; replaced, which does not disturb archives that were read from it
     * @throws io.github.djlquant.UnsupportedModelException if a tensor has a type that TorchScript
     *     does not know
     * @throws QuantizationException if writing fails
     */
    public static void write(TorchArchive archive, Path file) {
        StorageSink data = new StorageSink();
        byte[] dataPickle = Pickler.write(archive.data(), data);
        StorageSink constants = new StorageSink();
        byte[] constantsPickle = Pickler.write(archive.constants(), constants);
        try {
            // What was mapped from the old file stays: it is another file from now on.
            Files.deleteIfExists(file);
            try (ZipArchiveOutputStream zip =
                    new ZipArchiveOutputStream(
                            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ArchiveWriter writer = new ArchiveWriter(zip, archive.name());
                writer.bytes("data.pkl", dataPickle);
                for (Map.Entry<String, String> source : archive.code().entrySet()) {
                    writer.text("code/" + source.getKey(), source.getValue());
                }
                writer.storages("data", data);
                writer.storages("constants", constants);
                writer.bytes("constants.pkl", constantsPickle);
                for (Map.Entry<String, Bytes> extra : archive.extra().entrySet()) {
                    writer.bytes("extra/" + extra.getKey(), extra.getValue().toArray());
                }
                writer.text("version", archive.version() + "\n");
                writer.text("byteorder", "little");
            }
        } catch (IOException e) {
            throw OutputException.of(
                    Problem.of("the archive can't be written").in(file).actual(e), e);
        }
    }

    private void storages(String section, StorageSink storages) throws IOException {
        for (int i = 0; i < storages.tensors().size(); i++) {
            put(section + "/" + i, storages.tensors().get(i).storage());
        }
    }

    private void text(String path, String content) throws IOException {
        bytes(path, content.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(String path, byte[] content) throws IOException {
        put(path, TensorStorage.of(ByteBuffer.wrap(content)));
    }

    private void put(String path, TensorStorage content) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(root + "/" + path);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.byteSize());
        entry.setTime(DATE.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli());
        entry.setAlignment(ALIGNMENT);
        zip.putArchiveEntry(entry);
        for (long at = 0; at < content.byteSize(); at += WINDOW) {
            int length = (int) Math.min(WINDOW, content.byteSize() - at);
            content.window(at, length).get(window, 0, length);
            zip.write(window, 0, length);
        }
        zip.closeArchiveEntry();
    }
}
