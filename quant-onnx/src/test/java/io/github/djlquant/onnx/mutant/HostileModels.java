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
package io.github.djlquant.onnx.mutant;

import com.google.protobuf.ByteString;
import io.github.djlquant.backend.Target;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.AttributeProto.AttributeType;
import io.github.djlquant.onnx.proto.FunctionProto;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.read.Models;
import io.github.djlquant.testkit.GraphBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A small network and what an attacker or a broken exporter would make of it. */
public final class HostileModels {

    private static final OnnxBackend BACKEND = new OnnxBackend();

    private HostileModels() {}

    /** Convolutions with a residual sum, pooling and a linear head, on {@code x[-1,3,8,8]}. */
    public static ModelProto small() {
        return Small.MODEL;
    }

    private static final class Small {
        static final ModelProto MODEL = write();
    }

    private static ModelProto write() {
        try {
            Path file = Files.createTempFile("small", ".onnx");
            try {
                BACKEND.write(
                        GraphBuilder.onnx(17)
                                .input("x", -1, 3, 8, 8)
                                .random("w1", 8, 3, 3, 3)
                                .random("b1", 8)
                                .node("Conv", "c1", "x", "w1", "b1")
                                .with("pads", 1, 1, 1, 1)
                                .node("Relu", "r1", "c1")
                                .random("w2", 8, 8, 3, 3)
                                .node("Conv", "c2", "r1", "w2")
                                .with("pads", 1, 1, 1, 1)
                                .node("Add", "a", "c2", "r1")
                                .node("Relu", "r2", "a")
                                .node("MaxPool", "m", "r2")
                                .with("kernel_shape", 2, 2)
                                .with("strides", 2, 2)
                                .node("GlobalAveragePool", "g", "m")
                                .node("Flatten", "f", "g")
                                .random("w3", 8, 4)
                                .random("b3", 4)
                                .node("Gemm", "y", "f", "w3", "b3")
                                .output("y")
                                .build(),
                        BACKEND.target(Target.Name.ANY),
                        file);
                return ModelProto.parseFrom(Files.readAllBytes(file));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By name; each damages {@link #small()}. */
    static Map<String, byte[]> all() {
        Map<String, byte[]> models = new LinkedHashMap<>();
        HostileTensors.weights(models);
        structure(models);
        attributes(models);
        HostileTensors.externalData(models);
        extraWork(models);
        functions(models);
        return models;
    }

    /** Adds a damaged {@link #small()}. */
    static void add(Map<String, byte[]> models, String name, Consumer<GraphProto.Builder> damage) {
        ModelProto.Builder model = small().toBuilder();
        damage.accept(model.getGraphBuilder());
        models.put(name, model.build().toByteArray());
    }

    private static NodeProto.Builder node(GraphProto.Builder graph, String name) {
        return graph.getNodeBuilderList().stream()
                .filter(n -> n.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void structure(Map<String, byte[]> models) {
        add(models, "a cycle", g -> node(g, "c1").setInput(0, "r2"));
        add(models, "a node reads itself", g -> node(g, "a").setInput(1, "a"));
        add(models, "a value is made twice", g -> node(g, "r1").setOutput(0, "c1"));
        add(models, "two nodes of one name", g -> node(g, "r1").setName("c1"));
        add(models, "an input is a node's output", g -> node(g, "c1").setOutput(0, "x"));
        add(models, "no nodes", GraphProto.Builder::clearNode);
        add(models, "no outputs", GraphProto.Builder::clearOutput);
        add(models, "no inputs", GraphProto.Builder::clearInput);
        add(models, "an unknown operator", g -> node(g, "r1").setOpType("Frobnicate"));
        add(models, "an unknown domain", g -> node(g, "r1").setDomain("example.org"));
        add(models, "a convolution without weight", g -> node(g, "c1").clearInput().addInput("x"));
        add(models, "a convolution without inputs", g -> node(g, "c1").clearInput());
        add(models, "a convolution without outputs", g -> node(g, "c1").clearOutput());
        add(models, "nine inputs", g -> node(g, "c1").addAllInput(List.of("x", "x", "x", "x")));
        add(models, "the weight is the activation", g -> node(g, "c2").setInput(1, "r1"));
        add(models, "the bias is the weight", g -> node(g, "c1").setInput(2, "w1"));
        add(models, "an output is an initializer", g -> g.getOutputBuilder(0).setName("w1"));
        add(models, "an output is the input", g -> g.getOutputBuilder(0).setName("x"));
        add(models, "the output twice", g -> g.addOutput(g.getOutput(0)));
        add(models, "the input twice", g -> g.addInput(g.getInput(0)));
        for (long size : new long[] {0, -1, 1L << 31, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
            add(
                    models,
                    "the input's height is " + size,
                    g -> shape(g).getDimBuilder(2).setDimValue(size));
            add(
                    models,
                    "the input's batch is " + size,
                    g -> shape(g).getDimBuilder(0).setDimValue(size));
        }
        add(models, "the input has no shape", g -> tensorType(g).clearShape());
        add(models, "the input is a scalar", g -> shape(g).clearDim());
        for (int type : new int[] {0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 14, 16, 17, 22, 99}) {
            add(models, "the input's type is " + type, g -> tensorType(g).setElemType(type));
        }
    }

    private static io.github.djlquant.onnx.proto.TypeProto.Tensor.Builder tensorType(
            GraphProto.Builder graph) {
        return graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder();
    }

    private static io.github.djlquant.onnx.proto.TensorShapeProto.Builder shape(
            GraphProto.Builder graph) {
        return tensorType(graph).getShapeBuilder();
    }

    private static void attributes(Map<String, byte[]> models) {
        long[] numbers = {0, -1, 2, 100, 1L << 31, 1L << 33, Long.MAX_VALUE, Long.MIN_VALUE};
        for (long number : numbers) {
            add(models, "group " + number, g -> set(node(g, "c1"), integer("group", number)));
            add(models, "axis " + number, g -> set(node(g, "f"), integer("axis", number)));
            add(models, "transB " + number, g -> set(node(g, "y"), integer("transB", number)));
            for (String key : List.of("kernel_shape", "strides", "dilations")) {
                for (String at : List.of("c1", "m")) {
                    add(
                            models,
                            at + " has " + key + " " + number,
                            g -> set(node(g, at), integers(key, number, number)));
                }
            }
            for (String at : List.of("c1", "m")) {
                add(
                        models,
                        at + " has pads " + number,
                        g -> set(node(g, at), integers("pads", number, number, number, number)));
            }
        }
        add(models, "one stride", g -> set(node(g, "c1"), integers("strides", 1)));
        add(models, "no strides", g -> set(node(g, "c1"), integers("strides")));
        add(models, "five pads", g -> set(node(g, "c1"), integers("pads", 1, 1, 1, 1, 1)));
        add(models, "one pad", g -> set(node(g, "c1"), integers("pads", 1)));
        add(models, "pads is one number", g -> set(node(g, "c1"), integer("pads", 1)));
        add(
                models,
                "auto_pad is a number",
                g -> set(node(g, "c1").clearAttribute(), integer("auto_pad", 1)));
        for (String mode : List.of("SAME_UPPER", "VALID", "SAME_MIDDLE", "")) {
            add(
                    models,
                    "auto_pad " + mode,
                    g ->
                            set(
                                    node(g, "c1").clearAttribute(),
                                    Models.attribute("auto_pad", AttributeType.STRING)
                                            .setS(ByteString.copyFromUtf8(mode))));
        }
    }

    private static AttributeProto.Builder integer(String key, long value) {
        return Models.attribute(key, AttributeType.INT).setI(value);
    }

    private static AttributeProto.Builder integers(String key, long... values) {
        AttributeProto.Builder attribute = Models.attribute(key, AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute;
    }

    private static void set(NodeProto.Builder node, AttributeProto.Builder attribute) {
        List<AttributeProto> others =
                node.getAttributeList().stream()
                        .filter(a -> !a.getName().equals(attribute.getName()))
                        .toList();
        node.clearAttribute().addAllAttribute(others).addAttribute(attribute);
    }

    /** Operators that a few bytes make allocate or compute without measure. */
    private static void extraWork(Map<String, byte[]> models) {
        for (long size : new long[] {-1, 1L << 33, 1L << 45, Long.MAX_VALUE}) {
            addBefore(models, "Expand to " + size, "Expand", longs("s", size, 3, 8, 8));
            addBefore(models, "Tile by " + size, "Tile", longs("s", size, 1, 1, 1));
            addBefore(models, "Reshape to " + size, "Reshape", longs("s", size, 3, 8, 8));
            addBefore(models, "Pad by " + size, "Pad", longs("s", 0, 0, 0, 0, size, 0, 0, 0));
            addBefore(models, "Unsqueeze at " + size, "Unsqueeze", longs("s", size));
            add(
                    models,
                    "ConstantOfShape " + size,
                    g ->
                            g.addInitializer(longs("s", size))
                                    .addNode(0, Models.node("ConstantOfShape", List.of("s"), "k"))
                                    .addNode(
                                            1,
                                            Models.node("ReduceSum", List.of("k"), "l")
                                                    .setName("sum"))
                                    .addNode(2, Models.node("Add", List.of("x", "l"), "x2"))
                                    .getNodeBuilder(3)
                                    .setInput(0, "x2"));
        }
    }

    private static TensorProto longs(String name, long... values) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor.build();
    }

    private static void addBefore(
            Map<String, byte[]> models, String name, String op, TensorProto parameter) {
        add(
                models,
                name,
                g -> {
                    node(g, "c1").setInput(0, "x2");
                    g.addInitializer(parameter)
                            .addNode(
                                    0,
                                    Models.node(op, List.of("x", parameter.getName()), "x2")
                                            .setName("extra"));
                });
    }

    private static void functions(Map<String, byte[]> models) {
        for (boolean recursive : new boolean[] {false, true}) {
            ModelProto.Builder model = small().toBuilder();
            model.setIrVersion(8)
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("my").setVersion(1));
            NodeProto.Builder relu = node(model.getGraphBuilder(), "r1");
            relu.setDomain("my").setOpType("F");
            model.addFunctions(
                    FunctionProto.newBuilder()
                            .setName("F")
                            .setDomain("my")
                            .addInput("a")
                            .addOutput("b")
                            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                            .addOpsetImport(
                                    OperatorSetIdProto.newBuilder().setDomain("my").setVersion(1))
                            .addNode(
                                    Models.node(recursive ? "F" : "Relu", List.of("a"), "b")
                                            .setDomain(recursive ? "my" : "")));
            models.put(
                    recursive ? "a function that calls itself" : "a function",
                    model.build().toByteArray());
        }
    }
}
