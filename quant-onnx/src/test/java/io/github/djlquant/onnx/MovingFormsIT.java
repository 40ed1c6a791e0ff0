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

import static io.github.djlquant.onnx.NetworkForm.conv;
import static io.github.djlquant.onnx.NetworkForm.form;
import static io.github.djlquant.onnx.NetworkForm.input;
import static io.github.djlquant.onnx.NetworkForm.three;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.foreign.ForeignRuntime;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators between layers that only move values. */
class MovingFormsIT {

    @TempDir Path folder;

    static Stream<NetworkForm> forms() {
        return Stream.of(
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
                form("slices as a split", split(), 3),
                new NetworkForm("Split", withSplit(split().output("y").build()), 3, 0, List.of()),
                form("opset 9 with operators of other forms", otherForms(), 3),
                form("opset 7", old(7), 2),
                form("opset 9", old(9), 2),
                form("opset 10", old(10), 2),
                form("opset 11", old(11), 2),
                form("opset 12", old(12), 2),
                form("nearest Resize", resized("nearest"), 2),
                form("linear Resize stays float", resized("linear"), 2),
                form("reflecting Pad", padded("reflect"), 2),
                form("Pad with the edge", padded("edge"), 2),
                form(
                        "every second row from the end, by Slice",
                        three(
                                three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                                        .node("Relu", "r", "a")
                                        .longs("starts", 7)
                                        .longs("ends", -9)
                                        .longs("axes", 2)
                                        .longs("steps", -2)
                                        .node("Slice", "s", "r", "starts", "ends", "axes", "steps"),
                                "y",
                                "s",
                                4,
                                8),
                        2),
                new NetworkForm(
                        "Split into parts of different sizes",
                        uneven(split().output("y").build()),
                        3,
                        0,
                        List.of()),
                form(
                        "channels last at the input",
                        three(
                                input(-1, 8, 8, 3)
                                        .node("Transpose", "t", "x")
                                        .with("perm", 0, 3, 1, 2),
                                "y",
                                "t",
                                8,
                                3),
                        1));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void quantizesAndRunsOnIntegers(NetworkForm form) {
        form.quantizes(folder);
    }

    /** Older runtimes move fewer types: what a target promises must open there. */
    @Test
    void everyMoverRunsOnTheLowestRuntime() {
        GraphBuilder graph = three(input(-1, 3, 8, 8), "a", "x", 8, 3).node("Relu", "r", "a");
        graph.longs("one", 1)
                .longs("none", 0, 0, 0, 0)
                .longs("all", 1, 2, 16, 16)
                .longs("twice", 1, 1, 2, 1)
                .longs("order", 1, 0)
                .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                .longs("shape", 0, 8, 8, 8)
                .floats("scales", 1, 1, 2, 2)
                .node("SpaceToDepth", "m1", "r")
                .with("blocksize", 2)
                .node("DepthToSpace", "m2", "r")
                .with("blocksize", 2)
                .node("Unsqueeze", "m3", "m2", "one")
                .node("Squeeze", "m4", "m3", "one")
                .node("Expand", "m5", "m4", "all")
                .node("Tile", "m6", "m5", "twice")
                .node("Slice", "m7", "m6", "none", "shape8", "axes4", "ones")
                .node("Gather", "m8", "m7", "order")
                .with("axis", 1)
                .node("Resize", "m9", "m8", "", "scales")
                .with("mode", Attribute.of("nearest"))
                .node("MaxPool", "m10", "m9")
                .with("kernel_shape", 2, 2)
                .with("strides", 2, 2)
                .node("Reshape", "m11", "m10", "shape")
                .node("Transpose", "m12", "m11")
                .with("perm", 0, 1, 3, 2)
                .node("Pad", "m13", "m12", "pads")
                .node("Pad", "m14", "m13", "pads")
                .with("mode", Attribute.of("reflect"))
                .node("Identity", "m15", "m14")
                .node(
                        new Node(
                                "s",
                                OpType.onnx("Split"),
                                List.of("m15"),
                                List.of("s", "t"),
                                Map.of("axis", Attribute.of(1))))
                .longs("shape8", Long.MAX_VALUE, Long.MAX_VALUE, 16, Long.MAX_VALUE)
                .longs("axes4", 0, 1, 2, 3)
                .longs("ones", 1, 1, 1, 1);
        Graph whole =
                three(three(graph, "y", "s", 4, 4), "z", "m1", 4, 32)
                        .node("Neg", "n", "t")
                        .output("y")
                        .output("z")
                        .output("n")
                        .build();
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(whole, backend.target(Target.Name.ANY), source);
        Path file = folder.resolve("int8.onnx");
        QuantizedModel model =
                Quantizer.builder()
                        .optLatency(false)
                        .optCalibration(GraphBuilder.randomBatches(8, "x", 8, 3, 8, 8))
                        .build()
                        .quantize(source, file);
        assertThat(model.plan().nodes())
                .filteredOn(node -> node.form() == NodeDecision.Form.MOVES_INTEGERS)
                .as("movers in " + model.plan())
                .hasSizeGreaterThan(11);
        Map<String, Tensor> feeds = NetworkForm.feeds(whole, 3);
        Map<String, Tensor> there = ForeignRuntime.LOWEST_RUNTIME.run(file, feeds);
        Map<String, Tensor> here = ForeignRuntime.PLAIN.run(file, feeds);
        for (String output : List.of("y", "z", "n")) {
            assertThat(
                            AnswerComparison.sqnr(
                                    here.get(output).toFloats(), there.get(output).toFloats()))
                    .as(output)
                    .isGreaterThan(40);
        }
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

    /** Five channels go one way, three the other. */
    private static Graph uneven(Graph slices) {
        return withSplit(slices)
                .edit()
                .constant("sizes", Tensor.ofLongs(new long[] {5, 3}, 2))
                .constant("b.w", GraphBuilder.random(new Random(1), 4, 5, 3, 3))
                .constant("c.w", GraphBuilder.random(new Random(2), 4, 3, 3, 3))
                .put(
                        new Node(
                                "split",
                                OpType.onnx("Split"),
                                List.of("r", "sizes"),
                                List.of("h1", "h2"),
                                Map.of("axis", Attribute.of(1))))
                .build();
    }

    private static GraphBuilder resized(String mode) {
        return three(
                three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                        .node("Relu", "r", "a")
                        .floats("scales", 1, 1, 2, 2)
                        .node("Resize", "s", "r", "", "scales")
                        .with("mode", Attribute.of(mode)),
                "y",
                "s",
                4,
                8);
    }

    private static GraphBuilder padded(String mode) {
        return three(
                three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                        .node("Relu", "r", "a")
                        .longs("pads", 0, 0, 1, 2, 0, 0, 2, 1)
                        .node("Pad", "p", "r", "pads")
                        .with("mode", Attribute.of(mode)),
                "y",
                "p",
                4,
                8);
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
        CalibrationData data = CalibrationData.ofFeeds(List.of(NetworkForm.feeds(graph, 1)));
        Quantizer quantizer = Quantizer.builder().optCalibration(data).build();
        assertThatThrownBy(() -> quantizer.quantize(source, folder.resolve("int8.onnx")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(found)
                .hasMessageContaining("Export the model again with a newer opset");
        assertThat(folder.resolve("int8.onnx")).doesNotExist();
    }
}
