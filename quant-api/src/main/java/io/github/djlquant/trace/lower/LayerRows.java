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
package io.github.djlquant.trace.lower;

import io.github.djlquant.Problem;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.trace.TraceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/** Layers with weights, norms, pooling, resizing. */
final class LayerRows {

    private static final List<Long> CHANNELS_FIRST = List.of(0L, 3L, 1L, 2L);
    private static final List<Long> CHANNELS_LAST = List.of(0L, 2L, 3L, 1L);

    private LayerRows() {}

    static void addTo(BiConsumer<String, Operator> table) {
        table.accept(
                "NDArrayEx.convolution(NDArray,NDArray,NDArray,Shape,Shape,Shape,int)",
                Operator.one(LayerRows::convolution));
        table.accept(
                "NDArrayEx.deconvolution(NDArray,NDArray,NDArray,Shape,Shape,Shape,Shape,int)",
                Operator.one(LayerRows::deconvolution));
        table.accept("NDArrayEx.linear(NDArray,NDArray,NDArray)", Operator.one(LayerRows::linear));
        for (String operation : List.of("matMul", "batchMatMul", "dot")) {
            table.accept(
                    "NDArray." + operation + "(NDArray)",
                    Operator.one(
                            (c, to) ->
                                    to.node(
                                            "MatMul",
                                            List.of(c.self().name(), c.array(0).name()))));
        }
        table.accept("NDArrayEx.dropout(NDArray,float,boolean)", Operator.one(LayerRows::dropout));
        table.accept(
                "NDArrayEx.layerNorm(NDArray,Shape,NDArray,NDArray,float)",
                Operator.one(LayerRows::layerNorm));
        table.accept(
                "NDArrayEx.batchNorm(NDArray,NDArray,NDArray,NDArray,NDArray,int,float,float,boolean)",
                Operator.one(LayerRows::batchNorm));
        table.accept(
                "NDArrayEx.maxPool(Shape,Shape,Shape,boolean)",
                Operator.one((c, to) -> pool("MaxPool", c, c.flag(3), Map.of(), to)));
        table.accept(
                "NDArrayEx.avgPool(Shape,Shape,Shape,boolean,boolean)",
                Operator.one((c, to) -> averagePool(c, to)));
        table.accept(
                "NDArrayEx.lpPool(float,Shape,Shape,Shape,boolean)",
                Operator.one(LayerRows::lpPool));
        table.accept("NDArrayEx.globalMaxPool()", global("GlobalMaxPool", Map.of()));
        table.accept("NDArrayEx.globalAvgPool()", global("GlobalAveragePool", Map.of()));
        table.accept(
                "NDArrayEx.globalLpPool(float)",
                Operator.one(
                        (c, to) ->
                                global(
                                        "GlobalLpPool",
                                        Map.of("p", Attribute.of(c.integer(0))),
                                        c,
                                        to)));
        table.accept(
                "NDArrayEx.interpolation(long[],int,boolean)",
                Operator.one(LayerRows::interpolation));
        table.accept("NDArrayEx.resize(int,int,int)", Operator.one(LayerRows::imageResize));
    }

    private static String name(Operand value) {
        return value == null ? "" : value.name();
    }

    private static Map<String, Attribute> window(
            List<Long> kernel, List<Long> strides, List<Long> padding, List<Long> dilations) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Emitter.ints(kernel));
        attributes.put("strides", Emitter.ints(strides));
        List<Long> pads = new ArrayList<>(padding);
        pads.addAll(padding);
        attributes.put("pads", Emitter.ints(pads));
        if (dilations != null) {
            attributes.put("dilations", Emitter.ints(dilations));
        }
        return attributes;
    }

    private static List<Long> kernel(Operand weight) {
        return weight.extents().stream().skip(2).map(Observed::first).toList();
    }

    private static String convolution(Call call, Emitter to) {
        Operand weight = call.array(1);
        Map<String, Attribute> attributes =
                window(kernel(weight), call.integers(3), call.integers(4), call.integers(5));
        attributes.put("group", Attribute.of(call.integer(6)));
        return to.node(
                "Conv",
                List.of(call.array(0).name(), weight.name(), name(call.array(2))),
                attributes);
    }

    private static String deconvolution(Call call, Emitter to) {
        Operand weight = call.array(1);
        Map<String, Attribute> attributes =
                window(kernel(weight), call.integers(3), call.integers(4), call.integers(6));
        attributes.put("output_padding", Emitter.ints(call.integers(5)));
        attributes.put("group", Attribute.of(call.integer(7)));
        return to.node(
                "ConvTranspose",
                List.of(call.array(0).name(), weight.name(), name(call.array(2))),
                attributes);
    }

    /** Rows of two axes are one Gemm; more axes need a product and a sum. */
    private static String linear(Call call, Emitter to) {
        Operand input = call.array(0);
        Operand weight = call.array(1);
        Operand bias = call.array(2);
        if (input.rank() == 2) {
            return to.node(
                    "Gemm",
                    List.of(input.name(), weight.name(), name(bias)),
                    Map.of("transB", Attribute.of(1L)));
        }
        String product = to.node("MatMul", List.of(input.name(), transposed(weight, to)));
        return bias == null ? product : to.node("Add", List.of(product, bias.name()));
    }

    private static String transposed(Operand weight, Emitter to) {
        return weight.constant() != null && weight.type() == DataType.FLOAT
                ? to.constant(weight.name() + "_transposed", transposed(weight.constant()))
                : ShapeRows.permute(weight.name(), List.of(1L, 0L), to);
    }

    private static Tensor transposed(Tensor matrix) {
        int rows = (int) matrix.shape().size(0);
        int columns = (int) matrix.shape().size(1);
        float[] from = matrix.toFloats();
        float[] turned = new float[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned[column * rows + row] = from[row * columns + column];
            }
        }
        return Tensor.ofFloats(turned, columns, rows);
    }

    /** In inference a dropout is nothing. */
    private static String dropout(Call call, Emitter to) {
        if (!call.flag(2)) {
            return call.array(0).name();
        }
        return to.node(
                "Dropout",
                List.of(
                        call.array(0).name(),
                        to.scalar(DataType.FLOAT, call.number(1)),
                        to.scalar(DataType.BOOL, 1)));
    }

    private static String layerNorm(Call call, Emitter to) {
        int axes = call.integers(1).size();
        return to.node(
                "LayerNormalization",
                List.of(call.array(0).name(), call.array(2).name(), name(call.array(3))),
                Map.of(
                        "axis",
                        Attribute.of((long) -axes),
                        "epsilon",
                        Attribute.of((float) call.number(4))));
    }

    /** ONNX normalises along axis 1; in training also the new statistics are made. */
    private static String batchNorm(Call call, Emitter to) {
        Operand input = call.array(0);
        int axis = call.integer(5) == -1 ? 1 : input.axis(call.integer(5));
        boolean training = call.flag(8);
        List<Long> swapped = new ArrayList<>(LongStream.range(0, input.rank()).boxed().toList());
        swapped.set(1, (long) axis);
        swapped.set(axis, 1L);
        String data = axis == 1 ? input.name() : ShapeRows.permute(input.name(), swapped, to);
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("epsilon", Attribute.of((float) call.number(7)));
        attributes.put("momentum", Attribute.of((float) call.number(6)));
        if (training) {
            attributes.put("training_mode", Attribute.of(1L));
        }
        String normalized =
                to.nodes(
                                "BatchNormalization",
                                List.of(
                                        data,
                                        call.array(3).name(),
                                        call.array(4).name(),
                                        call.array(1).name(),
                                        call.array(2).name()),
                                attributes,
                                training ? 3 : 1)
                        .get(0);
        return axis == 1 ? normalized : ShapeRows.permute(normalized, swapped, to);
    }

    private static String pool(
            String op, Call call, boolean ceil, Map<String, Attribute> more, Emitter to) {
        Map<String, Attribute> attributes =
                window(call.integers(0), call.integers(1), call.integers(2), null);
        attributes.put("ceil_mode", Attribute.of(ceil ? 1L : 0L));
        attributes.putAll(more);
        return to.node(op, List.of(call.self().name()), attributes);
    }

    /** Refuses what DJL's engines do otherwise than the Block says. */
    private static String averagePool(Call call, Emitter to) {
        boolean counts = call.flag(4);
        if (!counts && call.integers(2).stream().anyMatch(padding -> padding > 0)) {
            throw new TraceException(
                    Problem.of(
                                    "an average pooling that leaves its padding out, which DJL's"
                                            + " PyTorch engine counts all the same")
                            .at(call.place())
                            .expected("countIncludePad = true, which computes the same there")
                            .actual("countIncludePad = false")
                            .next("Say what the engine does, or pool without padding"));
        }
        return pool(
                "AveragePool",
                call,
                call.flag(3),
                Map.of("count_include_pad", Attribute.of(counts ? 1L : 0L)),
                to);
    }

    private static String lpPool(Call call, Emitter to) {
        if (call.flag(4)) {
            throw call.failure("a norm pooling whose extents are rounded up");
        }
        Map<String, Attribute> attributes =
                window(call.integers(1), call.integers(2), call.integers(3), null);
        attributes.put("p", Attribute.of(call.integer(0)));
        return to.node("LpPool", List.of(call.self().name()), attributes);
    }

    private static Operator global(String op, Map<String, Attribute> attributes) {
        return Operator.one((c, to) -> global(op, attributes, c, to));
    }

    /** DJL drops the axes that are pooled away. */
    private static String global(
            String op, Map<String, Attribute> attributes, Call call, Emitter to) {
        String pooled = to.node(op, List.of(call.self().name()), attributes);
        return to.node("Flatten", List.of(pooled), Emitter.axis(1));
    }

    private static String interpolation(Call call, Emitter to) {
        if (call.flag(2)) {
            throw call.failure("an interpolation with aligned corners");
        }
        return resize(call, call.self().name(), call.self(), call.result(), call.integer(1), to);
    }

    /** An image's resize has its channels last. */
    private static String imageResize(Call call, Emitter to) {
        Operand image = call.self();
        if (image.type() != DataType.FLOAT || image.rank() != 4) {
            throw call.failure("a resize of anything but a batch of float images");
        }
        String planes = ShapeRows.permute(image.name(), CHANNELS_FIRST, to);
        String resized =
                resize(
                        call,
                        planes,
                        ordered(image, CHANNELS_FIRST),
                        ordered(call.result(), CHANNELS_FIRST),
                        call.integer(2),
                        to);
        return ShapeRows.permute(resized, CHANNELS_LAST, to);
    }

    private static Operand ordered(Operand value, List<Long> axes) {
        return new Operand(
                value.name(),
                value.type(),
                axes.stream().map(value::extent).toList(),
                value.constant());
    }

    /** Scales where they are the same in every run, else sizes. */
    private static String resize(
            Call call, String value, Operand from, Operand made, long mode, Emitter to) {
        if (mode != 0 && mode != 1) {
            throw call.failure("an interpolation other than nearest and linear");
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("mode", Attribute.of(mode == 0 ? "nearest" : "linear"));
        attributes.put(
                "coordinate_transformation_mode",
                Attribute.of(mode == 0 ? "asymmetric" : "half_pixel"));
        if (mode == 0) {
            attributes.put("nearest_mode", Attribute.of("floor"));
        }
        float[] scales = scales(from, made);
        if (scales != null) {
            String constant =
                    to.constant(call.path() + "/scales", Tensor.ofFloats(scales, scales.length));
            return to.node("Resize", List.of(value, "", constant), attributes);
        }
        String sizes = to.extents().vector(made.extents(), call.all(), call.place());
        return to.node("Resize", List.of(value, "", "", sizes), attributes);
    }

    private static float[] scales(Operand from, Operand made) {
        float[] scales = new float[from.rank()];
        for (int axis = 0; axis < scales.length; axis++) {
            long[] before = from.extent(axis).seen();
            long[] after = made.extent(axis).seen();
            for (int run = 0; run < before.length; run++) {
                if (after[run] % before[run] != 0
                        || after[run] / before[run] != after[0] / before[0]) {
                    return null;
                }
            }
            scales[axis] = after[0] / before[0];
        }
        return scales;
    }
}
