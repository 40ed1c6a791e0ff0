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
package io.github.djlquant.onnx.write;

import static io.github.djlquant.onnx.read.Models.attribute;
import static io.github.djlquant.onnx.read.Models.entry;
import static io.github.djlquant.onnx.read.Models.floats;
import static io.github.djlquant.onnx.read.Models.node;
import static io.github.djlquant.onnx.read.Models.scaled;
import static io.github.djlquant.onnx.read.Models.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.proto.AttributeProto.AttributeType;
import io.github.djlquant.onnx.proto.FunctionProto;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import io.github.djlquant.onnx.proto.SparseTensorProto;
import io.github.djlquant.onnx.proto.TensorAnnotation;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.TypeProto;
import io.github.djlquant.onnx.read.Models;
import io.github.djlquant.onnx.read.OnnxReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxWriterTest {

    @TempDir Path folder;

    private Graph read(ModelProto.Builder model) {
        return OnnxReader.read(Models.write(model, folder.resolve("source.onnx")));
    }

    private ModelProto write(Graph graph, WriteOptions options) throws Exception {
        Path file = folder.resolve("written.onnx");
        OnnxWriter.write(graph, file, options);
        return ModelProto.parseFrom(Files.readAllBytes(file));
    }

    private ModelProto rewrite(ModelProto.Builder model) throws Exception {
        return write(read(model), WriteOptions.DEFAULT);
    }

    @Test
    void anInterruptedThreadCancels() {
        Graph graph = read(scaled());
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> OnnxWriter.write(graph, folder.resolve("copy.onnx")))
                .isInstanceOf(QuantizationCancelledException.class)
                .hasMessageContaining("copy.onnx");
        assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    }

    /** A model whose every part has its place comes back message for message. */
    @Test
    void everythingSurvives() throws Exception {
        ModelProto.Builder model =
                scaled().setProducerVersion("1.2")
                        .setDomain("org.example")
                        .setModelVersion(3)
                        .setDocString("a model")
                        .addMetadataProps(entry("author", "someone"))
                        .addOpsetImport(
                                OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1))
                        .addFunctions(
                                FunctionProto.newBuilder()
                                        .setName("Twice")
                                        .setDomain("local")
                                        // Of another opset than the model, so it is not inlined.
                                        .addOpsetImport(
                                                OperatorSetIdProto.newBuilder().setVersion(7))
                                        .addInput("a")
                                        .addOutput("b")
                                        .addNode(node("Add", List.of("a", "a"), "b")));
        TypeProto.Builder denoted = value("x", 1, 4).getType().toBuilder().setDenotation("IMAGE");
        denoted.getTensorTypeBuilder().getShapeBuilder().getDimBuilder(0).setDenotation("BATCH");
        denoted.getTensorTypeBuilder().getShapeBuilder().getDimBuilder(1).setDimParam("width");
        TypeProto.Builder sequence = TypeProto.newBuilder();
        sequence.getSequenceTypeBuilder().setElemType(value("", 1).getType());
        TypeProto.Builder map = TypeProto.newBuilder();
        map.getMapTypeBuilder().setKeyType(7).setValueType(value("", 1).getType());
        model.getGraphBuilder()
                .setDocString("a graph")
                .addMetadataProps(entry("graph", "text"))
                .addQuantizationAnnotation(
                        TensorAnnotation.newBuilder()
                                .setTensorName("w")
                                .addQuantParameterTensorNames(entry("SCALE_TENSOR", "s")))
                .setInput(0, value("x").setType(denoted).setDocString("pixels"))
                .addInput(value("s").setType(sequence))
                .addInput(value("m").setType(map).addMetadataProps(entry("k", "v")))
                .setInitializer(
                        0,
                        floats("w", 1, 2, 3, 4)
                                .setDocString("weights")
                                .addMetadataProps(entry("k", "v")))
                .addInitializer(
                        TensorProto.newBuilder()
                                .setName("words")
                                .setDataType(8)
                                .addDims(1)
                                .addStringData(ByteString.copyFromUtf8("word")))
                .addValueInfo(value("t", 1, 4).setDocString("between"))
                .setNode(
                        0,
                        node("Mul", List.of("x", "w"), "t")
                                .setName("mul")
                                .setDocString("a node")
                                .addMetadataProps(entry("k", "v"))
                                .setOverload("o"))
                .addNode(
                        node("Twice", List.of("t"), "y")
                                .setName("twice")
                                .setDomain("local")
                                .addAttribute(
                                        attribute("bytes", AttributeType.STRING)
                                                .setS(ByteString.fromHex("ff00")))
                                .addAttribute(
                                        attribute("type", AttributeType.TYPE_PROTO)
                                                .setTp(sequence)
                                                .setDocString("an attribute"))
                                .addAttribute(
                                        attribute("tensors", AttributeType.TENSORS)
                                                .addTensors(floats("", 1)))
                                .addAttribute(attribute("none", AttributeType.INTS)));

        assertThat(rewrite(model)).isEqualTo(model.build());
    }

    @Test
    void nestedGraphsSurvive() throws Exception {
        Graph graph = read(Models.diverse());
        ModelProto written = write(graph, WriteOptions.DEFAULT);

        assertThat(OnnxReader.read(folder.resolve("written.onnx"))).hasToString(graph.toString());
        GraphProto branch = written.getGraph().getNode(1).getAttribute(0).getG();
        assertThat(branch.getInitializer(0)).isEqualTo(floats("b", 1, 1, 1, 1).build());
    }

    @Test
    void sparseInitializersBecomeConstantNodes() throws Exception {
        ModelProto.Builder model = scaled();
        SparseTensorProto sparse =
                SparseTensorProto.newBuilder()
                        .setValues(floats("w", 5))
                        .setIndices(
                                TensorProto.newBuilder().setDataType(7).addDims(1).addInt64Data(2))
                        .addDims(4)
                        .build();
        model.getGraphBuilder().clearInitializer().addSparseInitializer(sparse);

        GraphProto written = rewrite(model).getGraph();

        assertThat(written.getNode(0).getOpType()).isEqualTo("Constant");
        assertThat(written.getNode(0).getAttribute(0).getSparseTensor()).isEqualTo(sparse);
    }

    @Test
    void theSameGraphGivesTheSameBytes() throws Exception {
        Graph graph = read(Models.diverse());
        Path first = folder.resolve("a.onnx");
        Path second = folder.resolve("b.onnx");
        OnnxWriter.write(graph, first);
        OnnxWriter.write(graph.edit().build().edit().build(), folder.resolve("c.onnx"));
        OnnxWriter.write(graph, second);

        assertThat(second).hasSameBinaryContentAs(first);
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(Files.readAllBytes(first));
    }

    @Test
    void replacesALongerFile() throws Exception {
        Path file = Files.write(folder.resolve("written.onnx"), new byte[10_000]);
        OnnxWriter.write(read(scaled()), file);

        assertThat(OnnxReader.read(file).nodes()).hasSize(1);
    }

    @Test
    void replacesTheVeryFileThatItsWeightsAreMappedFrom() {
        Graph graph = read(scaled());
        String before = graph.toString();
        Graph quieter = graph.edit().constant("w", Tensor.ofFloats(new float[] {9}, 1)).build();

        OnnxWriter.write(quieter, folder.resolve("source.onnx"));

        assertThat(graph).hasToString(before);
        assertThat(OnnxReader.read(folder.resolve("source.onnx"))).hasToString(quieter.toString());
    }

    @Test
    void weightsThatDoNotFitLieBesideTheModel() throws Exception {
        float[] many = new float[3_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = i;
        }
        ModelProto.Builder model = scaled();
        model.getGraphBuilder()
                .addInitializer(floats("large", many))
                .addInitializer(floats("large too", many))
                .addNode(node("Custom", List.of("large", "large too"), "z"));
        Graph graph = read(model);
        Path file = folder.resolve("temporary.onnx");

        List<Path> written =
                OnnxWriter.write(
                        graph,
                        file,
                        WriteOptions.DEFAULT.withInlineLimit(0).withExternalName("final.data"));

        assertThat(written).containsExactly(file, folder.resolve("final.data"));
        ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(file));
        assertThat(proto.getGraph().getInitializer(0).hasRawData()).as("small").isTrue();
        assertThat(proto.getGraph().getInitializer(2).getExternalDataList())
                .containsExactly(
                        entry("location", "final.data").build(),
                        entry("offset", "12288").build(),
                        entry("length", "12000").build());
        Graph again = OnnxReader.read(file);
        assertThat(again.constants().get("large too").toFloats()).isEqualTo(many);
        assertThat(Files.size(folder.resolve("final.data"))).isEqualTo(12_288 + 12_000);
        assertThat(write(again, WriteOptions.DEFAULT).getGraph().getInitializer(1))
                .isEqualTo(floats("large", many).build());
    }

    @ParameterizedTest
    @CsvSource({
        "3, 17, 8",
        "8, 17, 8",
        "9, 17, 9",
        "13, 17, 10",
        "7, 9, 7",
        "3, 9, 4",
        "8, 21, 10"
    })
    void choosesTheIrVersion(long source, long opset, long expected) throws Exception {
        ModelProto.Builder model = scaled().setIrVersion(source);
        model.getOpsetImportBuilder(0).setVersion(opset);

        assertThat(rewrite(model).getIrVersion()).isEqualTo(expected);
    }

    @Test
    void typesRaiseTheIrVersion() throws Exception {
        Graph graph = read(scaled());
        Graph int4 =
                graph.edit()
                        .constant("q", Tensor.ofInts(DataType.INT4, new int[] {1, 2}, 2))
                        .put(
                                new Node(
                                        "n",
                                        OpType.onnx("Identity"),
                                        List.of("q"),
                                        List.of("i"),
                                        Map.of()))
                        .build();

        assertThat(write(int4, WriteOptions.DEFAULT).getIrVersion()).isEqualTo(10);
        assertThat(write(graph, WriteOptions.DEFAULT.withIrVersion(9)).getIrVersion()).isEqualTo(9);
        assertThatThrownBy(() -> write(int4, WriteOptions.DEFAULT.withIrVersion(9)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("at least 10");
    }

    @Test
    void producerAndMetadataAreWritten() throws Exception {
        Graph graph = read(scaled()).edit().metadata("recipe", "{}").build();
        ModelProto written = write(graph, WriteOptions.DEFAULT.withProducer("me", "7"));

        assertThat(written.getProducerName()).isEqualTo("me");
        assertThat(written.getProducerVersion()).isEqualTo("7");
        assertThat(written.getMetadataPropsList()).containsExactly(entry("recipe", "{}").build());
    }

    @Test
    void refusesOperatorsOfOtherDialects() {
        Graph graph = read(scaled());
        Node aten =
                new Node(
                        "a",
                        new OpType(OpType.ATEN, "linear"),
                        List.of("x"),
                        List.of("z"),
                        Map.of());
        Node contrib =
                new Node(
                        "c",
                        new OpType(OpType.MICROSOFT, "Gelu"),
                        List.of("x"),
                        List.of("z"),
                        Map.of());
        Path file = folder.resolve("written.onnx");

        assertThatThrownBy(() -> OnnxWriter.write(graph.edit().put(aten).build(), file))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("aten::linear");
        assertThatThrownBy(() -> OnnxWriter.write(graph.edit().put(contrib).build(), file))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("com.microsoft");
        assertThat(file).doesNotExist();
    }

    @Test
    void failuresToWriteAreTyped() {
        Graph graph = read(scaled());
        assertThatThrownBy(() -> OnnxWriter.write(graph, folder.resolve("absent/model.onnx")))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("can't be written");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WriteOptions.DEFAULT.withExternalName("../escape"));
    }
}
