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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.pytorch.archive.PackedParameters;
import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.archive.PickleValue.PerChannel;
import io.github.djlquant.pytorch.archive.PickleValue.PerTensor;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.lower.PackedWeights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Packed weights of a graph as the objects that libtorch unpickles. */
final class PackedState {

    private PackedState() {}

    static PickleValue of(PackedWeights weights) {
        return switch (weights.kind()) {
            case LINEAR -> PackedParameters.linear(perChannel(weights), weights.bias());
            case CONVOLUTION ->
                    PackedParameters.convolution(
                            perChannel(weights), weights.bias(), weights.window().orElseThrow());
            case TENSOR -> perChannel(weights);
            case EMBEDDING -> PackedParameters.embedding(perRow(weights));
        };
    }

    /** A table's scales and zero points are floats. */
    private static QuantizedTensorValue perRow(PackedWeights weights) {
        float[] zeroPoints = weights.zeroPoints().toFloats();
        return new QuantizedTensorValue(
                weights.weight(),
                new PerChannel(
                        weights.scales(), Tensor.ofFloats(zeroPoints, zeroPoints.length), 0));
    }

    private static QuantizedTensorValue perChannel(PackedWeights weights) {
        float[] scales = weights.scales().toFloats();
        int[] zeroPoints = weights.zeroPoints().toInts();
        if (scales.length == 1) {
            return new QuantizedTensorValue(
                    weights.weight(), new PerTensor(scales[0], zeroPoints[0]));
        }
        return new QuantizedTensorValue(
                weights.weight(),
                new PerChannel(
                        doubles(scales),
                        Tensor.ofLongs(
                                Arrays.stream(zeroPoints).asLongStream().toArray(),
                                zeroPoints.length),
                        weights.axis()));
    }

    private static Tensor doubles(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 8))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putDouble(value);
        }
        return new Tensor(DataType.DOUBLE, Shape.of(values.length), TensorStorage.of(bytes.flip()));
    }
}
