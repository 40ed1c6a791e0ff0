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
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A constant array: element type, static shape and little-endian row-major elements. Shared by
 * reference; its memory never changes.
 */
public final class Tensor {

    /** Elements are read in windows of at most this many bytes. */
    private static final int WINDOW = 1 << 20;

    private final DataType dataType;
    private final Shape shape;
    private final TensorStorage storage;

    /** Found once: planning asks for it each time that it looks at a layer. */
    private volatile boolean finite;

    /**
     * Creates a tensor.
     *
     * @param dataType the element type
     * @param shape a static shape
     * @param storage exactly the bytes that the shape needs
     * @throws IllegalArgumentException if the shape is not static or the storage has another size
     */
    public Tensor(DataType dataType, Shape shape, TensorStorage storage) {
        this.dataType = Objects.requireNonNull(dataType, "dataType");
        this.shape = Objects.requireNonNull(shape, "shape");
        this.storage = Objects.requireNonNull(storage, "storage");
        if (!shape.isStatic()) {
            throw new IllegalArgumentException("a tensor needs a static shape, not " + shape);
        }
        boolean text = storage instanceof TensorStorage.Strings;
        if (text != (dataType == DataType.STRING)) {
            throw new IllegalArgumentException(dataType + " elements in the wrong kind of storage");
        }
        long expected = text ? shape.elementCount() : dataType.byteSize(shape.elementCount());
        long actual =
                storage instanceof TensorStorage.Strings strings
                        ? strings.elements().size()
                        : storage.byteSize();
        if (actual != expected) {
            throw new IllegalArgumentException(
                    dataType
                            + " "
                            + shape
                            + " needs "
                            + expected
                            + (text ? " elements" : " bytes")
                            + ", not "
                            + actual);
        }
    }

    /**
     * Makes a float tensor.
     *
     * @param values the elements, copied
     * @param sizes the shape; none for a scalar
     * @return the tensor
     */
    public static Tensor ofFloats(float[] values, long... sizes) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 4))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Tensor(DataType.FLOAT, Shape.of(sizes), TensorStorage.of(bytes));
    }

    /**
     * Makes a tensor of half floats (binary16).
     *
     * @param values the elements, each rounded to the nearest half float, ties to even
     * @param sizes the shape; none for a scalar
     * @return the tensor
     */
    public static Tensor ofHalfFloats(float[] values, long... sizes) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 2))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(HalfFloat.encode(value));
        }
        return new Tensor(DataType.FLOAT16, Shape.of(sizes), TensorStorage.of(bytes.flip()));
    }

    /**
     * Makes a float scalar.
     *
     * @param value the element
     * @return the tensor of rank 0
     */
    public static Tensor ofFloat(float value) {
        return ofFloats(new float[] {value});
    }

    /**
     * Makes an int64 tensor.
     *
     * @param values the elements, copied
     * @param sizes the shape; none for a scalar
     * @return the tensor
     */
    public static Tensor ofLongs(long[] values, long... sizes) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 8))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return new Tensor(DataType.INT64, Shape.of(sizes), TensorStorage.of(bytes));
    }

    /**
     * Makes a tensor of integers, narrowed to the type.
     *
     * @param dataType a signed integer type of at most 32 bits or an unsigned one of at most 16
     * @param values the elements; each must fit the type
     * @param sizes the shape; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException if the type is another one or an element does not fit it
     */
    public static Tensor ofInts(DataType dataType, int[] values, long... sizes) {
        TensorStorage elements = TensorStorage.of(IntegerElements.encode(dataType, values));
        return new Tensor(dataType, Shape.of(sizes), elements);
    }

    /**
     * Returns the element type.
     *
     * @return the type
     */
    public DataType dataType() {
        return dataType;
    }

    /**
     * Returns the shape.
     *
     * @return a static shape
     */
    public Shape shape() {
        return shape;
    }

    /**
     * Returns the storage.
     *
     * @return where the elements lie
     */
    public TensorStorage storage() {
        return storage;
    }

    /**
     * Returns the number of elements.
     *
     * @return the product of the extents
     */
    public long elementCount() {
        return shape.elementCount();
    }

    /**
     * Returns the same elements under another shape.
     *
     * @param newShape a static shape with the same element count
     * @return a tensor that shares the storage
     */
    public Tensor reshape(Shape newShape) {
        return new Tensor(dataType, newShape, storage);
    }

    /**
     * Multiplies along an axis. Nothing is computed or copied before elements are read.
     *
     * @param factors one for each position along the axis, copied
     * @param axis the axis
     * @return a tensor that reads from this one
     * @throws IllegalArgumentException if this is no float tensor with as many positions
     */
    public Tensor multiplied(float[] factors, int axis) {
        if (dataType != DataType.FLOAT || shape.size(axis) != factors.length) {
            throw new IllegalArgumentException(
                    factors.length + " factors don't fit axis " + axis + " of " + this);
        }
        long run = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            run *= Math.max(1, shape.size(i));
        }
        return new Tensor(
                dataType, shape, new TensorStorage.Multiplied(storage, factors.clone(), run));
    }

    /**
     * Receives the elements one by one, widened to double.
     *
     * @param consumer receives each element's row-major index and value
     * @throws IllegalStateException if the elements are not numbers
     */
    public void forEach(ElementConsumer consumer) {
        long count = elementCount();
        ElementReader reader = ElementReader.of(dataType);
        int step = WINDOW / 16;
        for (long start = 0; start < count; start += step) {
            int n = (int) Math.min(step, count - start);
            ByteBuffer window =
                    storage.window(dataType.byteSize(start), (int) dataType.byteSize(n));
            for (int i = 0; i < n; i++) {
                consumer.accept(start + i, reader.read(window, i));
            }
        }
    }

    /**
     * Looks for a number that is none.
     *
     * @return the row-major index of the first NaN or infinity; empty if all elements are finite
     * @throws IllegalStateException if the elements are not numbers
     */
    public OptionalLong firstNonFinite() {
        if (finite) {
            return OptionalLong.empty();
        }
        OptionalLong found = FiniteCheck.firstNonFinite(this);
        finite = found.isEmpty();
        return found;
    }

    /**
     * Copies the elements as floats; other real types are converted.
     *
     * @return a new array
     * @throws IllegalStateException if there are more than fit an array, or they are not numbers
     */
    public float[] toFloats() {
        float[] values = new float[arraySize()];
        if (dataType == DataType.FLOAT) {
            long bytes = storage.byteSize();
            for (long at = 0; at < bytes; at += WINDOW) {
                int length = (int) Math.min(WINDOW, bytes - at);
                storage.window(at, length).asFloatBuffer().get(values, (int) (at / 4), length / 4);
            }
        } else {
            forEach((index, value) -> values[(int) index] = (float) value);
        }
        return values;
    }

    /**
     * Copies some of the elements as floats; other real types are converted.
     *
     * @param start row-major index of the first one
     * @param count how many
     * @param values receives them from index 0
     * @throws IllegalStateException if the elements are not numbers
     */
    public void toFloats(long start, int count, float[] values) {
        ByteBuffer window =
                storage.window(dataType.byteSize(start), (int) dataType.byteSize(count));
        if (dataType == DataType.FLOAT) {
            window.asFloatBuffer().get(values, 0, count);
            return;
        }
        ElementReader reader = ElementReader.of(dataType);
        for (int i = 0; i < count; i++) {
            values[i] = (float) reader.read(window, i);
        }
    }

    /**
     * Copies integer elements of at most 32 bits.
     *
     * @return a new array
     */
    public int[] toInts() {
        int[] values = new int[arraySize()];
        forEach((index, value) -> values[(int) index] = (int) value);
        return values;
    }

    /**
     * Copies integer elements.
     *
     * @return a new array
     */
    public long[] toLongs() {
        long[] values = new long[arraySize()];
        if (dataType == DataType.INT64 || dataType == DataType.UINT64) {
            for (int at = 0; at < values.length; at += WINDOW / 8) {
                int count = Math.min(WINDOW / 8, values.length - at);
                storage.window(at * 8L, count * 8).asLongBuffer().get(values, at, count);
            }
        } else {
            forEach((index, value) -> values[(int) index] = (long) value);
        }
        return values;
    }

    private int arraySize() {
        long count = elementCount();
        if (count > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException(this + " has more elements than fit an array");
        }
        return (int) count;
    }

    /**
     * Returns all bytes as one buffer, sharing memory where the storage is in one piece.
     *
     * @return a read-only little-endian buffer
     * @throws IllegalStateException if there are more than 2 GB
     */
    public ByteBuffer bytes() {
        if (storage.byteSize() > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException(this + " has more bytes than fit a buffer");
        }
        return storage.window(0, (int) storage.byteSize());
    }

    /**
     * Writes all bytes to a channel at its position.
     *
     * @param channel the destination
     * @throws java.io.IOException if writing fails
     */
    public void writeTo(FileChannel channel) throws java.io.IOException {
        long bytes = storage.byteSize();
        for (long at = 0; at < bytes; at += WINDOW) {
            ByteBuffer window = storage.window(at, (int) Math.min(WINDOW, bytes - at));
            while (window.hasRemaining()) {
                channel.write(window);
            }
        }
    }

    @Override
    public String toString() {
        return dataType.name().toLowerCase(java.util.Locale.ROOT) + shape;
    }

    /** Receives an element of a tensor. */
    @FunctionalInterface
    public interface ElementConsumer {

        /**
         * Receives an element.
         *
         * @param index the row-major index
         * @param value the value, widened to double
         */
        void accept(long index, double value);
    }
}
