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
package io.github.djlquant.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Where the elements of a {@link Tensor} lie: little-endian bytes on the heap, in a mapped file or
 * in one that is read piece by piece, addressed with long.
 */
public sealed interface TensorStorage {

    /**
     * Returns the number of bytes.
     *
     * @return bytes
     */
    long byteSize();

    /**
     * Returns a read-only little-endian window. The window shares the memory; it is copied only
     * where it crosses the border of two segments, or lies in a file that is not mapped.
     *
     * @param offset bytes from the start
     * @param length bytes
     * @return a buffer at position 0 with {@code length} bytes remaining
     * @throws IndexOutOfBoundsException if the window leaves the storage
     */
    ByteBuffer window(long offset, int length);

    /**
     * Makes a storage of one buffer, which must not be changed afterwards.
     *
     * @param bytes the elements from position to limit
     * @return the storage, sharing the buffer's memory
     */
    static TensorStorage of(ByteBuffer bytes) {
        return new Segments(List.of(bytes.slice().asReadOnlyBuffer()), bytes.remaining());
    }

    /**
     * Makes a storage of consecutive segments, for what is larger than one buffer can be.
     *
     * @param segments buffers; all but the last hold {@code segmentSize} bytes
     * @param segmentSize bytes of a full segment
     * @return the storage, sharing the buffers' memory
     */
    static TensorStorage ofSegments(List<ByteBuffer> segments, int segmentSize) {
        return new Segments(
                segments.stream().map(s -> s.slice().asReadOnlyBuffer()).toList(), segmentSize);
    }

    /**
     * Buffers in a row.
     *
     * @param segments read-only buffers at position 0
     * @param segmentSize bytes of every segment but the last
     */
    record Segments(List<ByteBuffer> segments, int segmentSize) implements TensorStorage {
        /** Copies the list. */
        public Segments {
            segments = List.copyOf(segments);
            for (int i = 0; i < segments.size(); i++) {
                int size = segments.get(i).remaining();
                boolean last = i == segments.size() - 1;
                if (last ? size > segmentSize : size != segmentSize) {
                    throw new IllegalArgumentException(
                            "segment " + i + " has " + size + " bytes, not " + segmentSize);
                }
            }
        }

        @Override
        public long byteSize() {
            return segments.isEmpty()
                    ? 0
                    : (segments.size() - 1L) * segmentSize
                            + segments.get(segments.size() - 1).remaining();
        }

        @Override
        public ByteBuffer window(long offset, int length) {
            java.util.Objects.checkFromIndexSize(offset, length, byteSize());
            if (length == 0) {
                return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
            }
            int first = (int) (offset / segmentSize);
            int start = (int) (offset % segmentSize);
            ByteBuffer segment = segments.get(first);
            if (start + (long) length <= segment.remaining()) {
                return segment.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
            }
            ByteBuffer joined = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = first; joined.hasRemaining(); i++) {
                int from = i == first ? start : 0;
                ByteBuffer part = segments.get(i);
                joined.put(part.slice(from, Math.min(part.remaining() - from, joined.remaining())));
            }
            return joined.flip().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /**
     * Bytes that every window reads anew from a file, for weights that would fill the memory.
     *
     * @param file the file
     * @param offset where they start
     * @param byteSize how many there are
     */
    record InFile(FileBytes file, long offset, long byteSize) implements TensorStorage {

        /** Fewer bytes are not worth a read for each look. */
        public static final int SMALLEST = 1 << 18;

        @Override
        public ByteBuffer window(long from, int length) {
            java.util.Objects.checkFromIndexSize(from, length, byteSize);
            return ByteBuffer.wrap(file.read(offset + from, length))
                    .asReadOnlyBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /**
     * Floats that are multiplied whenever they are read: a second copy of a weight would only fill
     * the memory.
     *
     * @param floats little-endian floats
     * @param factors element i is multiplied by number (i / run) modulo their count
     * @param run how many elements in a row have one factor
     */
    record Multiplied(TensorStorage floats, float[] factors, long run) implements TensorStorage {

        /** Requires whole floats, a factor and a run. */
        public Multiplied {
            if (floats.byteSize() % Float.BYTES != 0 || factors.length == 0 || run < 1) {
                throw new IllegalArgumentException(
                        floats.byteSize()
                                + " bytes with "
                                + factors.length
                                + " factors for "
                                + run
                                + " elements each");
            }
        }

        @Override
        public long byteSize() {
            return floats.byteSize();
        }

        @Override
        public ByteBuffer window(long offset, int length) {
            java.util.Objects.checkFromIndexSize(offset, length, byteSize());
            long first = offset / Float.BYTES;
            int before = (int) (offset % Float.BYTES);
            int count = Math.toIntExact((before + (long) length + Float.BYTES - 1) / Float.BYTES);
            ByteBuffer from = floats.window(first * Float.BYTES, count * Float.BYTES);
            float[] made = new float[count];
            from.asFloatBuffer().get(made);
            multiply(made, first);
            ByteBuffer bytes =
                    ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(made);
            return bytes.slice(before, length).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        /** In an array and without a division per element: this reads every weight of a model. */
        private void multiply(float[] elements, long first) {
            int factor = (int) (first / run % factors.length);
            long left = run - first % run;
            for (int i = 0; i < elements.length; ) {
                int end = (int) Math.min(elements.length, i + left);
                float by = factors[factor];
                for (; i < end; i++) {
                    elements[i] *= by;
                }
                left = run;
                factor = factor + 1 == factors.length ? 0 : factor + 1;
            }
        }
    }

    /**
     * Text elements, which have no fixed size.
     *
     * @param elements the elements' bytes in row-major order
     */
    record Strings(List<Bytes> elements) implements TensorStorage {
        /** Copies the list. */
        public Strings {
            elements = List.copyOf(elements);
        }

        @Override
        public long byteSize() {
            return elements.stream().mapToLong(Bytes::size).sum();
        }

        @Override
        public ByteBuffer window(long offset, int length) {
            throw new IllegalStateException("a string tensor has no fixed-size elements");
        }
    }
}
