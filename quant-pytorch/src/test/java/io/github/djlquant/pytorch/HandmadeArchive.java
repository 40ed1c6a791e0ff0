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
package io.github.djlquant.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives of a module without parameters, byte by byte and without the code under test. */
final class HandmadeArchive {

    private HandmadeArchive() {}

    /**
     * Writes an archive.
     *
     * @param file the file
     * @param forward the method's text, indented by two spaces; the class is {@code __torch__.M}
     */
    static Path write(Path file, String forward) throws IOException {
        return write(file, forward, Map.of());
    }

    static Path write(Path file, String forward, Map<String, String> extra) throws IOException {
        String code =
                "class M(Module):\n"
                        + "  __parameters__ = []\n"
                        + "  __buffers__ = []\n"
                        + "  training : bool\n"
                        + forward;
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("m/data.pkl", object());
        entries.put("m/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
        entries.put("m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
        entries.put("m/version", "10\n".getBytes(StandardCharsets.UTF_8));
        extra.forEach(
                (name, text) ->
                        entries.put("m/extra/" + name, text.getBytes(StandardCharsets.UTF_8)));
        try (OutputStream stream = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(stream)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(stored(entry.getKey(), entry.getValue()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    /** {@code __torch__.M()} with {@code training = False}. */
    private static byte[] object() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x80, 2});
        bytes.writeBytes("c__torch__\nM\n".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(new byte[] {')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
        bytes.writeBytes("training".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(new byte[] {(byte) 0x89, 'u', 'b', '.'});
        return bytes.toByteArray();
    }

    private static ZipEntry stored(String name, byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        entry.setTime(1_000_000_000_000L);
        return entry;
    }
}
