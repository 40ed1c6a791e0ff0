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
import static io.github.djlquant.onnx.read.Models.entry;
import static io.github.djlquant.onnx.read.Models.floats;
import static io.github.djlquant.onnx.read.Models.model;
import static io.github.djlquant.onnx.read.Models.node;
import static io.github.djlquant.onnx.read.Models.scaled;
import static io.github.djlquant.onnx.read.Models.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.onnx.proto.AttributeProto.AttributeType;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxReaderTest {

    @TempDir Path folder;

    private Graph read(ModelProto.Builder model) {
        return OnnxReader.read(Models.write(model, folder.resolve("model.onnx")));
    }

    @Test
    void readsAGraph() {
        Graph graph = read(scaled().addMetadataProps(entry("author", "someone")));

        assertThat(graph)
                .hasToString(
                        """
                        graph g(%x: float[1,4]) -> (%y: float[1,4]) {
                          %w = float[4] {1.0, 2.0, 3.0, 4.0}
                          %y = Mul(%x, %w)
                        }
                        """);
        assertThat(graph.opsets()).containsOnly(java.util.Map.entry("onnx", 17L));
        assertThat(graph.metadata()).containsOnly(java.util.Map.entry("author", "someone"));
        assertThat(graph.node("mul")).isPresent();
    }

    @Test
    void weightsStayViewsOfTheMappedFile() {
        Graph graph = read(scaled());

        assertThat(graph.constants().get("w").bytes().isDirect()).isTrue();
    }

    @Test
    void inventsStableNamesForNodes() {
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .addInput(value("x", 1))
                        .addOutput(value("d", 1))
                        .addNode(node("Relu", List.of("x"), "a"))
                        .addNode(node("Relu", List.of("a"), "b").setName("twice"))
                        .addNode(node("Relu", List.of("b"), "c").setName("twice"))
                        .addNode(node("Relu", List.of("c"), "d").setName("Relu_a"));

        assertThat(read(model(graph)).nodes())
                .extracting(Node::name)
                .containsExactly("Relu_a_1", "twice", "twice_1", "Relu_a");
    }

    @Test
    void mapsDomainsToDialects() {
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .addInput(value("x", 1))
                        .addOutput(value("b", 1))
                        .addNode(node("Relu", List.of("x"), "a").setDomain("ai.onnx"))
                        .addNode(node("Gelu", List.of("a"), "b").setDomain("com.microsoft"));
        Graph read =
                read(
                        model(graph)
                                .addOpsetImport(
                                        OperatorSetIdProto.newBuilder()
                                                .setDomain("com.microsoft")
                                                .setVersion(1)));

        assertThat(read.nodes())
                .extracting(Node::op)
                .containsExactly(OpType.onnx("Relu"), new OpType(OpType.MICROSOFT, "Gelu"));
        assertThat(read.opsets()).containsEntry("com.microsoft", 1L);
    }

    @Test
    void initializersAreNoInputs() {
        ModelProto.Builder model = scaled().setIrVersion(3);
        model.getGraphBuilder().addInput(value("w", 4));

        assertThat(read(model).inputs()).extracting(Value::name).containsExactly("x");
    }

    @Test
    void constantNodesBecomeConstantsUnlessTheyAreOutputs() {
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .addOutput(value("f", 1))
                        .addOutput(value("s", 1))
                        .addNode(constant("f", attribute("value", AttributeType.TENSOR), 1))
                        .addNode(constant("t", attribute("value", AttributeType.TENSOR), 1))
                        .addNode(
                                node("Constant", List.of(), "is")
                                        .addAttribute(
                                                attribute("value_ints", AttributeType.INTS)
                                                        .addInts(3)
                                                        .addInts(4)))
                        .addNode(
                                node("Constant", List.of(), "fl")
                                        .addAttribute(
                                                attribute("value_float", AttributeType.FLOAT)
                                                        .setF(2)))
                        .addNode(node("Custom", List.of("t", "is", "fl"), "s"));

        Graph read = read(model(graph));

        assertThat(read.constants()).containsOnlyKeys("t", "is", "fl");
        assertThat(read.constants().get("is").toLongs()).containsExactly(3, 4);
        assertThat(read.constants().get("fl").shape()).isEqualTo(Shape.of());
        assertThat(read.nodes()).hasSize(2);
    }

    private static io.github.djlquant.onnx.proto.NodeProto.Builder constant(
            String name, io.github.djlquant.onnx.proto.AttributeProto.Builder key, float v) {
        return node("Constant", List.of(), name).addAttribute(key.setT(floats("", v)));
    }

    @Test
    void sortsNodesThatStandInAWrongOrder() {
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .addInput(value("x", 1))
                        .addOutput(value("b", 1))
                        .addNode(node("Relu", List.of("a"), "b"))
                        .addNode(node("Relu", List.of("x"), "a"));

        assertThat(read(model(graph)).nodes()).extracting(Node::output).containsExactly("a", "b");
    }

    @Test
    void readsNestedGraphs() {
        Graph read = read(Models.diverse());

        Node branch = read.nodes().get(1);
        assertThat(branch.bodies()).hasSize(2);
        assertThat(branch.bodies().get(0).constants()).containsOnlyKeys("b");
        assertThat(read.consumers("m")).hasSize(2);
    }

    @Test
    void typesOfOldAttributesAreThatOfTheirValue() {
        ModelProto.Builder model = scaled();
        model.getGraphBuilder()
                .getNodeBuilder(0)
                .addAttribute(
                        io.github.djlquant.onnx.proto.AttributeProto.newBuilder()
                                .setName("axis")
                                .setI(3));

        assertThat(read(model).nodes().get(0).attributes())
                .containsEntry("axis", new Attribute.IntAttribute(3));
    }

    @Test
    void unknownExtentsMayBeMinusOne() {
        ModelProto.Builder model = scaled();
        model.getGraphBuilder().setInput(0, value("x", -1, 4));

        assertThat(read(model).inputs().get(0)).hasToString("%x: float[?,4]");
    }

    @Test
    void notANumberIsNoErrorHere() {
        ModelProto.Builder model = scaled();
        model.getGraphBuilder()
                .setInitializer(0, floats("w", Float.NaN, Float.POSITIVE_INFINITY, 0, 1));

        assertThat(read(model).constants().get("w").toFloats()[0]).isNaN();
    }
}
