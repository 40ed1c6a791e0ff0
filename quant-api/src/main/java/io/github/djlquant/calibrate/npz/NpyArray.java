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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** One array of an .npz file, read row by row. */
final class NpyArray {

    /** One batch of one array, and one row. */
    private static final long MOST_BATCH_BYTES = 1L << 30;

    private final NpyHeader header;
    private final NpyRows rows;

    /**
     * Opens an array.
     *
     * @param windowBytes the memory for rows that lie scattered over the file
     */
    NpyArray(ZipFile zip, ZipEntry entry, int windowBytes) throws IOException {
        NpyContent content = NpyContent.open(zip, entry);
        header = NpyHeader.read(content.stream());
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
        requireBounded(1);
        rows =
                header.firstAxisFastest() && header.rowBytes() > 0
                        ? new FortranRows(zip, entry, header, windowBytes)
                        : inOrder(content);
    }

    private NpyRows inOrder(NpyContent content) {
        return new NpyRows() {
            private long taken;

            @Override
            public void read(byte[] into, int count) throws IOException {
                content.read(into, 0, into.length);
                taken += count;
                if (taken == header.rows()) {
                    content.requireIntact();
                }
            }
        };
    }

    NpyHeader header() {
        return header;
    }

    /** Reads the next rows; there must be as many. */
    Tensor read(int count) throws IOException {
        byte[] bytes = new byte[requireBounded(count)];
        rows.read(bytes, count);
        if (header.bigEndian()) {
            reverse(bytes, (int) header.dataType().byteSize(1));
        }
        long[] sizes = header.sizes().clone();
        sizes[0] = count;
        return new Tensor(
                header.dataType(), Shape.of(sizes), TensorStorage.of(ByteBuffer.wrap(bytes)));
    }

    private int requireBounded(int count) throws NpyFormatException {
        long length = Math.multiplyExact(count, header.rowBytes());
        if (length > MOST_BATCH_BYTES) {
            throw new NpyFormatException(
                    count + (count == 1 ? " row has " : " rows at once have ") + length + " bytes");
        }
        return (int) length;
    }

    private static void reverse(byte[] bytes, int size) {
        for (int element = 0; element < bytes.length; element += size) {
            for (int i = 0; i < size / 2; i++) {
                byte kept = bytes[element + i];
                bytes[element + i] = bytes[element + size - 1 - i];
                bytes[element + size - 1 - i] = kept;
            }
        }
    }
}
