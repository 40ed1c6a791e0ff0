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
import static io.github.djlquant.onnx.read.Models.model;
import static io.github.djlquant.onnx.read.Models.node;
import static io.github.djlquant.onnx.read.Models.scaled;
import static io.github.djlquant.onnx.read.Models.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.proto.AttributeProto.AttributeType;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.TrainingInfoProto;
import io.github.djlquant.onnx.proto.TypeProto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reader refuses, and where its error says that the file breaks. */
class MalformedModelTest {

    @TempDir Path folder;

    private Graph read(ModelProto.Builder model) {
        return OnnxReader.read(Models.write(model, folder.resolve("model.onnx")));
    }

    private AbstractThrowableAssert<?, ? extends Throwable> malformed(ModelProto.Builder model) {
        return assertThatThrownBy(() -> read(model))
                .isExactlyInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.onnx");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> malformed(byte[] bytes)
            throws Exception {
        Path file = Files.write(folder.resolve("model.onnx"), bytes);
        return assertThatThrownBy(() -> OnnxReader.read(file))
                .isExactlyInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.onnx");
    }

    @Test
    void refusesWhatIsNoModel() throws Exception {
        malformed(new byte[0]).hasMessageContaining("empty");
        malformed("<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8))
                .hasMessageContaining("web page");
        malformed(new byte[] {'P', 'K', 3, 4, 0, 0}).hasMessageContaining("zip");
        malformed(
                        "version https://git-lfs.github.com/spec/v1\noid"
                                .getBytes(StandardCharsets.UTF_8))
                .hasMessageContaining("LFS");
        malformed("hello, world".getBytes(StandardCharsets.UTF_8))
                .hasMessageContaining("not an ONNX model");
        byte[] model = scaled().build().toByteArray();
        malformed(java.util.Arrays.copyOf(model, model.length - 3))
                .hasMessageContaining("truncated")
                .hasMessageContaining("at byte");
        malformed(ModelProto.newBuilder().setIrVersion(8)).hasMessageContaining("no graph");
        assertThatThrownBy(() -> OnnxReader.read(folder.resolve("absent.onnx")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no such model file");
        assertThatThrownBy(() -> OnnxReader.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void namesTheByteWhereAFileBreaks() throws Exception {
        byte[] model = scaled().build().toByteArray();
        Path file =
                Files.write(
                        folder.resolve("model.onnx"),
                        java.util.Arrays.copyOf(model, model.length - 1));

        assertThatThrownBy(() -> OnnxReader.read(file))
                .isInstanceOfSatisfying(
                        QuantizationException.class,
                        e ->
                                assertThat(e.problem().byteOffset())
                                        .isBetween(1L, (long) model.length));
    }

    @Test
    void refusesVersionsThatItDoesNotKnow() {
        assertThatThrownBy(() -> read(scaled().setIrVersion(99)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("IR version 99");
        malformed(scaled().setIrVersion(0)).hasMessageContaining("IR version");
        malformed(
                        scaled().addOpsetImport(
                                        OperatorSetIdProto.newBuilder()
                                                .setDomain("ai.onnx")
                                                .setVersion(18)))
                .hasMessageContaining("17 and 18");
    }

    @Test
    void refusesTrainingGraphsAndGraphLists() {
        assertThatThrownBy(
                        () ->
                                read(
                                        scaled().addTrainingInfo(
                                                        TrainingInfoProto.getDefaultInstance())))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("training");
        ModelProto.Builder model = scaled();
        model.getGraphBuilder()
                .getNodeBuilder(0)
                .addAttribute(
                        attribute("bodies", AttributeType.GRAPHS)
                                .addGraphs(GraphProto.getDefaultInstance()));
        assertThatThrownBy(() -> read(model))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("node mul, attribute bodies");
    }

    @Test
    void refusesDeepNestingWithoutAnOverflow() {
        GraphProto.Builder graph = GraphProto.newBuilder();
        for (int depth = 0; depth < 60; depth++) {
            graph =
                    GraphProto.newBuilder()
                            .addNode(
                                    node("If", List.of(), "v" + depth)
                                            .addAttribute(
                                                    attribute("then_branch", AttributeType.GRAPH)
                                                            .setG(graph)));
        }
        malformed(model(graph)).hasMessageContaining("nest");
        TypeProto.Builder type = TypeProto.newBuilder();
        for (int depth = 0; depth < 60; depth++) {
            TypeProto.Builder outer = TypeProto.newBuilder();
            outer.getSequenceTypeBuilder().setElemType(type);
            type = outer;
        }
        ModelProto.Builder model = scaled();
        model.getGraphBuilder().getInputBuilder(0).setType(type);
        malformed(model).hasMessageContaining("nest");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, negative dimension",
        "9223372036854775807, overflows",
        "4611686018427387904, overflows",
        "2305843009213693951, does not have the size",
        "5, does not have the size"
    })
    void refusesAbsurdShapesBeforeAllocating(long size, String message) {
        ModelProto.Builder model = scaled();
        model.getGraphBuilder().getInitializerBuilder(0).setDims(0, size);

        malformed(model).hasMessageContaining("initializer w").hasMessageContaining(message);
    }

    @Test
    void refusesAProductOfDimensionsThatOverflows() {
        ModelProto.Builder model = scaled();
        model.getGraphBuilder().getInitializerBuilder(0).setDims(0, 1L << 32).addDims(1L << 32);

        malformed(model).hasMessageContaining("element count overflows");
    }

    @Test
    void refusesUnknownTypesAndMixedEncodings() {
        ModelProto.Builder model = scaled();
        model.getGraphBuilder().getInitializerBuilder(0).setDataType(99);
        malformed(model).hasMessageContaining("initializer w").hasMessageContaining("99");

        ModelProto.Builder mixed = scaled();
        mixed.getGraphBuilder().getInitializerBuilder(0).addFloatData(1);
        malformed(mixed).hasMessageContaining("several fields");

        ModelProto.Builder segment = scaled();
        segment.getGraphBuilder()
                .getInitializerBuilder(0)
                .setSegment(TensorProto.Segment.getDefaultInstance());
        assertThatThrownBy(() -> read(segment)).isInstanceOf(UnsupportedModelException.class);
    }

    @Test
    void refusesBrokenGraphs() {
        ModelProto.Builder cycle = scaled();
        cycle.getGraphBuilder()
                .addNode(node("Add", List.of("x", "b"), "a"))
                .addNode(node("Relu", List.of("a"), "b"));
        malformed(cycle).hasMessageContaining("cycle");

        ModelProto.Builder twice = scaled();
        twice.getGraphBuilder().addNode(node("Relu", List.of("x"), "y"));
        malformed(twice).hasMessageContaining("made twice");

        ModelProto.Builder dangling = scaled();
        dangling.getGraphBuilder().addNode(node("Relu", List.of("nothing"), "z"));
        malformed(dangling).hasMessageContaining("'nothing'");

        ModelProto.Builder initializers = scaled();
        initializers.getGraphBuilder().addInitializer(floats("w", 1));
        malformed(initializers).hasMessageContaining("given twice");

        ModelProto.Builder nameless = scaled();
        nameless.getGraphBuilder().getNodeBuilder(0).clearOpType();
        malformed(nameless).hasMessageContaining("no operator");

        ModelProto.Builder mistyped = scaled();
        mistyped.getGraphBuilder()
                .getNodeBuilder(0)
                .addAttribute(attribute("axis", AttributeType.INT).setF(1));
        malformed(mistyped).hasMessageContaining("node mul, attribute axis");
    }

    @Test
    void refusesNegativeExtents() {
        ModelProto.Builder model = scaled();
        model.getGraphBuilder().setInput(0, value("x", -2, 4));
        malformed(model).hasMessageContaining("input x: a value has a negative dimension");
    }
}
