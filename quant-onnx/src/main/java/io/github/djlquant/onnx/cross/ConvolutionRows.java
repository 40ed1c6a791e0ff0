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

import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Convolutions, plain and transposed. */
final class ConvolutionRows {

    private ConvolutionRows() {}

    static void add(Rows rows) {
        String window = "input weight bias stride padding dilation groups";
        rows.aten("conv1d conv2d conv3d _convolution_mode", window, (c, g) -> plain(c, g, false));
        rows.aten(
                "conv_transpose1d conv_transpose2d conv_transpose3d",
                "input weight bias stride padding output_padding groups dilation",
                (c, g) -> plain(c, g, true));
        rows.aten(
                "convolution _convolution",
                "input weight bias stride padding dilation transposed output_padding groups"
                        + " benchmark deterministic cudnn_enabled allow_tf32",
                (c, g) -> plain(c, g, c.truth("transposed", false)));
    }

    private static Item plain(Call call, Emitter graph, boolean transposed) {
        Item.Array weight = call.tensor("weight");
        int axes = Call.rank(weight) - 2;
        Item.Array input = graph.withRank(call.tensor("input"), axes + 2);
        if (input.hasRank(axes + 1)) {
            Item.Array batch = Axes.unsqueeze(input, 0, graph);
            return Axes.squeeze(convolve(call, batch, weight, transposed, graph), 0, graph);
        }
        return convolve(call, input, weight, transposed, graph);
    }

    private static Item.Array convolve(
            Call call, Item.Array input, Item.Array weight, boolean transposed, Emitter graph) {
        int axes = weight.rank() - 2;
        if (!input.hasRank(axes + 2)) {
            throw new RefusedException(
                    "it reads " + input.rank() + " axes with a weight of " + weight.rank());
        }
        requireFloat(input);
        List<Long> stride = call.integers("stride", axes, 1);
        List<Long> dilation = call.integers("dilation", axes, 1);
        List<Long> kernel = new ArrayList<>();
        for (int axis = 0; axis < axes; axis++) {
            kernel.add(weight.shape().size(axis + 2));
        }
        List<Long> pads = pads(call, kernel, dilation);
        List<Long> extra = transposed ? call.integers("output_padding", axes, 0) : List.of();
        long groups = call.integer("groups", 1);
        Emitter.Op op =
                graph.op(transposed ? "ConvTranspose" : "Conv")
                        .in(input, weight, call.has("bias") ? call.tensor("bias") : null)
                        .attr("dilations", dilation)
                        .attr("group", groups);
        if (!kernel.contains(-1L)) {
            op.attr("kernel_shape", kernel);
        }
        if (extra.stream().anyMatch(e -> e != 0)) {
            op.attr("output_padding", extra);
        }
        List<Dimension> dimensions = new ArrayList<>();
        dimensions.add(input.shape().dimensions().get(0));
        long channels = weight.shape().size(transposed ? 1 : 0);
        dimensions.add(
                Shapes.dimension(transposed && channels >= 0 ? channels * groups : channels));
        for (int axis = 0; axis < axes; axis++) {
            long size = input.shape().size(axis + 2);
            long reach = dilation.get(axis) * (kernel.get(axis) - 1) + 1;
            long padding = pads.get(axis) + pads.get(axis + axes);
            long out =
                    transposed
                            ? (size - 1) * stride.get(axis) - padding + reach + extra.get(axis)
                            : (size + padding - reach) / stride.get(axis) + 1;
            dimensions.add(Shapes.dimension(size < 0 || kernel.get(axis) < 0 ? -1 : out));
        }
        return op.attr("pads", pads)
                .attr("strides", stride)
                .to(input.type(), new Shape(dimensions));
    }

    /** What is added before each axis, then behind; "same" adds the odd one behind. */
    private static List<Long> pads(Call call, List<Long> kernel, List<Long> dilation) {
        int axes = kernel.size();
        boolean named =
                call.item("padding") instanceof Item.Literal literal
                        && literal.value() instanceof String;
        List<Long> before = new ArrayList<>();
        List<Long> behind = new ArrayList<>();
        if (!named) {
            before.addAll(call.integers("padding", axes, 0));
            behind.addAll(before);
        } else if (call.text("padding", "").equals("same")) {
            for (int axis = 0; axis < axes; axis++) {
                if (kernel.get(axis) < 0) {
                    throw new RefusedException("the size of its window is not known");
                }
                long all = dilation.get(axis) * (kernel.get(axis) - 1);
                before.add(all / 2);
                behind.add(all - all / 2);
            }
        } else {
            before.addAll(Collections.nCopies(axes, 0L));
            behind.addAll(before);
        }
        before.addAll(behind);
        return before;
    }

    static void requireFloat(Item.Array array) {
        if (!array.type().isFloatingPoint()) {
            throw new RefusedException("it computes on " + array.type() + ", not on floats");
        }
    }
}
