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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.write.AtenGraph;
import java.util.Random;

/** Builds graphs in QDQ form, as InsertQdq makes them. */
final class QdqGraph {

    static final float INPUT_SCALE = 0.03f;
    static final int INPUT_ZERO = 117;

    final AtenGraph graph = new AtenGraph("M");
    private final Random random;

    QdqGraph(long seed) {
        random = new Random(seed);
    }

    /** An input that is quantized and dequantized again; {@code name} is the latter. */
    QdqGraph input(String name) {
        return input(name, INPUT_SCALE, INPUT_ZERO);
    }

    QdqGraph input(String name, float scale, int zeroPoint) {
        graph.input(name + "_in");
        return quantize(name + "_in", name + "_q", scale, zeroPoint)
                .dequantize(name + "_q", name, scale, zeroPoint);
    }

    QdqGraph quantize(String value, String made, float scale, int zeroPoint) {
        parameters(made, scale, zeroPoint);
        graph.onnx("QuantizeLinear", made, value, made + "_scale", made + "_zero");
        return this;
    }

    QdqGraph dequantize(String integers, String made, float scale, int zeroPoint) {
        parameters(made, scale, zeroPoint);
        graph.onnx("DequantizeLinear", made, integers, made + "_scale", made + "_zero");
        return this;
    }

    private void parameters(String name, float scale, int zeroPoint) {
        graph.constant(name + "_scale", Tensor.ofFloat(scale));
        graph.constant(name + "_zero", Tensor.ofInts(DataType.UINT8, new int[] {zeroPoint}));
    }

    /** A weight of random int8 with a scale for each slice of an axis. */
    QdqGraph weight(String name, int axis, long... sizes) {
        int channels = (int) sizes[axis];
        float[] scales = new float[channels];
        for (int i = 0; i < channels; i++) {
            scales[i] = 0.002f + 0.01f * random.nextFloat();
        }
        graph.constant(
                name + "_q", LoweredGraphs.integers(random, DataType.INT8, -127, 127, sizes));
        graph.constant(name + "_scale", Tensor.ofFloats(scales, channels));
        graph.constant(name + "_zero", Tensor.ofInts(DataType.INT8, new int[channels], channels));
        graph.onnx("DequantizeLinear", axis, name, name + "_q", name + "_scale", name + "_zero");
        return this;
    }

    /** A bias of random int32 in steps of its layer's scales. */
    QdqGraph bias(String name, String weight, int channels) {
        float[] steps = graph.output().constant(weight + "_scale").orElseThrow().toFloats();
        float[] scales = new float[channels];
        for (int i = 0; i < channels; i++) {
            scales[i] = steps[steps.length == 1 ? 0 : i] * INPUT_SCALE;
        }
        graph.constant(
                name + "_q", LoweredGraphs.integers(random, DataType.INT32, -5000, 5000, channels));
        graph.constant(name + "_scale", Tensor.ofFloats(scales, channels));
        graph.constant(name + "_zero", Tensor.ofInts(DataType.INT32, new int[channels], channels));
        graph.onnx("DequantizeLinear", 0, name, name + "_q", name + "_scale", name + "_zero");
        return this;
    }

    /** A weight of random int8 with one scale. */
    QdqGraph uniformWeight(String name, float scale, long... sizes) {
        graph.constant(
                name + "_q", LoweredGraphs.integers(random, DataType.INT8, -127, 127, sizes));
        graph.constant(name + "_scale", Tensor.ofFloat(scale));
        graph.constant(name + "_zero", Tensor.ofInts(DataType.INT8, new int[] {0}));
        graph.onnx("DequantizeLinear", name, name + "_q", name + "_scale", name + "_zero");
        return this;
    }

    QdqGraph call(String op, String output, Object... arguments) {
        graph.call(op, output, arguments);
        return this;
    }

    QdqGraph node(Node node) {
        graph.node(node);
        return this;
    }

    /** Quantizes a value and gives it back to the caller. */
    Graph result(String value, float scale, int zeroPoint) {
        quantize(value, "result_q", scale, zeroPoint);
        dequantize("result_q", "result", scale, zeroPoint);
        return graph.output("result");
    }

    Tensor tensor(float spread, long... sizes) {
        return LoweredGraphs.random(random, spread, sizes);
    }
}
