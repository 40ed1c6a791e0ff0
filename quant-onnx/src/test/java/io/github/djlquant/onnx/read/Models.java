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
package io.github.djlquant.onnx.read;

import com.google.protobuf.ByteString;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.AttributeProto.AttributeType;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import io.github.djlquant.onnx.proto.StringStringEntryProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.TypeProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small ONNX models for tests, built message by message. */
public final class Models {

    private Models() {}

    /** {@code y = x * w}, IR 8, opset 17. */
    public static ModelProto.Builder scaled() {
        return model(
                GraphProto.newBuilder()
                        .setName("g")
                        .addInput(value("x", 1, 4))
                        .addOutput(value("y", 1, 4))
                        .addInitializer(floats("w", 1, 2, 3, 4))
                        .addNode(node("Mul", List.of("x", "w"), "y").setName("mul")));
    }

    public static ModelProto.Builder model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("test")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph);
    }

    public static NodeProto.Builder node(String op, List<String> inputs, String... outputs) {
        return NodeProto.newBuilder()
                .setOpType(op)
                .addAllInput(inputs)
                .addAllOutput(List.of(outputs));
    }

    public static ValueInfoProto.Builder value(String name, long... sizes) {
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(1);
        tensor.getShapeBuilder();
        for (long size : sizes) {
            tensor.getShapeBuilder().addDimBuilder().setDimValue(size);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor));
    }

    public static TensorProto.Builder floats(String name, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(1)
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes.flip()));
    }

    public static AttributeProto.Builder attribute(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    public static StringStringEntryProto.Builder entry(String key, String text) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(text);
    }

    /** A model with a bit of everything, for mutations. */
    public static ModelProto.Builder diverse() {
        GraphProto.Builder body =
                GraphProto.newBuilder()
                        .setName("branch")
                        .addOutput(value("t", 1, 4))
                        .addInitializer(floats("b", 1, 1, 1, 1))
                        .addNode(node("Add", List.of("m", "b"), "t"));
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .setName("g")
                        .setDocString("a graph")
                        .addInput(value("x", 1, 4))
                        .addInput(value("c", 1))
                        .addOutput(value("y", 1, 4))
                        .addValueInfo(value("m", 1, 4).setDocString("scaled"))
                        .addInitializer(floats("w", 1, 2, 3, 4).addMetadataProps(entry("k", "v")))
                        .addInitializer(
                                TensorProto.newBuilder()
                                        .setName("axes")
                                        .setDataType(7)
                                        .addDims(2)
                                        .addInt64Data(0)
                                        .addInt64Data(-1))
                        .addInitializer(
                                TensorProto.newBuilder()
                                        .setName("nibbles")
                                        .setDataType(22)
                                        .addDims(3)
                                        .addInt32Data(0x21)
                                        .addInt32Data(0x03))
                        .addInitializer(
                                TensorProto.newBuilder()
                                        .setName("words")
                                        .setDataType(8)
                                        .addDims(1)
                                        .addStringData(ByteString.copyFromUtf8("word")))
                        .addNode(
                                node("Constant", List.of(), "two")
                                        .addAttribute(
                                                attribute("value", AttributeType.TENSOR)
                                                        .setT(floats("", 2))))
                        .addNode(
                                node("Mul", List.of("x", "w"), "m")
                                        .setDocString("a node")
                                        .addMetadataProps(entry("k", "v")))
                        .addNode(
                                node("If", List.of("c"), "y")
                                        .addAttribute(
                                                attribute("then_branch", AttributeType.GRAPH)
                                                        .setG(body))
                                        .addAttribute(
                                                attribute("else_branch", AttributeType.GRAPH)
                                                        .setG(body)))
                        .addNode(
                                node("Custom", List.of("m", "two", "nibbles", "axes"), "z")
                                        .setDomain("my.domain")
                                        .addAttribute(attribute("i", AttributeType.INT).setI(-3))
                                        .addAttribute(attribute("f", AttributeType.FLOAT).setF(.5f))
                                        .addAttribute(
                                                attribute("s", AttributeType.STRING)
                                                        .setS(ByteString.copyFromUtf8("text")))
                                        .addAttribute(
                                                attribute("is", AttributeType.INTS)
                                                        .addInts(1)
                                                        .addInts(2))
                                        .addAttribute(
                                                attribute("fs", AttributeType.FLOATS).addFloats(1))
                                        .addAttribute(
                                                attribute("ss", AttributeType.STRINGS)
                                                        .addStrings(ByteString.copyFromUtf8("a"))));
        return model(graph)
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("my.domain").setVersion(1))
                .addMetadataProps(entry("author", "someone"));
    }

    public static Path write(ModelProto.Builder model, Path file) {
        try {
            return Files.write(file, model.build().toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
