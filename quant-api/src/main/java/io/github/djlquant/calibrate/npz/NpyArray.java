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

import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;

/** One array of an .npz file, read row by row. */
final class NpyArray {

    /** One batch of one array. */
    private static final long MOST_BATCH_BYTES = 1L << 30;

    private final ZipEntry entry;
    private final CheckedInputStream stream;
    private final NpyHeader header;
    private long taken;

    NpyArray(ZipEntry entry, InputStream content) throws IOException {
        this.entry = entry;
        this.stream =
                new CheckedInputStream(new BufferedInputStream(content, 1 << 16), new CRC32());
        this.header = NpyHeader.read(stream);
        if (header.rows() < 0) {
            throw new NpyFormatException("a scalar; the first axis must count rows");
        }
        long expected = Math.addExact(header.bytes(), header.rows() * header.rowBytes());
        if (entry.getSize() >= 0 && entry.getSize() != expected) {
            throw new NpyFormatException(
                    header
                            + " needs "
                            + expected
                            + " bytes with its header but there are "
                            + entry.getSize());
        }
    }

    NpyHeader header() {
        return header;
    }

    /** Reads the next rows; there must be as many. */
    Tensor read(int rows) throws IOException {
        long length = Math.multiplyExact(rows, header.rowBytes());
        if (length > MOST_BATCH_BYTES) {
            throw new NpyFormatException(rows + " rows at once have " + length + " bytes");
        }
        byte[] bytes = stream.readNBytes((int) length);
        if (bytes.length < length) {
            throw new EOFException(
                    length + " bytes were expected but only " + bytes.length + " remain");
        }
        taken += rows;
        if (taken == header.rows() && stream.getChecksum().getValue() != entry.getCrc()) {
            throw new NpyFormatException("the content does not have the checksum that it should");
        }
        long[] sizes = header.sizes().clone();
        sizes[0] = rows;
        return new Tensor(
                header.dataType(), Shape.of(sizes), TensorStorage.of(ByteBuffer.wrap(bytes)));
    }
}
