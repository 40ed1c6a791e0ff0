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
package io.github.djlquant.transform.convert;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/** A constant as the integers that stand for it. */
final class QuantizedTensor {

    /** Elements that are rounded at once: few enough to stay in the processor's cache. */
    private static final int RUN = 1 << 16;

    private QuantizedTensor() {}

    /** Rounds every element to the nearest integer of its channel or group. */
    static Tensor of(Tensor tensor, QuantParams params) {
        int elements = Math.toIntExact(tensor.elementCount());
        int inner = run(tensor.shape(), params.granularity(), elements);
        DataType type = params.type().dataType();
        if (type.bits() != 8) {
            float[] values = tensor.toFloats();
            int[] integers = new int[values.length];
            for (int i = 0; i < values.length; i++) {
                integers[i] = params.quantize(values[i], i / inner % params.size());
            }
            return Tensor.ofInts(type, integers, tensor.shape().toArray());
        }
        byte[] bytes = new byte[elements];
        int runs = (elements + RUN - 1) / RUN;
        IntStream.range(0, runs)
                .parallel()
                .map(run -> run * RUN)
                .forEach(
                        start -> {
                            int count = Math.min(RUN, elements - start);
                            float[] values = new float[count];
                            tensor.toFloats(start, count, values);
                            if (inner == 1) {
                                lastAxis(values, count, start, params, bytes);
                            } else {
                                runs(values, count, start, inner, params, bytes);
                            }
                        });
        return new Tensor(type, tensor.shape(), TensorStorage.of(ByteBuffer.wrap(bytes)));
    }

    /** How many elements in a row have one scale. */
    private static int run(Shape shape, Granularity granularity, int elements) {
        if (granularity instanceof Granularity.PerTensor) {
            return elements;
        }
        if (granularity instanceof Granularity.PerGroup g) {
            if (g.axis() != shape.rank() - 1 || shape.size(g.axis()) % g.size() != 0) {
                throw new IllegalArgumentException(g + " does not divide rows of " + shape);
            }
            return g.size();
        }
        int inner = 1;
        for (int axis = ((Granularity.PerChannel) granularity).axis() + 1;
                axis < shape.rank();
                axis++) {
            inner *= (int) shape.size(axis);
        }
        return inner;
    }

    /** The channels take turns with every element. */
    private static void lastAxis(
            float[] values, int count, int start, QuantParams params, byte[] bytes) {
        int channels = params.size();
        int channel = start % channels;
        for (int i = 0; i < count; i++) {
            bytes[start + i] = (byte) params.quantize(values[i], channel);
            channel = channel + 1 == channels ? 0 : channel + 1;
        }
    }

    private static void runs(
            float[] values, int count, int start, int inner, QuantParams params, byte[] bytes) {
        int[] integers = new int[count];
        int done = 0;
        while (done < count) {
            int at = start + done;
            int length = Math.min(count - done, inner - at % inner);
            params.quantize(values, done, length, at / inner % params.size(), integers);
            for (int i = 0; i < length; i++) {
                bytes[at + i] = (byte) integers[i];
            }
            done += length;
        }
    }
}
