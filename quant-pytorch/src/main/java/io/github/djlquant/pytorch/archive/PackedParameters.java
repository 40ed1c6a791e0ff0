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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PickleValue.Int;
import io.github.djlquant.pytorch.archive.PickleValue.ListValue;
import io.github.djlquant.pytorch.archive.PickleValue.None;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.Text;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes the objects that libtorch's quantized operators take their weights from. libtorch packs
 * them once, when the archive is loaded.
 */
public final class PackedParameters {

    private static final String CLASSES = "__torch__.torch.classes.quantized.";

    /** Version of the packed form of convolutions. */
    private static final String CONVOLUTION_FORM = "2";

    private PackedParameters() {}

    /**
     * The window of a convolution; every list has one entry per spatial axis.
     *
     * @param strides the strides
     * @param paddings zeros added on both sides
     * @param dilations the dilations
     * @param outputPaddings rows added to the output of a transposed convolution, else zeros
     * @param groups the groups
     * @param transposed whether the convolution is transposed
     */
    public record Window(
            List<Long> strides,
            List<Long> paddings,
            List<Long> dilations,
            List<Long> outputPaddings,
            long groups,
            boolean transposed) {

        /** Requires as many entries everywhere, 1 to 3. */
        public Window {
            strides = List.copyOf(strides);
            paddings = List.copyOf(paddings);
            dilations = List.copyOf(dilations);
            outputPaddings = List.copyOf(outputPaddings);
            int axes = strides.size();
            if (axes < 1
                    || axes > 3
                    || paddings.size() != axes
                    || dilations.size() != axes
                    || outputPaddings.size() != axes) {
                throw new IllegalArgumentException(
                        "a window needs as many strides, paddings, dilations and output paddings"
                                + " as axes, 1 to 3");
            }
        }
    }

    /**
     * Packs a convolution, as {@code quantized::conv1d_prepack} to {@code conv3d_prepack} and
     * {@code conv_transpose1d_prepack} to {@code conv_transpose3d_prepack} do.
     *
     * @param weight [out, in / groups, window...]; transposed [in, out / groups, window...]; INT8,
     *     per tensor or per channel of axis 0 (transposed convolutions: per tensor, or axis 1)
     * @param bias FLOAT [out], empty for none
     * @param window the window
     * @return the object
     */
    public static ObjectValue convolution(
            QuantizedTensorValue weight, Optional<Tensor> bias, Window window) {
        int axes = window.strides().size();
        if (weight.integers().shape().rank() != axes + 2) {
            throw new IllegalArgumentException(
                    "a convolution over "
                            + axes
                            + " axes can't have the weight "
                            + weight.integers());
        }
        // One axis is packed as two, of which the first does nothing.
        QuantizedTensorValue packed = axes == 1 ? withHeight(weight) : weight;
        List<PickleValue> tensors = List.of(new TensorValue(configuration(window)), packed);
        PickleValue optional = bias.<PickleValue>map(TensorValue::new).orElseGet(None::new);
        return new ObjectValue(
                CLASSES + (axes == 3 ? "Conv3d" : "Conv2d") + "PackedParamsBase",
                TupleValue.of(
                        new Text(CONVOLUTION_FORM),
                        new ListValue(tensors, "List[Tensor]"),
                        new ListValue(List.of(optional), "List[Optional[Tensor]]")));
    }

    /** [out, in, width] as [out, in, 1, width]. */
    private static QuantizedTensorValue withHeight(QuantizedTensorValue weight) {
        Tensor integers = weight.integers();
        long[] sizes = integers.shape().toArray();
        return new QuantizedTensorValue(
                integers.reshape(Shape.of(sizes[0], sizes[1], 1, sizes[2])), weight.scheme());
    }

    /** {axes, strides, paddings, dilations, output paddings, groups, transposed}. */
    private static Tensor configuration(Window window) {
        boolean one = window.strides().size() == 1;
        IntStream.Builder numbers = IntStream.builder();
        numbers.add(one ? 2 : window.strides().size());
        add(numbers, window.strides(), one ? 1 : -1);
        add(numbers, window.paddings(), one ? 0 : -1);
        add(numbers, window.dilations(), one ? 1 : -1);
        add(numbers, window.outputPaddings(), one ? 0 : -1);
        numbers.add(Math.toIntExact(window.groups()));
        numbers.add(window.transposed() ? 1 : 0);
        int[] values = numbers.build().toArray();
        return Tensor.ofInts(DataType.INT16, values, values.length);
    }

    private static void add(IntStream.Builder numbers, List<Long> values, int first) {
        if (first >= 0) {
            numbers.add(first);
        }
        values.forEach(value -> numbers.add(Math.toIntExact(value)));
    }

    /**
     * Packs a linear layer, as {@code quantized::linear_prepack} does.
     *
     * @param weight [out, in] of INT8, per tensor or per channel of axis 0
     * @param bias FLOAT [out], empty for none
     * @return the object
     */
    public static ObjectValue linear(QuantizedTensorValue weight, Optional<Tensor> bias) {
        return linear((PickleValue) weight, bias);
    }

    /**
     * Packs a linear layer whose weights are half floats, for {@code
     * quantized::linear_dynamic_fp16}.
     *
     * @param weight FLOAT [out, in]; libtorch rounds it
     * @param bias FLOAT [out], empty for none
     * @return the object
     */
    public static ObjectValue halfLinear(Tensor weight, Optional<Tensor> bias) {
        return linear(new TensorValue(weight), bias);
    }

    private static ObjectValue linear(PickleValue weight, Optional<Tensor> bias) {
        PickleValue optional = bias.<PickleValue>map(TensorValue::new).orElseGet(None::new);
        return new ObjectValue(CLASSES + "LinearPackedParamsBase", TupleValue.of(weight, optional));
    }

    /**
     * Packs a table, as {@code quantized::embedding_bag_prepack} does.
     *
     * @param table [rows, columns] of UINT8 or UINT4, per channel of axis 0 with FLOAT scales and
     *     zero points
     * @return the object
     */
    public static ObjectValue embedding(QuantizedTensorValue table) {
        long bits = table.integers().dataType().bits();
        return new ObjectValue(
                CLASSES + "EmbeddingPackedParamsBase",
                TupleValue.of(
                        new Int(1),
                        new ListValue(List.of(table), "List[Tensor]"),
                        new ListValue(List.of(), "List[float]"),
                        new ListValue(List.of(new Int(bits)), "List[int]")));
    }
}
