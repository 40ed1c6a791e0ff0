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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.archive.PickleValue.ListValue;
import io.github.djlquant.pytorch.archive.PickleValue.PerChannel;
import io.github.djlquant.pytorch.archive.PickleValue.PerTensor;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import io.github.djlquant.pytorch.lower.PackedWeights;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The packed integers of an archive that is quantized already, as nodes that pack constants:
 *
 * <pre>
 *   self.conv   =   quantized::conv_prepack&lt;axis, stride, ...&gt;(weight, scale, zero_point, bias)
 * </pre>
 */
final class PackedObjects {

    private static final String CLASSES = "__torch__.torch.classes.quantized.";

    private final Reading reading;
    private final Map<PickleValue, Parts> known = new IdentityHashMap<>();

    PackedObjects(Reading reading) {
        this.reading = reading;
    }

    /** What is packed: constants, and a convolution's window among the attributes. */
    private record Parts(
            PackedWeights.Kind kind, List<Argument> constants, Map<String, Argument> attributes) {}

    /** Returns the object as a node's result, empty if it has another class. */
    Optional<ScriptValue> object(PickleValue.ObjectValue object, String path, Frame frame) {
        PackedWeights.Kind kind =
                switch (object.className()) {
                    case CLASSES + "Conv2dPackedParamsBase", CLASSES + "Conv3dPackedParamsBase" ->
                            PackedWeights.Kind.CONVOLUTION;
                    case CLASSES + "LinearPackedParamsBase" -> PackedWeights.Kind.LINEAR;
                    case CLASSES + "EmbeddingPackedParamsBase" -> PackedWeights.Kind.EMBEDDING;
                    default -> null;
                };
        if (kind == null || isHalf(kind, object.state())) {
            return Optional.empty();
        }
        Parts parts = known.get(object);
        if (parts == null) {
            try {
                parts = parts(kind, (TupleValue) object.state(), path);
            } catch (ClassCastException | IndexOutOfBoundsException e) {
                throw new ModelFormatException(
                        Problem.of("packed parameters have another form than libtorch writes")
                                .in(reading.file)
                                .at(path)
                                .actual(e.getMessage()),
                        e);
            }
            known.put(object, parts);
        }
        return Optional.of(node(parts, object.className(), frame));
    }

    /** Returns a quantized tensor as a node's result. */
    ScriptValue tensor(QuantizedTensorValue tensor, String path, Frame frame) {
        Parts parts =
                known.computeIfAbsent(
                        tensor,
                        key ->
                                new Parts(
                                        PackedWeights.Kind.TENSOR,
                                        constants(tensor, Argument.NONE, path),
                                        Map.of("axis", axis(tensor))));
        return node(parts, ValueTypes.TENSOR, frame);
    }

    private GraphRef node(Parts parts, String type, Frame frame) {
        Call call = new Call(parts.kind().op(), parts.constants(), parts.attributes());
        return reading.add(frame, call, "packed", type);
    }

    private static boolean isHalf(PackedWeights.Kind kind, PickleValue state) {
        return kind == PackedWeights.Kind.LINEAR
                && state instanceof TupleValue tuple
                && !tuple.elements().isEmpty()
                && tuple.elements().get(0) instanceof TensorValue;
    }

    private Parts parts(PackedWeights.Kind kind, TupleValue state, String path) {
        List<PickleValue> elements = state.elements();
        Map<String, Argument> attributes = new LinkedHashMap<>();
        QuantizedTensorValue weight;
        PickleValue bias = new PickleValue.None();
        switch (kind) {
            case LINEAR -> {
                weight = (QuantizedTensorValue) elements.get(0);
                bias = elements.get(1);
            }
            case CONVOLUTION -> {
                List<PickleValue> tensors = ((ListValue) elements.get(1)).elements();
                weight = (QuantizedTensorValue) tensors.get(1);
                bias = ((ListValue) elements.get(2)).elements().get(0);
                window(((TensorValue) tensors.get(0)).tensor().toInts(), attributes);
            }
            default ->
                    weight = (QuantizedTensorValue) ((ListValue) elements.get(1)).elements().get(0);
        }
        attributes.put("axis", axis(weight));
        Argument biasArgument =
                bias instanceof TensorValue tensor
                        ? constant(tensor.tensor(), path + ".bias")
                        : Argument.NONE;
        return new Parts(kind, constants(weight, biasArgument, path), attributes);
    }

    /** {axes, strides, paddings, dilations, output paddings, groups, transposed}. */
    private static void window(int[] numbers, Map<String, Argument> attributes) {
        int axes = numbers[0];
        int at = 1;
        for (String name : List.of("stride", "padding", "dilation", "output_padding")) {
            attributes.put(
                    name,
                    Argument.literal(
                            Arrays.stream(numbers, at, at + axes).asLongStream().boxed().toList()));
            at += axes;
        }
        attributes.put("groups", Argument.literal((long) numbers[at]));
        attributes.put("transposed", Argument.literal(numbers[at + 1] != 0));
    }

    private static Argument axis(QuantizedTensorValue weight) {
        return Argument.literal(
                weight.scheme() instanceof PerChannel channels ? (long) channels.axis() : 0L);
    }

    private List<Argument> constants(QuantizedTensorValue weight, Argument bias, String path) {
        Tensor scales;
        Tensor zeroPoints;
        if (weight.scheme() instanceof PerChannel channels) {
            int count = (int) channels.scales().elementCount();
            scales = Tensor.ofFloats(channels.scales().toFloats(), count);
            zeroPoints =
                    channels.zeroPoints().dataType() == DataType.FLOAT
                            ? channels.zeroPoints()
                            : Tensor.ofInts(DataType.INT32, channels.zeroPoints().toInts(), count);
        } else {
            PerTensor one = (PerTensor) weight.scheme();
            scales = Tensor.ofFloats(new float[] {(float) one.scale()}, 1);
            zeroPoints =
                    Tensor.ofInts(DataType.INT32, new int[] {Math.toIntExact(one.zeroPoint())}, 1);
        }
        List<Argument> constants = new ArrayList<>();
        constants.add(constant(weight.integers(), path + ".weight"));
        constants.add(constant(scales, path + ".scale"));
        constants.add(constant(zeroPoints, path + ".zero_point"));
        constants.add(bias);
        return constants;
    }

    private Argument constant(Tensor tensor, String path) {
        return Argument.of(reading.constant(tensor, path).name);
    }
}
