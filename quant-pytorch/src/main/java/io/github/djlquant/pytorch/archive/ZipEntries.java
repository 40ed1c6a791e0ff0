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

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.graph.TensorStorage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The entries of a zip archive, by their paths below the root folder. Stored entries stay mapped;
 * deflated ones are inflated, no further than the directory says and the budget allows.
 */
final class ZipEntries implements AutoCloseable {

    /** More entries than any model has; each costs some 500 bytes of heap. */
    private static final int MAX_ENTRIES = 1_000_000;

    private static final int WINDOW = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final MappedFile map;
    private final ZipFile zip;
    private final MemoryBudget budget;
    private final Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();
    private String root;

    private ZipEntries(Path file, FileChannel channel, MemoryBudget budget) throws IOException {
        this.file = file;
        this.channel = channel;
        this.budget = budget;
        this.map = new MappedFile(channel);
        this.zip =
                ZipFile.builder()
                        .setSeekableByteChannel(channel)
                        .setUseUnicodeExtraFields(false)
                        .get();
        index();
    }

    /** Opens an archive and checks its directory. */
    static ZipEntries open(Path file, MemoryBudget budget) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new ZipEntries(file, channel, budget);
        } catch (IllegalArgumentException e) {
            channel.close();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The name of the folder that holds everything. */
    String root() {
        return root == null || root.isEmpty() ? "" : root.substring(0, root.length() - 1);
    }

    boolean has(String path) {
        return entries.containsKey(path);
    }

    /** Paths of the entries below a folder, which are files. */
    List<String> below(String folder) {
        return entries.keySet().stream().filter(path -> path.startsWith(folder + "/")).toList();
    }

    /** The content of an entry. */
    EntryContent content(String path) {
        ZipArchiveEntry entry = entries.get(path);
        Place place = new Place(file, root + path, -1);
        if (entry == null) {
            throw place.malformed("the archive lacks an entry that it needs");
        }
        if (!zip.canReadEntryData(entry)
                || entry.getMethod() != ZipEntry.STORED && entry.getMethod() != ZipEntry.DEFLATED) {
            throw place.unsupported(
                    "the entry is encrypted or compressed in an unusual way",
                    "method " + entry.getMethod(),
                    "Pack the archive again, stored or deflated");
        }
        if (entry.getSize() < 0 || entry.getCompressedSize() < 0) {
            throw place.malformed("the entry has no size");
        }
        try {
            EntryContent content =
                    entry.getMethod() == ZipEntry.STORED
                            ? stored(entry, place)
                            : inflated(entry, place);
            verify(content, entry.getCrc());
            return content;
        } catch (IOException e) {
            throw new ModelFormatException(place.problem("the entry can't be read").actual(e), e);
        }
    }

    private EntryContent stored(ZipArchiveEntry entry, Place place) throws IOException {
        long size = entry.getSize();
        if (size != entry.getCompressedSize()) {
            throw place.malformed(
                    "a stored entry has two sizes",
                    entry.getCompressedSize() + " bytes",
                    size + " bytes");
        }
        long offset = entry.getDataOffset();
        if (offset < 0 || offset > map.size() - size) {
            throw place.malformed(
                    "the entry reaches beyond the end of the file",
                    "at most " + map.size() + " bytes",
                    "offset " + offset + ", length " + size);
        }
        return new EntryContent(
                size,
                (from, length) -> {
                    Objects.checkFromIndexSize(from, length, size);
                    return map.slice(offset + from, length);
                },
                place.atByte(offset));
    }

    private EntryContent inflated(ZipArchiveEntry entry, Place place) throws IOException {
        long size = entry.getSize();
        budget.take(size, "the inflated entry", place);
        if (size > Integer.MAX_VALUE - 8) {
            throw place.unsupported(
                    "a deflated entry is larger than 2 GB",
                    size + " bytes",
                    "Pack the archive again without compression");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) size);
            if (bytes.length < size || in.read() >= 0) {
                throw place.malformed(
                        "a deflated entry does not have the size that the directory tells",
                        size + " bytes",
                        bytes.length < size ? bytes.length + " bytes" : "more");
            }
            return EntryContent.of(bytes, place);
        }
    }

    private static void verify(EntryContent content, long expected) {
        CRC32 sum = new CRC32();
        TensorStorage bytes = content.slice(0, content.size());
        for (long at = 0; at < bytes.byteSize(); at += WINDOW) {
            sum.update(bytes.window(at, (int) Math.min(WINDOW, bytes.byteSize() - at)));
        }
        if (sum.getValue() != expected) {
            throw content.place()
                    .malformed(
                            "the entry is damaged: its check sum differs",
                            Long.toHexString(expected),
                            Long.toHexString(sum.getValue()));
        }
    }

    private void index() {
        Place place = new Place(file);
        long packed = 0;
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            String name = entry.getName();
            requireInside(name);
            packed += Math.max(entry.getCompressedSize(), 0);
            if (packed < 0 || packed > map.size()) {
                throw place.malformed(
                        "the entries are larger than the file, so they overlap",
                        "at most " + map.size() + " bytes",
                        packed + " bytes up to " + name);
            }
            if (root == null) {
                // As libtorch finds it; other kinds of archives have no such folder.
                root = name.substring(0, name.indexOf('/') + 1);
            }
            if (!name.startsWith(root) || name.endsWith("/")) {
                continue;
            }
            if (entries.put(name.substring(root.length()), entry) != null) {
                throw new Place(file, name, -1).malformed("the archive holds two such entries");
            }
            if (entries.size() > MAX_ENTRIES) {
                throw place.malformed(
                        "the archive has too many entries", "at most " + MAX_ENTRIES, "more");
            }
        }
    }

    /** Nothing is unpacked, but a path that leaves the archive has no good purpose. */
    private void requireInside(String name) {
        boolean inside = !name.startsWith("/") && name.indexOf('\\') < 0 && name.indexOf(0) < 0;
        for (String part : name.split("/", -1)) {
            inside &= !part.equals("..");
        }
        if (!inside) {
            throw new Place(file)
                    .malformed("an entry's path is not allowed", "a path inside the archive", name);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            zip.close();
        }
    }
}
