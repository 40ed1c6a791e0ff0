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
package io.github.djlquant.testkit.reference;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * An array of numbers of any type, held as doubles; floats are rounded to binary32 when they are
 * stored, integers are exact.
 */
final class Array {

    final DataType type;
    final int[] shape;
    final double[] data;

    Array(DataType type, int[] shape, double[] data) {
        this.type = type;
        this.shape = shape.clone();
        this.data = data;
        if (data.length != count(shape)) {
            throw new IllegalArgumentException(
                    data.length + " elements for shape " + Arrays.toString(shape));
        }
        if (type == DataType.FLOAT) {
            for (int i = 0; i < data.length; i++) {
                data[i] = (float) data[i];
            }
        }
    }

    static Array floats(int[] shape, double[] data) {
        return new Array(DataType.FLOAT, shape, data);
    }

    static Array of(Tensor tensor) {
        int[] shape = Arrays.stream(tensor.shape().toArray()).mapToInt(Math::toIntExact).toArray();
        double[] data = new double[count(shape)];
        tensor.forEach((i, value) -> data[(int) i] = value);
        return new Array(tensor.dataType(), shape, data);
    }

    Tensor toTensor() {
        long[] sizes = Arrays.stream(shape).asLongStream().toArray();
        if (type == DataType.FLOAT) {
            float[] floats = new float[data.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) data[i];
            }
            return Tensor.ofFloats(floats, sizes);
        }
        if (type == DataType.INT64) {
            return Tensor.ofLongs(Arrays.stream(data).mapToLong(d -> (long) d).toArray(), sizes);
        }
        return Tensor.ofInts(type, Arrays.stream(data).mapToInt(d -> (int) d).toArray(), sizes);
    }

    Array map(DoubleUnaryOperator function) {
        return new Array(type, shape, Arrays.stream(data).map(function).toArray());
    }

    Array withShape(int... sizes) {
        return new Array(type, sizes, data);
    }

    int rank() {
        return shape.length;
    }

    /** An axis counted from the front. */
    int axis(long axis) {
        return (int) (axis < 0 ? axis + rank() : axis);
    }

    static int count(int[] shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return count;
    }

    /** Row-major strides. */
    static int[] strides(int[] shape) {
        int[] strides = new int[shape.length];
        int next = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = next;
            next *= shape[i];
        }
        return strides;
    }

    /** The indices of an element by its row-major position. */
    static int[] indices(int position, int[] shape) {
        int[] indices = new int[shape.length];
        int rest = position;
        for (int i = shape.length - 1; i >= 0; i--) {
            indices[i] = rest % shape[i];
            rest /= shape[i];
        }
        return indices;
    }

    static int position(int[] indices, int[] shape) {
        int position = 0;
        for (int i = 0; i < shape.length; i++) {
            position = position * shape[i] + indices[i];
        }
        return position;
    }

    Shape toShape() {
        return Shape.of(Arrays.stream(shape).asLongStream().toArray());
    }
}
