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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.write.OnnxWriter;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrtRunnerTest {

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private static Graph graph(
            long opset, Value input, Value output, Map<String, Tensor> constants, Node... nodes) {
        return new Graph(
                "test",
                List.of(input),
                List.of(output),
                List.of(nodes),
                constants,
                Map.of(),
                Map.of(OpType.ONNX, opset),
                Map.of(),
                Map.of());
    }

    private static Value value(String name, DataType type, long... shape) {
        return new Value(
                name, new ValueType.TensorType(type, shape.length == 0 ? null : Shape.of(shape)));
    }

    private static Node node(String name, String op, String output, String... inputs) {
        return new Node(name, OpType.onnx(op), List.of(inputs), List.of(output), Map.of());
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "FLOAT", "DOUBLE", "FLOAT16", "INT8", "UINT8", "INT16", "INT32", "INT64", "BOOL"
            })
    void elementsOfEveryTypeGoInAndOut(DataType type) {
        byte[] content = new byte[(int) type.byteSize(6)];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i & 1);
        }
        Tensor fed = new Tensor(type, Shape.of(2, 3), TensorStorage.of(ByteBuffer.wrap(content)));
        Graph identity =
                graph(
                        17,
                        value("x", type, 2, 3),
                        value("y", type),
                        Map.of(),
                        node("same", "Identity", "y", "x"));

        try (var runner = backend.open(identity, RunOptions.DEFAULT)) {
            Tensor got = runner.run(Map.of("x", fed)).get("y");
            assertThat(got.dataType()).isEqualTo(type);
            assertThat(got.shape()).isEqualTo(fed.shape());
            assertThat(got.bytes()).isEqualTo(fed.bytes());
        }
    }

    @Test
    void textGoesInAndOut() {
        List<Bytes> elements = List.of(Bytes.copyOf(new byte[] {'a'}), Bytes.copyOf(new byte[0]));
        Tensor fed = new Tensor(DataType.STRING, Shape.of(2), new TensorStorage.Strings(elements));
        Graph identity =
                graph(
                        17,
                        value("x", DataType.STRING, 2),
                        value("y", DataType.STRING),
                        Map.of(),
                        node("same", "Identity", "y", "x"));

        try (var runner = backend.open(identity, RunOptions.DEFAULT)) {
            assertThat(runner.run(Map.of("x", fed)).get("y").storage()).isEqualTo(fed.storage());
        }
    }

    @Test
    void aFixedShapeIsCheckedBeforeTheRuntimeSeesIt() {
        Graph relu =
                graph(
                        17,
                        value("x", DataType.FLOAT, 2, 3),
                        value("y", DataType.FLOAT),
                        Map.of(),
                        node("relu", "Relu", "y", "x"));
        try (var runner = backend.open(relu, RunOptions.DEFAULT)) {
            assertThatThrownBy(() -> runner.run(Map.of("x", Tensor.ofFloats(new float[4], 2, 2))))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("input x")
                    .hasMessageContaining("[2, 3]")
                    .hasMessageContaining("[2,2]");
        }
    }

    @Test
    void aFailureInsideTheModelNamesTheNode() {
        Graph gather =
                graph(
                        17,
                        value("x", DataType.INT64, 1),
                        value("y", DataType.FLOAT),
                        Map.of("table", Tensor.ofFloats(new float[4], 4)),
                        node("lookup", "Gather", "y", "table", "x"));
        try (var runner = backend.open(gather, RunOptions.DEFAULT)) {
            assertThatThrownBy(() -> runner.run(Map.of("x", Tensor.ofLongs(new long[] {9}, 1))))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageStartingWith("node lookup: ONNX Runtime refuses this batch");
        }
    }

    /** An exporter that was shown one sample writes its extents down. */
    @Test
    void aModelThatTakesSingleSamplesOnlyIsNoMystery() {
        Graph one =
                GraphBuilder.onnx(17)
                        .input("x", -1, 2)
                        .longs("shape", 1, 2)
                        .node("Reshape", "flat", "x", "shape")
                        .node("Relu", "y", "flat")
                        .output("y")
                        .build();
        try (var runner = backend.open(one, RunOptions.DEFAULT)) {
            assertThatThrownBy(() -> runner.run(Map.of("x", Tensor.ofFloats(new float[6], 3, 2))))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageStartingWith("node flat: ONNX Runtime refuses this batch")
                    .hasMessageContaining("--batch N (in Java optBatchSize(N)); this batch has 3");
        }
    }

    @Test
    void anUnknownOperatorIsUnsupported() {
        Graph strange =
                graph(
                        17,
                        value("x", DataType.FLOAT, 1),
                        value("y", DataType.FLOAT),
                        Map.of(),
                        node("strange", "Frobnicate", "y", "x"));

        assertThatThrownBy(() -> backend.open(strange, RunOptions.DEFAULT).close())
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageStartingWith("ONNX Runtime ")
                .hasMessageContaining("Frobnicate");
    }

    @Test
    void aFutureOpsetIsUnsupported() {
        Graph future =
                graph(
                        99,
                        value("x", DataType.FLOAT, 1),
                        value("y", DataType.FLOAT),
                        Map.of(),
                        node("relu", "Relu", "y", "x"));

        assertThatThrownBy(() -> backend.open(future, RunOptions.DEFAULT).close())
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("opset");
    }

    @Test
    void integersAreProbedAsFloats() {
        Graph graph =
                graph(
                        17,
                        value("x", DataType.INT64, 3),
                        value("y", DataType.INT64),
                        Map.of(),
                        node("same", "Identity", "y", "x"));
        Probe extremes = new Probe.MinMax("x");
        try (ProbeRunner runner = backend.probe(graph, List.of(extremes), RunOptions.DEFAULT)) {
            Map<String, Tensor> feeds = Map.of("x", Tensor.ofLongs(new long[] {-7, 3, 5}, 3));
            assertThat(runner.run(feeds, 0).get(extremes).toFloats()).containsExactly(-7f, 5f);
        }
    }

    @Test
    void whatNoProbeNeedsIsNotRun() {
        Graph graph =
                graph(
                        17,
                        value("x", DataType.FLOAT, 2),
                        value("y", DataType.FLOAT),
                        Map.of(),
                        node("exp", "Exp", "inner", "x"),
                        node("log", "Log", "y", "inner"));

        Graph probed = InsertProbes.into(graph, List.of(new Probe.MinMax("inner"))).graph();

        assertThat(probed.node("exp")).isPresent();
        assertThat(probed.node("log")).isEmpty();
        assertThat(probed.isOutput("y")).isFalse();
        assertThat(probed.inputs()).isEqualTo(graph.inputs());
    }

    private static Graph relu(long opset) {
        return graph(
                opset,
                value("x", DataType.FLOAT, 11),
                value("y", DataType.FLOAT),
                Map.of(),
                node("relu", "Relu", "y", "x"));
    }

    @Test
    void aVeryOldOpsetCantBeProbed() {
        assertThatThrownBy(() -> InsertProbes.into(relu(6), List.of(new Probe.MinMax("y"))))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("opset 6");
    }

    @Test
    void anOldOpsetGivesTheSameSamples() {
        List<Probe> probes = List.of(new Probe.Sample("y", 4), new Probe.MinMax("y"));
        Map<String, Tensor> feeds =
                Map.of("x", Tensor.ofFloats(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 11));
        OnnxBackend backend = new OnnxBackend();
        try (ProbeRunner old = backend.probe(relu(9), probes, RunOptions.DEFAULT);
                ProbeRunner recent = backend.probe(relu(13), probes, RunOptions.DEFAULT)) {
            for (int batch = 0; batch < 4; batch++) {
                Map<Probe, Tensor> expected = recent.run(feeds, batch);
                Map<Probe, Tensor> actual = old.run(feeds, batch);
                for (Probe probe : probes) {
                    assertThat(actual.get(probe).toFloats())
                            .as(batch + " " + probe)
                            .containsExactly(expected.get(probe).toFloats());
                }
                assertThat(expected.get(probes.get(0)).toFloats().length).isBetween(3, 4);
            }
        }
    }

    @Test
    void aConvolutionBetweenConversionsRunsOnIntegersAndALonelyOneDoesNot() {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("s", Tensor.ofFloat(0.1f));
        constants.put("zu", Tensor.ofInts(DataType.UINT8, new int[] {128}));
        constants.put("zs", Tensor.ofInts(DataType.INT8, new int[] {0}));
        constants.put("w", Tensor.ofInts(DataType.INT8, new int[9 * 16 * 16], 16, 16, 3, 3));
        constants.put("f", Tensor.ofFloats(new float[9 * 16 * 16], 16, 16, 3, 3));
        Graph graph =
                graph(
                        17,
                        value("x", DataType.FLOAT, 1, 16, 8, 8),
                        value("y", DataType.FLOAT),
                        constants,
                        node("q1", "QuantizeLinear", "xq", "x", "s", "zu"),
                        node("d1", "DequantizeLinear", "xd", "xq", "s", "zu"),
                        node("dw", "DequantizeLinear", "wd", "w", "s", "zs"),
                        node("conv", "Conv", "c", "xd", "wd")
                                .withAttribute("kernel_shape", kernel()),
                        node("q2", "QuantizeLinear", "cq", "c", "s", "zu"),
                        node("d2", "DequantizeLinear", "cd", "cq", "s", "zu"),
                        node("sigmoid", "Sigmoid", "a", "cd"),
                        node("lonely", "Conv", "y", "a", "f")
                                .withAttribute("kernel_shape", kernel()));
        Path file = folder.resolve("qdq.onnx");
        OnnxWriter.write(graph, file);

        Execution execution = backend.explain(file);

        assertThat(execution.kernels())
                .filteredOn(Execution.Kernel::int8)
                .singleElement()
                .satisfies(kernel -> assertThat(kernel.op()).isEqualTo("QLinearConv"));
        assertThat(execution.kernels())
                .filteredOn(kernel -> kernel.op().equals("QuantizeLinear"))
                .isNotEmpty()
                .allMatch(kernel -> kernel.remark().equals("conversion"));
        assertThat(execution.kernels())
                .filteredOn(kernel -> kernel.op().contains("Conv") && !kernel.int8())
                .singleElement()
                .satisfies(kernel -> assertThat(kernel.remark()).contains("no input is quantized"));
    }

    private static Attribute kernel() {
        return new Attribute.IntsAttribute(List.of(3L, 3L));
    }
}
