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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** A zip file entry by entry, legal or not; begins as the smallest module. */
final class ZipMaker {

    private record Part(String name, byte[] content, int method) {}

    private final List<Part> parts = new ArrayList<>();

    ZipMaker() {
        PickleOutput data = start();
        data.global("__torch__", "Q");
        data.opcode(Opcode.EMPTY_TUPLE).opcode(Opcode.NEWOBJ);
        data.opcode(Opcode.EMPTY_DICT).opcode(Opcode.BUILD).opcode(Opcode.STOP);
        put("m/data.pkl", data.toBytes());
        put("m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
        put("m/code/__torch__.py", "class Q(Module):\n  pass\n");
        put("m/version", "3\n");
    }

    /** The entries of a file. */
    static ZipMaker of(Path file) throws IOException {
        ZipMaker maker = new ZipMaker();
        maker.parts.clear();
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                maker.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return maker;
    }

    /** A pickle's beginning. */
    static PickleOutput start() {
        return new PickleOutput().opcode(Opcode.PROTO).unsignedByte(2);
    }

    ZipMaker put(String name, byte[] content) {
        return put(name, content, ZipEntry.STORED);
    }

    ZipMaker put(String name, String content) {
        return put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces an entry in its place, or adds it. */
    ZipMaker put(String name, byte[] content, int method) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).name().equals(name)) {
                parts.set(i, new Part(name, content, method));
                return this;
            }
        }
        return twice(name, content, method);
    }

    /** Adds an entry even if there is one of this name. */
    ZipMaker twice(String name, byte[] content, int method) {
        parts.add(new Part(name, content, method));
        return this;
    }

    ZipMaker remove(String name) {
        parts.removeIf(part -> part.name().equals(name));
        return this;
    }

    ZipMaker deflateAll() {
        parts.replaceAll(part -> new Part(part.name(), part.content(), ZipEntry.DEFLATED));
        return this;
    }

    List<String> names() {
        return parts.stream().map(Part::name).toList();
    }

    byte[] content(String name) {
        return parts.stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow()
                .content();
    }

    Path write(Path file) throws IOException {
        // What is mapped must not change, so every archive is a new file.
        Files.deleteIfExists(file);
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(Files.newOutputStream(file))) {
            for (Part part : parts) {
                ZipArchiveEntry entry = new ZipArchiveEntry(part.name());
                entry.setMethod(part.method());
                if (part.method() == ZipEntry.STORED) {
                    CRC32 sum = new CRC32();
                    sum.update(part.content());
                    entry.setCrc(sum.getValue());
                    entry.setSize(part.content().length);
                }
                zip.putArchiveEntry(entry);
                zip.write(part.content());
                zip.closeArchiveEntry();
            }
        }
        return file;
    }
}
