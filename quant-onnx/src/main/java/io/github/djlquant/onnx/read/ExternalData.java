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
package io.github.djlquant.onnx.read;

import io.github.djlquant.graph.FileBytes;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.proto.StringStringEntryProto;
import io.github.djlquant.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds tensors that lie in files beside the model; small ones are mapped. A model is untrusted, so
 * a location must be a plain relative path to a regular file that lies, links resolved, in the
 * model's own folder.
 */
final class ExternalData {

    /** A buffer can't map more than 2 GB. */
    private static final int SEGMENT = 1 << 30;

    private final Path folder;
    private final Map<Path, List<ByteBuffer>> maps = new HashMap<>();
    private final Map<Path, FileBytes> opened = new HashMap<>();
    private final SortedSet<Path> files = new TreeSet<>();

    ExternalData(Path model) {
        Path parent = model.toAbsolutePath().normalize().getParent();
        this.folder = parent == null ? model.toAbsolutePath().getRoot() : parent;
    }

    TensorStorage read(TensorProto tensor, long bytes, Place at) {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        Path file = resolve(entries.get("location"), at);
        long offset = number(entries, "offset", 0, at);
        long length = number(entries, "length", bytes, at);
        if (length != bytes) {
            throw at.malformed(
                    "external data does not have the size that the shape needs",
                    bytes + " bytes",
                    length + " bytes");
        }
        try {
            long size = Files.size(file);
            if (offset > size - length) {
                throw at.malformed(
                        "external data reaches beyond the end of " + file,
                        "at most " + size + " bytes",
                        "offset " + offset + ", length " + length);
            }
            return map(file, size, offset, length);
        } catch (IOException e) {
            throw at.malformed("the external data " + file + " can't be read", "a file", e);
        }
    }

    /** The files read so far, links resolved. */
    SortedSet<Path> files() {
        return Collections.unmodifiableSortedSet(files);
    }

    private Path resolve(String location, Place at) {
        if (location == null || location.isEmpty()) {
            throw at.malformed("external data without a location");
        }
        String rule = "a path inside the model's folder";
        try {
            Path relative = Path.of(location);
            if (relative.isAbsolute()
                    || location.indexOf('\\') >= 0
                    || location.matches("(?s)^[A-Za-z]:.*")
                    || hasParent(relative)) {
                throw at.malformed("the location of external data is not allowed", rule, location);
            }
            Path file = folder.resolve(relative);
            if (!Files.isRegularFile(file)) {
                throw at.malformed("the file of its external data is missing", file, "no file");
            }
            Path real = file.toRealPath();
            if (!real.startsWith(folder.toRealPath())) {
                throw at.malformed("external data leaves the model's folder", rule, real);
            }
            files.add(real);
            return real;
        } catch (InvalidPathException | IOException e) {
            throw at.malformed("the location of external data can't be resolved", rule, location);
        }
    }

    private static boolean hasParent(Path relative) {
        for (Path part : relative) {
            if (part.toString().equals("..")) {
                return true;
            }
        }
        return false;
    }

    private static long number(Map<String, String> entries, String key, long absent, Place at) {
        String text = entries.get(key);
        if (text == null || text.isEmpty()) {
            return absent;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw at.malformed(
                    "the " + key + " of external data is no size", "1 to 18 digits", text);
        }
        return Long.parseLong(text);
    }

    /**
     * Shares one map per file between its tensors; one that crosses the border of two segments gets
     * a map of its own.
     */
    private TensorStorage map(Path file, long size, long offset, long length) throws IOException {
        if (length == 0) {
            return TensorStorage.of(ByteBuffer.allocate(0));
        }
        if (length >= TensorStorage.InFile.SMALLEST) {
            FileBytes bytes = opened.get(file);
            if (bytes == null) {
                bytes = FileBytes.open(file);
                opened.put(file, bytes);
            }
            return new TensorStorage.InFile(bytes, offset, length);
        }
        if (offset / SEGMENT != (offset + length - 1) / SEGMENT) {
            return TensorStorage.ofSegments(segments(file, offset, length), SEGMENT);
        }
        List<ByteBuffer> shared = maps.get(file);
        if (shared == null) {
            shared = segments(file, 0, size);
            maps.put(file, shared);
        }
        ByteBuffer segment = shared.get((int) (offset / SEGMENT));
        return TensorStorage.of(segment.slice((int) (offset % SEGMENT), (int) length));
    }

    private static List<ByteBuffer> segments(Path file, long offset, long length)
            throws IOException {
        List<ByteBuffer> segments = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long at = 0; at < length; at += SEGMENT) {
                segments.add(
                        channel.map(
                                FileChannel.MapMode.READ_ONLY,
                                offset + at,
                                Math.min(SEGMENT, length - at)));
            }
        }
        return segments;
    }
}
