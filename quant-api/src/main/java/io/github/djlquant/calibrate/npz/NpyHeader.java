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

import io.github.djlquant.graph.DataType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands before the elements of an array in NumPy's .npy format, versions 1 to 3: the element
 * type, the order and the shape ("A simple file format for NumPy arrays", NEP 1).
 *
 * @param dataType the element type
 * @param bigEndian true if the bytes of an element come with the highest first
 * @param firstAxisFastest true for Fortran order, in which elements of neighbouring rows lie side
 *     by side
 * @param sizes the shape
 * @param bytes the length of the header itself
 */
record NpyHeader(
        DataType dataType, boolean bigEndian, boolean firstAxisFastest, long[] sizes, int bytes) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /** NumPy itself refuses headers beyond 10,000 bytes unless told to trust the file. */
    private static final int MOST_BYTES = 1 << 16;

    private static final int MOST_AXES = 32;

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9L,\\s]*)\\)");

    /** Reads a header and leaves the stream at the first element. */
    static NpyHeader read(InputStream stream) throws IOException {
        byte[] start = exactly(stream, 8);
        if (!Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
            throw new NpyFormatException("no .npy array: it does not start as one");
        }
        int version = start[6];
        if (version < 1 || version > 3) {
            throw new NpyFormatException(
                    "a .npy array of version " + version + ", known are 1 to 3");
        }
        ByteBuffer length =
                ByteBuffer.wrap(exactly(stream, version == 1 ? 2 : 4))
                        .order(ByteOrder.LITTLE_ENDIAN);
        long size = version == 1 ? length.getShort() & 0xffff : length.getInt() & 0xffffffffL;
        if (size > MOST_BYTES) {
            throw new NpyFormatException("a header of " + size + " bytes");
        }
        String text = new String(exactly(stream, (int) size), StandardCharsets.UTF_8);
        String descr = match(DESCR, text, "descr");
        return new NpyHeader(
                type(descr),
                descr.startsWith(">"),
                match(FORTRAN, text, "fortran_order").equals("True"),
                sizes(match(SHAPE, text, "shape")),
                8 + length.capacity() + (int) size);
    }

    private static byte[] exactly(InputStream stream, int length) throws IOException {
        byte[] bytes = stream.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException(
                    "the header declares "
                            + length
                            + " bytes but only "
                            + bytes.length
                            + " remain");
        }
        return bytes;
    }

    private static String match(Pattern pattern, String text, String key)
            throws NpyFormatException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new NpyFormatException("a header without a plain '" + key + "': " + text.strip());
        }
        return matcher.group(1);
    }

    private static DataType type(String descr) throws NpyFormatException {
        String littleEndian = descr.startsWith(">") ? "<" + descr.substring(1) : descr;
        for (DataType type : DataType.values()) {
            if (littleEndian.equals(descr(type))) {
                return type;
            }
        }
        throw new NpyFormatException(
                "elements of type '"
                        + descr
                        + "'; read are f2, f4, f8, i1, i2, i4, i8, u1, u2, u4 and b1");
    }

    /** NumPy's name of an element type; null if it has none. */
    static String descr(DataType type) {
        return switch (type) {
            case FLOAT -> "<f4";
            case DOUBLE -> "<f8";
            case FLOAT16 -> "<f2";
            case INT64 -> "<i8";
            case INT32 -> "<i4";
            case INT16 -> "<i2";
            case UINT16 -> "<u2";
            case UINT32 -> "<u4";
            case INT8 -> "|i1";
            case UINT8 -> "|u1";
            case BOOL -> "|b1";
            default -> null;
        };
    }

    private static long[] sizes(String text) throws NpyFormatException {
        String[] parts =
                Arrays.stream(text.split(","))
                        .map(part -> part.replace("L", "").strip())
                        .filter(part -> !part.isEmpty())
                        .toArray(String[]::new);
        if (parts.length > MOST_AXES) {
            throw new NpyFormatException("an array with " + parts.length + " axes");
        }
        long[] sizes = new long[parts.length];
        long elements = 1;
        try {
            for (int i = 0; i < parts.length; i++) {
                sizes[i] = Long.parseLong(parts[i]);
                elements = Math.multiplyExact(elements, Math.max(1, sizes[i]));
            }
            Math.multiplyExact(elements, 8);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new NpyFormatException("an array of the shape (" + text.strip() + ")", e);
        }
        return sizes;
    }

    /** Writes a header of version 1. */
    static byte[] write(DataType type, long[] sizes) {
        String shape =
                Arrays.stream(sizes).mapToObj(Long::toString).collect(Collectors.joining(", "))
                        + (sizes.length == 1 ? "," : "");
        String text =
                "{'descr': '"
                        + descr(type)
                        + "', 'fortran_order': False, 'shape': ("
                        + shape
                        + "), }";
        // The elements start at a multiple of 64; the text ends in a line break.
        int padding = Math.floorMod(-(10 + text.length() + 1), 64);
        byte[] content = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    /** The number of rows; -1 for a scalar, which has none. */
    long rows() {
        return sizes.length == 0 ? -1 : sizes[0];
    }

    /** The bytes of one row. */
    long rowBytes() {
        return dataType.byteSize(rowElements());
    }

    /** Elements of one row. */
    long rowElements() {
        long elements = 1;
        for (int i = 1; i < sizes.length; i++) {
            elements *= sizes[i];
        }
        return elements;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NpyHeader that
                && dataType == that.dataType
                && bigEndian == that.bigEndian
                && firstAxisFastest == that.firstAxisFastest
                && Arrays.equals(sizes, that.sizes)
                && bytes == that.bytes;
    }

    @Override
    public int hashCode() {
        return 31 * dataType.hashCode() + Arrays.hashCode(sizes);
    }

    @Override
    public String toString() {
        return dataType + Arrays.toString(sizes);
    }
}
