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

import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Rows of an array in Fortran order. There the first axis runs fastest, so that a row lies
 * scattered over the whole file:
 *
 * <pre>
 *   [[a b c]   file order:  a d  b e  c f      rows that are handed out:  a b c, d e f
 *    [d e f]]
 * </pre>
 *
 * <p>One pass over the array gathers as many rows as fit the memory, the next pass those behind
 * them. A small array takes one pass, and none takes more memory than the window.
 */
final class FortranRows implements NpyRows {

    /** Beyond these a user waits for the reading longer than for everything else. */
    private static final long MOST_PASSES = 64;

    private final ZipFile zip;
    private final ZipEntry entry;
    private final NpyHeader header;
    private final int windowRows;
    private byte[] window = new byte[0];
    private long firstRow;
    private long next;

    /**
     * Prepares.
     *
     * @param windowBytes the memory for rows; a single larger row is held nevertheless
     */
    FortranRows(ZipFile zip, ZipEntry entry, NpyHeader header, int windowBytes)
            throws NpyFormatException {
        this.zip = zip;
        this.entry = entry;
        this.header = header;
        this.windowRows =
                (int) Math.max(1, Math.min(header.rows(), windowBytes / header.rowBytes()));
        if (header.rows() / windowRows >= MOST_PASSES) {
            throw new NpyFormatException(
                    header
                            + " in Fortran order, too large to be put in order; save"
                            + " numpy.ascontiguousarray(..) instead");
        }
    }

    @Override
    public void read(byte[] into, int rows) throws IOException {
        int rowBytes = Math.toIntExact(header.rowBytes());
        for (int row = 0; row < rows; row++, next++) {
            if (next >= firstRow + window.length / rowBytes) {
                gather(rowBytes);
            }
            int at = (int) (next - firstRow) * rowBytes;
            System.arraycopy(window, at, into, row * rowBytes, rowBytes);
        }
    }

    /** Fills the window with the rows from the next one on. */
    private void gather(int rowBytes) throws IOException {
        firstRow = next;
        int rows = (int) Math.min(windowRows, header.rows() - next);
        if (window.length != rows * rowBytes) {
            window = new byte[rows * rowBytes];
        }
        int size = (int) header.dataType().byteSize(1);
        byte[] column = new byte[rows * size];
        NpyContent content = NpyContent.open(zip, entry);
        content.skip(header.bytes());
        int[] index = new int[header.sizes().length];
        for (long i = 0; i < header.rowElements(); i++) {
            content.skip(firstRow * size);
            content.read(column, 0, column.length);
            content.skip((header.rows() - firstRow - rows) * size);
            int place = place(index) * size;
            for (int row = 0; row < rows; row++) {
                System.arraycopy(column, row * size, window, row * rowBytes + place, size);
            }
            advance(index);
        }
        content.requireIntact();
    }

    /** Where an element of a row stands if the last axis runs fastest. */
    private int place(int[] index) {
        int place = 0;
        for (int axis = 1; axis < index.length; axis++) {
            place = (int) (place * header.sizes()[axis] + index[axis]);
        }
        return place;
    }

    /** The next element of a row if the second axis runs fastest. */
    private void advance(int[] index) {
        for (int axis = 1; axis < index.length; axis++) {
            if (++index[axis] < header.sizes()[axis]) {
                return;
            }
            index[axis] = 0;
        }
    }
}
