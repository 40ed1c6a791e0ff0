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
package io.github.djlquant.calibrate;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Checks a tensor against the input that it is for. Element types are converted only where nothing
 * but precision can be lost: NumPy makes float64 and int64 unless told otherwise.
 */
final class FeedConverter {

    private final String source;

    FeedConverter(String source) {
        this.source = source;
    }

    Tensor convert(Value input, Tensor tensor) {
        if (!(input.type() instanceof ValueType.TensorType expected)) {
            return tensor;
        }
        checkShape(input, expected.shape(), tensor);
        DataType type = expected.dataType();
        if (type == null || type == tensor.dataType()) {
            return tensor;
        }
        if (type == DataType.FLOAT && tensor.dataType().isFloatingPoint()) {
            return Tensor.ofFloats(tensor.toFloats(), tensor.shape().toArray());
        }
        if (type == DataType.FLOAT16 && tensor.dataType().isFloatingPoint()) {
            return Tensor.ofHalfFloats(tensor.toFloats(), tensor.shape().toArray());
        }
        if (isInteger(tensor.dataType()) && (type == DataType.INT64 || type == DataType.INT32)) {
            return type == DataType.INT64
                    ? Tensor.ofLongs(tensor.toLongs(), tensor.shape().toArray())
                    : narrow(input, tensor);
        }
        throw new CalibrationException(
                Problem.of("the data has another element type than the graph's input")
                        .in(source)
                        .at("input " + input.name())
                        .expected(input.type())
                        .actual(tensor)
                        .next(
                                "Prepare the data as the model's own application does"
                                        + (type == DataType.FLOAT
                                                ? " (images as normalised floats, not bytes)"
                                                : "")));
    }

    private static boolean isInteger(DataType type) {
        return switch (type) {
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64 -> true;
            default -> false;
        };
    }

    private Tensor narrow(Value input, Tensor tensor) {
        long[] values = tensor.toLongs();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            if (value != (int) value) {
                throw new CalibrationException(
                        Problem.of("a value does not fit the graph's input")
                                .in(source)
                                .at("input " + input.name())
                                .expected(input.type())
                                .actual(value));
            }
            bytes.putInt((int) value);
        }
        return new Tensor(DataType.INT32, tensor.shape(), TensorStorage.of(bytes.flip()));
    }

    private void checkShape(Value input, Shape expected, Tensor tensor) {
        if (expected == null) {
            return;
        }
        boolean fits = expected.rank() == tensor.shape().rank();
        // The first dimension counts rows: it is cut to what the graph wants.
        for (int axis = 1; fits && axis < expected.rank(); axis++) {
            long size = expected.size(axis);
            fits = size < 0 || size == tensor.shape().size(axis);
        }
        if (!fits) {
            throw new CalibrationException(
                    Problem.of("the data has another shape than the graph's input")
                            .in(source)
                            .at("input " + input.name())
                            .expected(input.type())
                            .actual(tensor)
                            .next(advice(expected, tensor.shape())));
        }
    }

    /** Images whose axes are in the other order are the usual case. */
    private static String advice(Shape expected, Shape found) {
        if (isTransposed(expected, found, 0, 3, 1, 2)) {
            return "The channels are last and the graph takes them first: transpose the array"
                    + " (NumPy: x.transpose(0, 3, 1, 2))";
        }
        if (isTransposed(expected, found, 0, 2, 3, 1)) {
            return "The channels are first and the graph takes them last: transpose the array"
                    + " (NumPy: x.transpose(0, 2, 3, 1))";
        }
        return "Prepare the data as the model's own application does, rows first";
    }

    private static boolean isTransposed(Shape expected, Shape found, int... axes) {
        boolean fits = expected.rank() == axes.length && found.rank() == axes.length;
        for (int axis = 1; fits && axis < axes.length; axis++) {
            long size = expected.size(axis);
            fits = size < 0 || size == found.size(axes[axis]);
        }
        return fits;
    }
}
