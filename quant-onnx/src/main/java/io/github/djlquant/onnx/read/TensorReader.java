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

import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.proto.OnnxTypes;
import io.github.djlquant.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Reads tensors in each of ONNX's encodings. Sizes are compared before anything is allocated, so a
 * tensor never costs more memory than its file holds elements.
 */
final class TensorReader {

    private final ExternalData external;

    TensorReader(ExternalData external) {
        this.external = external;
    }

    Tensor read(TensorProto tensor, Place at) {
        return read(tensor, raw(tensor), at);
    }

    /** The raw data in a message, or null. */
    static TensorStorage raw(TensorProto tensor) {
        return tensor.hasRawData()
                ? TensorStorage.of(tensor.getRawData().asReadOnlyByteBuffer())
                : null;
    }

    /** Reads a tensor whose raw data, if it has any, is given apart; else it is null. */
    Tensor read(TensorProto tensor, TensorStorage raw, Place at) {
        DataType type = dataType(tensor.getDataType(), at);
        Shape shape = shape(tensor.getDimsList(), at);
        if (tensor.hasSegment()) {
            throw at.unsupported(
                    "the tensor is split into segments", "Save the model without segments");
        }
        long count = shape.elementCount();
        if (type == DataType.STRING) {
            return new Tensor(type, shape, strings(tensor, raw, count, at));
        }
        long bytes = byteSize(type, count, at);
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            return new Tensor(type, shape, external.read(tensor, bytes, at));
        }
        return new Tensor(type, shape, inline(tensor, raw, type, count, bytes, at));
    }

    static DataType dataType(int code, Place at) {
        return OnnxTypes.type(code)
                .orElseThrow(
                        () ->
                                at.malformed(
                                        "the element type is not known",
                                        "a type of ONNX up to INT2",
                                        code));
    }

    private static Shape shape(List<Long> dims, Place at) {
        long count = 1;
        long[] sizes = new long[dims.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = dims.get(i);
            if (sizes[i] < 0) {
                throw at.malformed("a tensor has a negative dimension", "at least 0", dims);
            }
            if (sizes[i] != 0 && count > Long.MAX_VALUE / sizes[i]) {
                throw at.malformed(
                        "a tensor's element count overflows", "fewer than 2^63 elements", dims);
            }
            count *= sizes[i];
        }
        return Shape.of(sizes);
    }

    private static long byteSize(DataType type, long count, Place at) {
        try {
            return type.byteSize(count);
        } catch (ArithmeticException e) {
            throw at.malformed("a tensor's size overflows", "fewer than 2^63 bytes", count);
        }
    }

    private static TensorStorage strings(
            TensorProto tensor, TensorStorage raw, long count, Place at) {
        if (raw != null || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw at.malformed("a string tensor has raw or external data", "string_data", "bytes");
        }
        requireCount("string_data", tensor.getStringDataCount(), count, at);
        return new TensorStorage.Strings(
                tensor.getStringDataList().stream()
                        .map(text -> Bytes.copyOf(text.toByteArray()))
                        .toList());
    }

    private static TensorStorage inline(
            TensorProto tensor,
            TensorStorage raw,
            DataType type,
            long count,
            long bytes,
            Place at) {
        requireOneEncoding(tensor, raw, at);
        if (raw != null) {
            if (raw.byteSize() != bytes) {
                throw at.malformed(
                        "raw_data does not have the size that the shape needs",
                        bytes + " bytes",
                        raw.byteSize() + " bytes");
            }
            return raw;
        }
        return switch (type) {
            case FLOAT, COMPLEX64 -> {
                long n = type == DataType.FLOAT ? count : 2 * count;
                requireCount("float_data", tensor.getFloatDataCount(), n, at);
                ByteBuffer to = allocate(bytes);
                for (int i = 0; i < n; i++) {
                    to.putFloat(tensor.getFloatData(i));
                }
                yield TensorStorage.of(to.flip());
            }
            case DOUBLE, COMPLEX128 -> {
                long n = type == DataType.DOUBLE ? count : 2 * count;
                requireCount("double_data", tensor.getDoubleDataCount(), n, at);
                ByteBuffer to = allocate(bytes);
                for (int i = 0; i < n; i++) {
                    to.putDouble(tensor.getDoubleData(i));
                }
                yield TensorStorage.of(to.flip());
            }
            case INT64 -> {
                requireCount("int64_data", tensor.getInt64DataCount(), count, at);
                ByteBuffer to = allocate(bytes);
                for (int i = 0; i < count; i++) {
                    to.putLong(tensor.getInt64Data(i));
                }
                yield TensorStorage.of(to.flip());
            }
            case UINT64, UINT32 -> {
                requireCount("uint64_data", tensor.getUint64DataCount(), count, at);
                ByteBuffer to = allocate(bytes);
                for (int i = 0; i < count; i++) {
                    long value = tensor.getUint64Data(i);
                    if (type == DataType.UINT64) {
                        to.putLong(value);
                    } else {
                        to.putInt((int) requireRange(value, 0, 0xffffffffL, type, at));
                    }
                }
                yield TensorStorage.of(to.flip());
            }
            default -> int32Data(tensor, type, count, bytes, at);
        };
    }

    /** Types of at most 32 bits; sub-byte types hold one packed byte per entry. */
    private static TensorStorage int32Data(
            TensorProto tensor, DataType type, long count, long bytes, Place at) {
        long entries = type.bits() < 8 ? bytes : count;
        requireCount("int32_data", tensor.getInt32DataCount(), entries, at);
        boolean signed = type == DataType.INT16 || type == DataType.INT8;
        int width = Math.max(8, type.bits());
        // Writers sign-extend bit patterns as they like, so those may come in either form.
        boolean pattern = !signed && type != DataType.UINT16 && type != DataType.UINT8;
        long lowest = signed || pattern ? -(1L << width - 1) : 0;
        long highest = signed ? (1L << width - 1) - 1 : (1L << width) - 1;
        ByteBuffer to = allocate(bytes);
        for (int i = 0; i < entries; i++) {
            int value = (int) requireRange(tensor.getInt32Data(i), lowest, highest, type, at);
            switch (width) {
                case 8 -> to.put((byte) value);
                case 16 -> to.putShort((short) value);
                default -> to.putInt(value);
            }
        }
        return TensorStorage.of(to.flip());
    }

    private static long requireRange(
            long value, long lowest, long highest, DataType type, Place at) {
        if (value < lowest || value > highest) {
            throw at.malformed("an element does not fit " + type, lowest + " to " + highest, value);
        }
        return value;
    }

    private static void requireCount(String field, int actual, long expected, Place at) {
        if (actual != expected) {
            throw at.malformed(
                    field + " does not have the size that the shape needs",
                    expected + " entries",
                    actual + " entries");
        }
    }

    private static void requireOneEncoding(TensorProto tensor, TensorStorage raw, Place at) {
        int used =
                (raw == null ? 0 : 1)
                        + Integer.signum(tensor.getFloatDataCount())
                        + Integer.signum(tensor.getInt32DataCount())
                        + Integer.signum(tensor.getInt64DataCount())
                        + Integer.signum(tensor.getDoubleDataCount())
                        + Integer.signum(tensor.getUint64DataCount())
                        + Integer.signum(tensor.getStringDataCount());
        if (used > 1) {
            throw at.malformed("a tensor has its elements in several fields", "one", used);
        }
    }

    /** The caller has seen as many elements as the file holds, so this fits. */
    private static ByteBuffer allocate(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
