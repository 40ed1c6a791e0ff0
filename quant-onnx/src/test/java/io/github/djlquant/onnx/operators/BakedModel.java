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
package io.github.djlquant.onnx.operators;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.TypeProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import java.util.List;
import java.util.Set;

/**
 * A model with its inputs inside, since Java can't hand sequences, optional values and the rarer
 * element types to the runtime; outputs that Java can't read are converted at the end.
 *
 * <pre>
 *   x (uint16), s (sequence) -> op -> y (uint16)
 *
 *   [x], [s0, s1] -> SequenceConstruct -> op -> y -> Cast -> y_int64
 * </pre>
 */
final class BakedModel {

    /** Fields of SequenceProto and OptionalProto (onnx-data.proto). */
    private static final int ELEMENT_TYPE = 2;

    private static final int TENSORS = 3;
    private static final int SEQUENCE = 5;

    private static final int TENSOR_KIND = 1;

    private static final Set<Integer> TO_INT64 =
            Set.of(
                    TensorProto.DataType.UINT16_VALUE,
                    TensorProto.DataType.UINT32_VALUE,
                    TensorProto.DataType.UINT64_VALUE,
                    TensorProto.DataType.INT4_VALUE,
                    TensorProto.DataType.UINT4_VALUE,
                    TensorProto.DataType.INT2_VALUE,
                    TensorProto.DataType.UINT2_VALUE);
    private static final Set<Integer> TO_FLOAT =
            Set.of(
                    TensorProto.DataType.FLOAT8E4M3FN_VALUE,
                    TensorProto.DataType.FLOAT8E4M3FNUZ_VALUE,
                    TensorProto.DataType.FLOAT8E5M2_VALUE,
                    TensorProto.DataType.FLOAT8E5M2FNUZ_VALUE,
                    TensorProto.DataType.FLOAT4E2M1_VALUE,
                    TensorProto.DataType.FLOAT8E8M0_VALUE);

    private final ModelProto source;
    private final GraphProto.Builder graph;

    private BakedModel(ModelProto source) {
        this.source = source;
        this.graph = source.getGraph().toBuilder().clearInput().clearNode().clearOutput();
    }

    /** Puts inputs into a model; they come in the order of the model's. */
    static byte[] of(byte[] model, List<byte[]> inputs) throws InvalidProtocolBufferException {
        return new BakedModel(ModelProto.parseFrom(model)).bake(inputs, 0);
    }

    /** Puts all inputs but the first into a model, so that it has weights. */
    static byte[] withWeights(byte[] model, List<byte[]> inputs)
            throws InvalidProtocolBufferException {
        return new BakedModel(ModelProto.parseFrom(model)).bake(inputs, 1);
    }

    private byte[] bake(List<byte[]> inputs, int free) throws InvalidProtocolBufferException {
        int next = 0;
        for (ValueInfoProto input : source.getGraph().getInputList()) {
            boolean isDefault =
                    source.getGraph().getInitializerList().stream()
                            .anyMatch(tensor -> tensor.getName().equals(input.getName()));
            if (isDefault || next < free) {
                graph.addInput(input);
            } else {
                value(input.getName(), input.getType(), inputs.get(next));
            }
            next += isDefault ? 0 : 1;
        }
        graph.addAllNode(source.getGraph().getNodeList());
        if (free == 0) {
            source.getGraph().getOutputList().forEach(this::output);
        } else {
            graph.addAllOutput(source.getGraph().getOutputList());
        }
        return source.toBuilder().setGraph(graph).build().toByteArray();
    }

    private void value(String name, TypeProto type, byte[] encoded)
            throws InvalidProtocolBufferException {
        switch (type.getValueCase()) {
            case TENSOR_TYPE -> tensor(name, encoded);
            case SEQUENCE_TYPE -> sequence(name, type, UnknownFieldSet.parseFrom(encoded));
            case OPTIONAL_TYPE -> optional(name, type, UnknownFieldSet.parseFrom(encoded));
            default -> throw new IllegalArgumentException(name + " is a " + type.getValueCase());
        }
    }

    private void tensor(String name, byte[] encoded) throws InvalidProtocolBufferException {
        graph.addInitializer(TensorProto.parseFrom(encoded).toBuilder().setName(name));
    }

    private void sequence(String name, TypeProto type, UnknownFieldSet encoded)
            throws InvalidProtocolBufferException {
        List<ByteString> tensors = encoded.getField(TENSORS).getLengthDelimitedList();
        NodeProto.Builder node = NodeProto.newBuilder().addOutput(name);
        for (int i = 0; i < tensors.size(); i++) {
            tensor(name + "_" + i, tensors.get(i).toByteArray());
            node.addInput(name + "_" + i);
        }
        if (tensors.isEmpty()) {
            int element = type.getSequenceType().getElemType().getTensorType().getElemType();
            node.addAttribute(
                    AttributeProto.newBuilder()
                            .setName("dtype")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(element));
        }
        graph.addNode(node.setOpType(tensors.isEmpty() ? "SequenceEmpty" : "SequenceConstruct"));
    }

    private void optional(String name, TypeProto type, UnknownFieldSet encoded)
            throws InvalidProtocolBufferException {
        TypeProto element = type.getOptionalType().getElemType();
        NodeProto.Builder node = NodeProto.newBuilder().setOpType("Optional").addOutput(name);
        List<Long> kind = encoded.getField(ELEMENT_TYPE).getVarintList();
        if (kind.isEmpty() || kind.get(0) == 0) {
            node.addAttribute(
                    AttributeProto.newBuilder()
                            .setName("type")
                            .setType(AttributeProto.AttributeType.TYPE_PROTO)
                            .setTp(element));
        } else {
            boolean isTensor = kind.get(0) == TENSOR_KIND;
            value(
                    name + "_element",
                    element,
                    encoded.getField(isTensor ? TENSORS : SEQUENCE)
                            .getLengthDelimitedList()
                            .get(0)
                            .toByteArray());
            node.addInput(name + "_element");
        }
        graph.addNode(node);
    }

    private void output(ValueInfoProto output) {
        int element = output.getType().getTensorType().getElemType();
        if (TO_INT64.contains(element)) {
            cast(output.getName(), TensorProto.DataType.INT64);
        } else if (TO_FLOAT.contains(element)) {
            cast(output.getName(), TensorProto.DataType.FLOAT);
        } else if (isSequenceThatJavaCannotRead(output.getType())) {
            joined(output);
        } else if (output.getType().hasOptionalType()) {
            String name = output.getName() + "_element";
            graph.addNode(
                    NodeProto.newBuilder()
                            .setOpType("OptionalGetElement")
                            .addInput(output.getName())
                            .addOutput(name));
            output(
                    ValueInfoProto.newBuilder()
                            .setName(name)
                            .setType(output.getType().getOptionalType().getElemType())
                            .build());
        } else {
            graph.addOutput(output);
        }
    }

    private static boolean isSequenceThatJavaCannotRead(TypeProto type) {
        return type.getSequenceType().getElemType().getTensorType().getElemType()
                == TensorProto.DataType.INT32_VALUE;
    }

    /** A sequence becomes the concatenation of its elements. */
    private void joined(ValueInfoProto sequence) {
        String name = sequence.getName() + "_joined";
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType("ConcatFromSequence")
                        .addInput(sequence.getName())
                        .addOutput(name)
                        .addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("axis")
                                        .setType(AttributeProto.AttributeType.INT)
                                        .setI(0)));
        graph.addOutput(
                ValueInfoProto.newBuilder()
                        .setName(name)
                        .setType(sequence.getType().getSequenceType().getElemType()));
    }

    private void cast(String value, TensorProto.DataType type) {
        String name = value + "_cast";
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType("Cast")
                        .addInput(value)
                        .addOutput(name)
                        .addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("to")
                                        .setType(AttributeProto.AttributeType.INT)
                                        .setI(type.getNumber())));
        graph.addOutput(
                ValueInfoProto.newBuilder()
                        .setName(name)
                        .setType(
                                TypeProto.newBuilder()
                                        .setTensorType(
                                                TypeProto.Tensor.newBuilder()
                                                        .setElemType(type.getNumber()))));
    }
}
