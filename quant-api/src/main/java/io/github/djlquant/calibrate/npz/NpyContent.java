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

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The bytes of one array in an archive from its start on; a damaged end is noticed there. */
final class NpyContent {

    private static final int BUFFER = 1 << 16;

    private final ZipEntry entry;
    private final CheckedInputStream stream;

    private NpyContent(ZipEntry entry, InputStream content) {
        this.entry = entry;
        this.stream = new CheckedInputStream(new BufferedInputStream(content, BUFFER), new CRC32());
    }

    static NpyContent open(ZipFile zip, ZipEntry entry) throws IOException {
        return new NpyContent(entry, zip.getInputStream(entry));
    }

    InputStream stream() {
        return stream;
    }

    void read(byte[] into, int from, int length) throws IOException {
        int read = stream.readNBytes(into, from, length);
        if (read < length) {
            throw new EOFException(length + " bytes were expected but only " + read + " remain");
        }
    }

    void skip(long length) throws IOException {
        stream.skipNBytes(length);
    }

    /** To be called behind the last byte. */
    void requireIntact() throws IOException {
        if (stream.getChecksum().getValue() != entry.getCrc()) {
            throw new NpyFormatException("the content does not have the checksum that it should");
        }
    }
}
