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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.util.Optional;

/**
 * Fake quantization, as training with it leaves it, as what ONNX has for it.
 *
 * <pre>
 *   fake_quantize(x, s, z, 0, 127)  =&gt;  x -> Clip -> QuantizeLinear -> DequantizeLinear
 * </pre>
 *
 * The clip is there only where the integers are not all of their type's: before rounding, at the
 * ends that they stand for.
 */
final class FakeQuantizeRows {

    private FakeQuantizeRows() {}

    static void add(Rows rows) {
        rows.aten(
                "fake_quantize_per_tensor_affine",
                "self scale zero_point quant_min quant_max",
                (c, g) -> quantize(c, Optional.empty(), g));
        rows.aten(
                "fake_quantize_per_channel_affine",
                "self scale zero_point axis quant_min quant_max",
                (c, g) -> quantize(c, Optional.of(c.integer("axis")), g));
        rows.aten(
                "fused_moving_avg_obs_fake_quant",
                "self observer_on fake_quant_on running_min running_max scale zero_point"
                        + " averaging_const quant_min quant_max ch_axis per_row_fake_quant"
                        + " symmetric_quant",
                FakeQuantizeRows::observed);
    }

    private static Item observed(Call call, Emitter graph) {
        if (flag(call, "observer_on", graph)) {
            throw new RefusedException("it still observes, as in training");
        } else if (!flag(call, "fake_quant_on", graph)) {
            return call.tensor("self");
        }
        boolean rows = call.truth("per_row_fake_quant", false);
        return quantize(
                call, rows ? Optional.of(call.integer("ch_axis")) : Optional.empty(), graph);
    }

    private static boolean flag(Call call, String name, Emitter graph) {
        Tensor tensor =
                graph.constant(call.tensor(name))
                        .filter(t -> t.elementCount() == 1)
                        .orElseThrow(() -> new RefusedException("its " + name + " is not known"));
        return tensor.toLongs()[0] != 0;
    }

    private static Item quantize(Call call, Optional<Long> axis, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (x.type() != DataType.FLOAT) {
            throw new RefusedException("it rounds " + x.type());
        }
        long lowest = call.integer("quant_min");
        long highest = call.integer("quant_max");
        boolean signed = lowest < 0;
        long typeLowest = signed ? -128 : 0;
        long typeHighest = signed ? 127 : 255;
        if (lowest < typeLowest || highest > typeHighest) {
            throw new RefusedException(
                    "it rounds to [" + lowest + ", " + highest + "], beyond 8 bits");
        }
        float[] scales = floats(call, "scale", graph);
        int[] zeros = zeroPoints(call, graph);
        if (scales.length != zeros.length || axis.isEmpty() && scales.length != 1) {
            throw new RefusedException(
                    "it has " + scales.length + " scales and " + zeros.length + " zero points");
        }
        if (lowest != typeLowest || highest != typeHighest) {
            x = clip(x, scales, zeros, lowest, highest, axis, graph);
        }
        long[] sizes = axis.isPresent() ? new long[] {scales.length} : new long[0];
        Item.Array scale =
                graph.constant(Tensor.ofFloats(scales, sizes), call.node().name() + "/scale");
        DataType type = signed ? DataType.INT8 : DataType.UINT8;
        Item.Array zero =
                graph.constant(
                        Tensor.ofInts(type, zeros, sizes), call.node().name() + "/zero_point");
        Emitter.Op quantize = graph.op("QuantizeLinear").in(x, scale, zero);
        axis.ifPresent(a -> quantize.attr("axis", a));
        Item.Array integers = quantize.to(type, x.shape());
        Emitter.Op dequantize = graph.op("DequantizeLinear").in(integers, scale, zero);
        axis.ifPresent(a -> dequantize.attr("axis", a));
        return dequantize.to(DataType.FLOAT, x.shape());
    }

    private static Item.Array clip(
            Item.Array x,
            float[] scales,
            int[] zeros,
            long lowest,
            long highest,
            Optional<Long> axis,
            Emitter graph) {
        if (axis.isEmpty()) {
            return graph.op("Clip")
                    .in(
                            x,
                            graph.scalar(scales[0] * (lowest - zeros[0]), x.type()),
                            graph.scalar(scales[0] * (highest - zeros[0]), x.type()))
                    .like(x);
        }
        float[] low = new float[scales.length];
        float[] high = new float[scales.length];
        for (int i = 0; i < scales.length; i++) {
            low[i] = scales[i] * (lowest - zeros[i]);
            high[i] = scales[i] * (highest - zeros[i]);
        }
        long[] shape = new long[Call.rank(x)];
        java.util.Arrays.fill(shape, 1);
        shape[Shapes.axis(axis.get(), x.rank())] = scales.length;
        Item.Array above =
                graph.op("Max")
                        .in(x, graph.constant(Tensor.ofFloats(low, shape), x.value() + "/low"))
                        .like(x);
        return graph.op("Min")
                .in(above, graph.constant(Tensor.ofFloats(high, shape), x.value() + "/high"))
                .like(x);
    }

    private static float[] floats(Call call, String name, Emitter graph) {
        return Literals.number(call.item(name))
                .map(scale -> new float[] {(float) (double) scale})
                .orElseGet(() -> constant(call, name, graph).toFloats());
    }

    private static Tensor constant(Call call, String name, Emitter graph) {
        return graph.constant(call.tensor(name))
                .orElseThrow(() -> new RefusedException("its " + name + " is computed"));
    }

    /** Integers, or floats where they were learnt. */
    private static int[] zeroPoints(Call call, Emitter graph) {
        Optional<Long> literal = Literals.integer(call.item("zero_point"));
        if (literal.isPresent()) {
            return new int[] {Math.toIntExact(literal.get())};
        }
        Tensor tensor = constant(call, "zero_point", graph);
        float[] values = tensor.toFloats();
        int[] zeros = new int[values.length];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = Math.round(values[i]);
        }
        return zeros;
    }
}
