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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks of every form that convolutional models have: each quantizes, loads, stays close to its
 * source and runs in the engine on integers where the plan says so.
 */
class NetworkFormsIT {

    /** Kernels that multiply and accumulate floats. */
    private static final Set<String> FLOAT_LAYERS =
            Set.of("Conv", "FusedConv", "Gemm", "FusedGemm", "MatMul", "FusedMatMul");

    @TempDir Path folder;

    /**
     * A network.
     *
     * @param name what is special about it
     * @param graph the network
     * @param integerLayers kernels that the engine must run on integers
     * @param floatLayers layers that may stay float
     */
    record Form(String name, Graph graph, int integerLayers, int floatLayers) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Form form(String name, GraphBuilder graph, int integerLayers) {
        return new Form(name, graph.output("y").build(), integerLayers, 0);
    }

    private static GraphBuilder input(long... sizes) {
        return GraphBuilder.onnx(17).input("x", sizes);
    }

    private static GraphBuilder conv(
            GraphBuilder graph, String y, String x, int out, int in, long... kernel) {
        long[] sizes = new long[kernel.length + 2];
        sizes[0] = out;
        sizes[1] = in;
        System.arraycopy(kernel, 0, sizes, 2, kernel.length);
        return graph.random(y + ".w", sizes)
                .random(y + ".b", out)
                .node("Conv", y, x, y + ".w", y + ".b");
    }

    private static GraphBuilder three(GraphBuilder graph, String y, String x, int out, int in) {
        return conv(graph, y, x, out, in, 3, 3).with("pads", 1, 1, 1, 1);
    }

    static Stream<Form> forms() {
        return Stream.of(
                form(
                        "depthwise",
                        conv(
                                conv(
                                                three(input(-1, 3, 8, 8), "a", "x", 8, 3),
                                                "b",
                                                "a",
                                                8,
                                                1,
                                                3,
                                                3)
                                        .with("group", 8)
                                        .with("pads", 1, 1, 1, 1),
                                "y",
                                "b",
                                4,
                                8,
                                1,
                                1),
                        3),
                form(
                        "grouped",
                        three(
                                        three(input(-1, 4, 8, 8), "a", "x", 8, 2).with("group", 2),
                                        "y",
                                        "a",
                                        6,
                                        4)
                                .with("group", 2),
                        2),
                form(
                        "dilated, strided, asymmetric pads",
                        conv(
                                        conv(input(-1, 3, 12, 12), "a", "x", 8, 3, 3, 3)
                                                .with("dilations", 2, 2)
                                                .with("pads", 2, 0, 1, 3),
                                        "y",
                                        "a",
                                        4,
                                        8,
                                        3,
                                        2)
                                .with("strides", 2, 1)
                                .with("pads", 0, 1, 1, 0),
                        2),
                form(
                        "auto_pad",
                        conv(input(-1, 3, 9, 9), "y", "x", 8, 3, 3, 3)
                                .with("auto_pad", Attribute.of("SAME_UPPER"))
                                .with("strides", 2, 2),
                        1),
                form(
                        "one dimension",
                        conv(
                                conv(input(-1, 4, 32), "a", "x", 8, 4, 5)
                                        .with("pads", 2, 2)
                                        .node("Relu", "r", "a"),
                                "y",
                                "r",
                                4,
                                8,
                                3),
                        2),
                form(
                        "three dimensions",
                        conv(
                                conv(input(-1, 2, 6, 6, 6), "a", "x", 4, 2, 3, 3, 3)
                                        .node("Relu", "r", "a"),
                                "y",
                                "r",
                                4,
                                4,
                                1,
                                1,
                                1),
                        2),
                new Form(
                        "transposed convolution stays float",
                        three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                                .node("Relu", "r", "a")
                                .random("t.w", 8, 4, 2, 2)
                                .node("ConvTranspose", "t", "r", "t.w")
                                .with("strides", 2, 2)
                                .random("y.w", 4, 4, 3, 3)
                                .node("Conv", "y", "t", "y.w")
                                .output("y")
                                .build(),
                        2,
                        0),
                form(
                        "Gemm without transposition",
                        input(-1, 32)
                                .random("w1", 32, 64)
                                .random("b1", 64)
                                .node("Gemm", "a", "x", "w1", "b1")
                                .node("Relu", "r", "a")
                                .random("w2", 64, 10)
                                .random("b2", 10)
                                .node("Gemm", "y", "r", "w2", "b2"),
                        2),
                form(
                        "Gemm with transB",
                        input(-1, 32)
                                .random("w1", 64, 32)
                                .random("b1", 64)
                                .node("Gemm", "a", "x", "w1", "b1")
                                .with("transB", 1)
                                .node("Relu", "r", "a")
                                .random("w2", 10, 64)
                                .random("b2", 10)
                                .node("Gemm", "y", "r", "w2", "b2")
                                .with("transB", 1),
                        2),
                form(
                        "MatMul head",
                        three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                                .node("Relu", "r", "a")
                                .node("Flatten", "f", "r")
                                .random("w", 512, 10)
                                .node("MatMul", "y", "f", "w"),
                        2),
                form(
                        "Concat of branches",
                        three(
                                three(
                                                three(input(-1, 3, 8, 8), "a", "x", 4, 3)
                                                        .node("Relu", "ra", "a"),
                                                "b",
                                                "x",
                                                6,
                                                3)
                                        .node("Relu", "rb", "b")
                                        .node("Concat", "c", "ra", "rb")
                                        .with("axis", 1),
                                "y",
                                "c",
                                4,
                                10),
                        3),
                form(
                        "MaxPool and AveragePool",
                        conv(
                                three(input(-1, 3, 16, 16), "a", "x", 8, 3)
                                        .node("Relu", "r", "a")
                                        .node("MaxPool", "m", "r")
                                        .with("kernel_shape", 2, 2)
                                        .with("strides", 2, 2)
                                        .node("AveragePool", "p", "m")
                                        .with("kernel_shape", 2, 2)
                                        .with("strides", 2, 2),
                                "y",
                                "p",
                                4,
                                8,
                                3,
                                3),
                        2),
                form(
                        "Pad, Slice and Transpose",
                        conv(
                                three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                                        .longs("pads", 0, 0, 1, 2, 0, 0, 2, 1)
                                        .node("Pad", "p", "a", "pads")
                                        .longs("starts", 1, 1)
                                        .longs("ends", 9, 100)
                                        .longs("axes", 2, 3)
                                        .node("Slice", "s", "p", "starts", "ends", "axes")
                                        .node("Transpose", "t", "s")
                                        .with("perm", 0, 1, 3, 2),
                                "y",
                                "t",
                                4,
                                8,
                                3,
                                3),
                        2),
                form(
                        "Reshape between layers",
                        three(
                                three(input(-1, 4, 8, 8), "a", "x", 8, 4)
                                        .node("Relu", "r", "a")
                                        .longs("shape", 0, 2, 16, 16)
                                        .node("Reshape", "s", "r", "shape"),
                                "y",
                                "s",
                                4,
                                2),
                        2),
                form(
                        "residual with a strided shortcut",
                        three(
                                conv(
                                                three(
                                                                three(
                                                                                input(-1, 3, 8, 8),
                                                                                "a",
                                                                                "x",
                                                                                8,
                                                                                3)
                                                                        .node("Relu", "ra", "a"),
                                                                "b",
                                                                "ra",
                                                                8,
                                                                8)
                                                        .with("strides", 2, 2),
                                                "c",
                                                "ra",
                                                8,
                                                8,
                                                1,
                                                1)
                                        .with("strides", 2, 2)
                                        .node("Add", "s", "b", "c")
                                        .node("Relu", "r", "s"),
                                "y",
                                "r",
                                4,
                                8),
                        4),
                form(
                        "batch norm and clip",
                        three(
                                three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                                        .batchNorm("n", "a", 8)
                                        .constant("low", Tensor.ofFloat(0))
                                        .constant("high", Tensor.ofFloat(6))
                                        .node("Clip", "r", "n", "low", "high"),
                                "y",
                                "r",
                                4,
                                8),
                        2),
                form("slices as a split", split(), 3),
                new Form("Split", withSplit(split().output("y").build()), 3, 0),
                form("opset 9 with operators of other forms", otherForms(), 3),
                form("opset 7", old(7), 2),
                form("opset 9", old(9), 2),
                form("opset 10", old(10), 2),
                form("opset 11", old(11), 2),
                form("opset 12", old(12), 2));
    }

    /** Two halves of the channels go their own ways. */
    private static GraphBuilder split() {
        GraphBuilder graph = three(input(-1, 3, 8, 8), "a", "x", 8, 3).node("Relu", "r", "a");
        graph.longs("s0", 0)
                .longs("s1", 4)
                .longs("s2", 8)
                .longs("axes", 1)
                .node("Slice", "h1", "r", "s0", "s1", "axes")
                .node("Slice", "h2", "r", "s1", "s2", "axes");
        return three(three(graph, "b", "h1", 4, 4), "c", "h2", 4, 4).node("Add", "y", "b", "c");
    }

    private static Graph withSplit(Graph slices) {
        return slices.edit()
                .remove("h1")
                .remove("h2")
                .put(
                        new Node(
                                "split",
                                OpType.onnx("Split"),
                                List.of("r"),
                                List.of("h1", "h2"),
                                Map.of("axis", Attribute.of(1))))
                .build();
    }

    /** Batch norm unfolded behind a sum, Slice and Upsample as they were before opset 10. */
    private static GraphBuilder otherForms() {
        GraphBuilder graph = three(GraphBuilder.onnx(9).input("x", -1, 3, 8, 8), "a", "x", 8, 3);
        three(graph.node("Relu", "ra", "a"), "b", "ra", 8, 8)
                .node("Add", "s", "ra", "b")
                .batchNorm("n", "s", 8)
                .node("Relu", "rn", "n")
                .node("Slice", "v", "rn")
                .with("axes", new Attribute.IntsAttribute(List.of(2L)))
                .with("starts", new Attribute.IntsAttribute(List.of(1L)))
                .with("ends", new Attribute.IntsAttribute(List.of(7L)))
                .floats("scales", 1, 1, 2, 2)
                .node("Upsample", "u", "v", "scales");
        return three(graph, "y", "u", 4, 8);
    }

    private static GraphBuilder old(long opset) {
        return three(
                three(GraphBuilder.onnx(opset).input("x", -1, 3, 8, 8), "a", "x", 8, 3)
                        .node("Relu", "r", "a")
                        .node("MaxPool", "m", "r")
                        .with("kernel_shape", 2, 2)
                        .with("strides", 2, 2),
                "y",
                "m",
                4,
                8);
    }

    private static Map<String, Tensor> feeds(Graph graph, int seed) {
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        graph.inputs()
                .forEach(
                        input -> {
                            long[] sizes = ((ValueType.TensorType) input.type()).shape().toArray();
                            sizes[0] = 8;
                            feeds.put(input.name(), GraphBuilder.random(new Random(seed), sizes));
                        });
        return feeds;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void quantizesAndRunsOnIntegers(Form form) {
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(form.graph(), backend.target(Target.Name.ANY), source);
        QuantizedModel model =
                Quantizer.builder()
                        .optLatency(false)
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        IntStream.range(0, 16)
                                                .mapToObj(seed -> feeds(form.graph(), seed))
                                                .toList()))
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"));

        String explained = model.plan() + "\n" + model.execution().summary();
        assertThat(model.evaluation().sqnr()).as(explained).isGreaterThan(25);
        assertThat(model.warnings())
                .as(explained)
                .noneMatch(warning -> warning.contains("planned int8 nodes in float"));
        assertThat(model.plan().nodes())
                .filteredOn(node -> isLayer(node) && node.quantized())
                .as(explained)
                .hasSize(form.integerLayers());
        assertThat(model.plan().nodes())
                .extracting(NodeDecision::reason)
                .as(explained)
                .noneMatch(String::isBlank);
        assertThat(model.execution().kernels())
                .filteredOn(NetworkFormsIT::isIntegerLayer)
                .as(explained)
                .hasSize(form.integerLayers());
        assertThat(model.execution().kernels())
                .filteredOn(kernel -> FLOAT_LAYERS.contains(kernel.op()))
                .as(explained)
                .hasSize(form.floatLayers());
    }

    @Test
    void opsetsThatAreTooOldAreRefusedWithAdvice() {
        assertTooOld(old(6), "found opset 6");
        assertTooOld(
                old(8).batchNorm("z", "y", 4).with("spatial", 0).node("Relu", "v", "z"),
                "BatchNormalization of opset 8");
    }

    private void assertTooOld(GraphBuilder builder, String found) {
        OnnxBackend backend = new OnnxBackend();
        Graph graph = builder.output("y").build();
        Path source = folder.resolve("float.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
        CalibrationData data = CalibrationData.ofFeeds(List.of(feeds(graph, 1)));
        Quantizer quantizer = Quantizer.builder().optCalibration(data).build();
        assertThatThrownBy(() -> quantizer.quantize(source, folder.resolve("int8.onnx")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(found)
                .hasMessageContaining("Export the model again with a newer opset");
        assertThat(folder.resolve("int8.onnx")).doesNotExist();
    }

    private static boolean isLayer(NodeDecision node) {
        return Set.of("Conv", "Gemm", "MatMul").contains(node.op().name());
    }

    private static boolean isIntegerLayer(Execution.Kernel kernel) {
        return kernel.int8()
                && (kernel.op().contains("Conv")
                        || kernel.op().contains("Gemm")
                        || kernel.op().contains("MatMul"));
    }
}
