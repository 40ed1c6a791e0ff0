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

import static io.github.djlquant.onnx.read.Models.attribute;
import static io.github.djlquant.onnx.read.Models.floats;
import static io.github.djlquant.onnx.read.Models.node;
import static io.github.djlquant.onnx.read.Models.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.AttributeProto.AttributeType;
import io.github.djlquant.onnx.proto.FunctionProto;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import io.github.djlquant.onnx.proto.TypeProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine inlines functions by itself: what it computes from the file is the oracle. */
class InlineFunctionsTest {

    private static final String LOCAL = "local";

    @TempDir Path folder;

    private static OperatorSetIdProto opset(String domain, long version) {
        return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
    }

    private static FunctionProto.Builder function(
            String name, List<String> inputs, List<String> outputs, NodeProto.Builder... nodes) {
        FunctionProto.Builder function =
                FunctionProto.newBuilder()
                        .setName(name)
                        .setDomain(LOCAL)
                        .addAllInput(inputs)
                        .addAllOutput(outputs)
                        .addOpsetImport(opset("", 17))
                        .addOpsetImport(opset(LOCAL, 1));
        for (NodeProto.Builder node : nodes) {
            function.addNode(node);
        }
        return function;
    }

    private static NodeProto.Builder call(String op, List<String> inputs, String... outputs) {
        return node(op, inputs, outputs).setDomain(LOCAL);
    }

    private static AttributeProto.Builder reference(String name, AttributeType type, String to) {
        return AttributeProto.newBuilder().setName(name).setType(type).setRefAttrName(to);
    }

    /** y = x, x through calls of functions; x has two elements. */
    private static ModelProto.Builder model(List<NodeProto.Builder> calls) {
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .setName("g")
                        .addInput(value("x", 2))
                        .addOutput(value("y", 2))
                        .addInitializer(floats("w", 3, -4));
        calls.forEach(graph::addNode);
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(opset("", 17))
                .addOpsetImport(opset(LOCAL, 1))
                .setGraph(graph);
    }

    private Graph assertInlined(ModelProto.Builder model) {
        Path file = Models.write(model, folder.resolve("m.onnx"));
        Graph graph = OnnxReader.read(file);
        assertThat(graph.nodes()).noneMatch(node -> node.op().dialect().equals(LOCAL));
        Map<String, Tensor> feeds = Map.of("x", Tensor.ofFloats(new float[] {0.5f, -2}, 2));
        OnnxBackend backend = new OnnxBackend();
        try (GraphRunner source = backend.open(file, RunOptions.DEFAULT);
                GraphRunner read = backend.open(graph, RunOptions.DEFAULT)) {
            assertThat(read.run(feeds).get("y").toFloats())
                    .containsExactly(source.run(feeds).get("y").toFloats());
        }
        return graph;
    }

    @Test
    void everyCallHasValuesOfItsOwn() {
        Graph graph =
                assertInlined(
                        model(
                                        List.of(
                                                call("Layer", List.of("x", "w"), "t")
                                                        .setName("first"),
                                                call("Layer", List.of("t", "w"), "y")))
                                .addFunctions(
                                        function(
                                                "Layer",
                                                List.of("a", "b"),
                                                List.of("c"),
                                                node("Mul", List.of("a", "b"), "m").setName("mul"),
                                                node("Tanh", List.of("m"), "c"))));
        assertThat(graph.toString())
                .contains("%first/m = Mul(%x, %w)", "%t = Tanh(%first/m)")
                .contains("%y/m = Mul(%t, %w)", "%y = Tanh(%y/m)");
    }

    @Test
    void attributesComeFromTheCallOrTheirDefault() {
        FunctionProto.Builder leaky =
                function(
                                "Leaky",
                                List.of("a"),
                                List.of("b"),
                                node("LeakyRelu", List.of("a"), "l")
                                        .addAttribute(
                                                reference("alpha", AttributeType.FLOAT, "slope")),
                                node("Elu", List.of("l"), "b")
                                        .addAttribute(
                                                reference("alpha", AttributeType.FLOAT, "other")))
                        .addAttribute("other")
                        .addAttributeProto(attribute("slope", AttributeType.FLOAT).setF(0.25f));
        Graph graph =
                assertInlined(
                        model(
                                        List.of(
                                                call("Leaky", List.of("x"), "t"),
                                                call("Leaky", List.of("t"), "y")
                                                        .addAttribute(
                                                                attribute(
                                                                                "slope",
                                                                                AttributeType.FLOAT)
                                                                        .setF(0.5f))))
                                .addFunctions(leaky));
        assertThat(graph.toString()).contains("alpha=0.25", "alpha=0.5");
    }

    @Test
    void functionsCallFunctionsAndLeaveOutInputs() {
        assertInlined(
                model(List.of(call("Outer", List.of("x"), "y")))
                        .addFunctions(
                                function(
                                        "Outer",
                                        List.of("a"),
                                        List.of("b"),
                                        call("Inner", List.of("a"), "t"),
                                        call("Inner", List.of("t"), "b")))
                        .addFunctions(
                                function(
                                        "Inner",
                                        List.of("a", "limit"),
                                        List.of("b"),
                                        node("Neg", List.of("a"), "t"),
                                        node("Clip", List.of("t", "limit"), "b"))));
    }

    @Test
    void bodiesReadTheValuesOfTheFunction() {
        ValueInfoProto.Builder untyped =
                ValueInfoProto.newBuilder()
                        .setType(
                                TypeProto.newBuilder()
                                        .setTensorType(
                                                TypeProto.Tensor.newBuilder().setElemType(1)));
        GraphProto.Builder yes =
                GraphProto.newBuilder()
                        .setName("yes")
                        .addInitializer(floats("k", 2, 3))
                        .addNode(node("Mul", List.of("a", "k"), "r"))
                        .addOutput(untyped.setName("r"));
        GraphProto.Builder no =
                GraphProto.newBuilder()
                        .setName("no")
                        .addNode(node("Neg", List.of("n"), "r2"))
                        .addOutput(untyped.setName("r2"));
        FunctionProto.Builder choose =
                function(
                        "Choose",
                        List.of("a"),
                        List.of("b"),
                        node("Abs", List.of("a"), "n"),
                        node("ReduceSum", List.of("a"), "s")
                                .addAttribute(attribute("keepdims", AttributeType.INT).setI(0)),
                        node("Cast", List.of("s"), "c")
                                .addAttribute(attribute("to", AttributeType.INT).setI(9)),
                        node("If", List.of("c"), "b")
                                .addAttribute(
                                        attribute("then_branch", AttributeType.GRAPH).setG(yes))
                                .addAttribute(
                                        attribute("else_branch", AttributeType.GRAPH).setG(no)));
        assertInlined(
                model(List.of(call("Choose", List.of("x"), "t"), call("Choose", List.of("t"), "y")))
                        .addFunctions(choose));
    }

    /** The runtime itself refuses such a function. */
    @Test
    void whatAFunctionHandsThroughIsCopied() {
        ModelProto.Builder model =
                model(
                                List.of(
                                        call("Pass", List.of("x"), "t", "u"),
                                        node("Add", List.of("t", "u"), "y")))
                        .addFunctions(
                                function(
                                        "Pass",
                                        List.of("a"),
                                        List.of("a", "b"),
                                        node("Neg", List.of("a"), "b")));
        assertThat(OnnxReader.read(Models.write(model, folder.resolve("m.onnx"))).toString())
                .contains("%u = Neg(%x)", "%t = Identity(%x)", "%y = Add(%t, %u)");
    }

    @Test
    void aFunctionOfAnotherOpsetStaysAFunction() {
        FunctionProto.Builder old =
                function("Old", List.of("a"), List.of("b"), node("Neg", List.of("a"), "b"))
                        .setOpsetImport(0, opset("", 13));
        Path file =
                Models.write(
                        model(List.of(call("Old", List.of("x"), "y"))).addFunctions(old),
                        folder.resolve("m.onnx"));
        assertThat(OnnxReader.read(file).toString()).contains("local::Old");
    }

    @Test
    void refusesAFunctionThatCallsItself() {
        ModelProto.Builder model =
                model(List.of(call("A", List.of("x"), "y")))
                        .addFunctions(
                                function(
                                        "A",
                                        List.of("a"),
                                        List.of("b"),
                                        call("B", List.of("a"), "b")))
                        .addFunctions(
                                function(
                                        "B",
                                        List.of("a"),
                                        List.of("b"),
                                        call("A", List.of("a"), "b")));
        assertThatThrownBy(() -> OnnxReader.read(Models.write(model, folder.resolve("m.onnx"))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("function A")
                .hasMessageContaining("calls itself");
    }

    @Test
    void refusesFunctionsThatGrowWithoutBound() {
        ModelProto.Builder model = model(List.of(call("F0", List.of("x"), "y")));
        for (int i = 0; i < 40; i++) {
            String next = "F" + (i + 1);
            model.addFunctions(
                    function(
                            "F" + i,
                            List.of("a"),
                            List.of("c"),
                            call(next, List.of("a"), "b"),
                            call(next, List.of("b"), "c")));
        }
        model.addFunctions(
                function("F40", List.of("a"), List.of("b"), node("Neg", List.of("a"), "b")));
        assertThatThrownBy(() -> OnnxReader.read(Models.write(model, folder.resolve("m.onnx"))))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("200000 nodes");
    }
}
