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
import static io.github.djlquant.onnx.NetworkForm.three;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks that take pixels and normalize them themselves. */
class PixelInputIT {

    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};

    @TempDir Path folder;

    private static GraphBuilder cast(long opset, long... sizes) {
        return GraphBuilder.onnx(opset).pixels("x", sizes).node("Cast", "f", "x").with("to", 1);
    }

    private static Graph two(GraphBuilder graph, String data) {
        return three(three(graph, "a", data, 8, 3).node("Relu", "r", "a"), "y", "r", 4, 8)
                .output("y")
                .build();
    }

    private static GraphBuilder perChannel(GraphBuilder graph, String name, float... values) {
        return graph.constant(name, Tensor.ofFloats(values, 3, 1, 1));
    }

    private static GraphBuilder imageNet(GraphBuilder graph, String data) {
        return perChannel(perChannel(graph.floats("all", 255f), "mean", MEAN), "deviation", STD)
                .node("Div", "unit", data, "all")
                .node("Sub", "centered", "unit", "mean")
                .node("Div", "n", "centered", "deviation");
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                Arguments.of("a mean per channel", two(imageNet(cast(17, -1, 3, 8, 8), "f"), "n")),
                Arguments.of(
                        "one mean for all",
                        two(
                                cast(17, -1, 3, 8, 8)
                                        .floats("half", 127f)
                                        .floats("factor", 1 / 127f)
                                        .node("Sub", "c", "f", "half")
                                        .node("Mul", "n", "factor", "c"),
                                "n")),
                Arguments.of(
                        "a factor alone",
                        two(
                                cast(17, -1, 3, 8, 8)
                                        .floats("all", 255f)
                                        .node("Div", "n", "f", "all"),
                                "n")),
                Arguments.of("pixels as they are", two(cast(17, -1, 3, 8, 8), "f")),
                Arguments.of("channels last, old opset, nothing padded", channelsLast()),
                Arguments.of(
                        "subtracted from a number",
                        two(
                                cast(17, -1, 3, 8, 8)
                                        .floats("all", 255f)
                                        .floats("factor", 1 / 64f)
                                        .node("Sub", "c", "all", "f")
                                        .node("Mul", "n", "c", "factor"),
                                "n")));
    }

    private static Graph channelsLast() {
        GraphBuilder graph =
                cast(11, -1, 8, 8, 3)
                        .floats("mean", 123.7f, 116.3f, 103.5f)
                        .floats("deviation", 58.4f, 57.1f, 57.4f)
                        .node("Sub", "c", "f", "mean")
                        .node("Div", "n", "c", "deviation")
                        .node("Transpose", "t", "n")
                        .with("perm", 0, 3, 1, 2);
        GraphBuilder first = conv(graph, "a", "t", 8, 3, 3, 3).node("Relu", "r", "a");
        return three(first, "y", "r", 4, 8).output("y").build();
    }

    private static Tensor pixels(Graph graph, int seed) {
        long[] sizes = ((ValueType.TensorType) graph.inputs().get(0).type()).shape().toArray();
        sizes[0] = 8;
        int count = (int) (sizes[0] * sizes[1] * sizes[2] * sizes[3]);
        return Tensor.ofInts(DataType.UINT8, new Random(seed).ints(count, 0, 256).toArray(), sizes);
    }

    private QuantizedModel quantize(Graph graph, IntStream seeds) {
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
        return Quantizer.builder()
                .optLatency(false)
                .optCalibration(
                        CalibrationData.ofFeeds(
                                seeds.mapToObj(i -> Map.of("x", pixels(graph, i))).toList()))
                .build()
                .quantize(source, folder.resolve("int8.onnx"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void theFirstConvolutionReadsThePixels(String name, Graph graph) {
        QuantizedModel made = quantize(graph, IntStream.range(0, 8));

        String explained = made.plan() + "\n" + made.execution().summary();
        assertThat(made.evaluation().sqnr()).as(explained).isGreaterThan(30);
        assertThat(made.execution().kernels())
                .as(explained)
                .extracting(Execution.Kernel::op)
                .doesNotContain("Cast", "Sub", "Div", "Mul", "QuantizeLinear", "Conv", "FusedConv")
                .contains("QLinearConv");
    }

    @Test
    void anOldOpsetThatWouldNeedAChannelMoreSaysSo() {
        Graph graph = two(imageNet(cast(11, -1, 3, 8, 8), "f"), "n");
        QuantizedModel made = quantize(graph, IntStream.of(1));
        assertThat(made.evaluation().sqnr()).isGreaterThan(25);
        assertThat(made.execution().kernels())
                .extracting(Execution.Kernel::op)
                .contains("QLinearConv", "QuantizeLinear");
    }

    @Test
    void resNet20OnPixelsIsAsGoodAsOnFloats() {
        Cifar cifar = Cifar.orSkip();
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("pixels.onnx");
        Path output = folder.resolve("int8.onnx");
        Graph graph = onPixels(backend.read(cifar.model(".onnx")), cifar.input());
        backend.write(graph, backend.target(Target.Name.ANY), source);
        QuantizedModel made =
                Quantizer.builder()
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        IntStream.range(0, 10)
                                                .mapToObj(i -> bytes(cifar.trainBatch(i * 50, 50)))
                                                .toList()))
                        .build()
                        .quantize(source, output);
        assertThat(made.execution().kernels())
                .extracting(Execution.Kernel::op)
                .doesNotContain("Cast", "Sub", "Div", "QuantizeLinear");
        try (GraphRunner floats = backend.open(cifar.model(".onnx"), RunOptions.DEFAULT);
                GraphRunner quantized = backend.open(output, RunOptions.DEFAULT)) {
            double signal = 0;
            double noise = 0;
            for (int start = 0; start < 2000; start += 100) {
                Map<String, Tensor> batch = cifar.testBatch(start, 100);
                float[] wanted = floats.run(batch).values().iterator().next().toFloats();
                float[] found = quantized.run(bytes(batch)).values().iterator().next().toFloats();
                for (int i = 0; i < wanted.length; i++) {
                    signal += (double) wanted[i] * wanted[i];
                    noise += Math.pow((double) wanted[i] - found[i], 2);
                }
            }
            assertThat(10 * Math.log10(signal / noise)).isGreaterThan(28.3);
        }
    }

    /** The same network with the normalization in front. */
    private static Graph onPixels(Graph graph, String input) {
        GraphEditor editor = graph.edit();
        ValueType.TensorType type = (ValueType.TensorType) graph.inputs().get(0).type();
        editor.replaceReads(input, "normalized")
                .inputs(
                        old ->
                                List.of(
                                        new Value(
                                                input,
                                                new ValueType.TensorType(
                                                        DataType.UINT8, type.shape()))));
        String all = editor.newConstant("all", Tensor.ofFloat(255));
        String mean = editor.newConstant("mean", Tensor.ofFloats(MEAN, 1, 3, 1, 1));
        String deviation = editor.newConstant("deviation", Tensor.ofFloats(STD, 1, 3, 1, 1));
        editor.make(OpType.onnx("Cast"), List.of(input), Map.of("to", Attribute.of(1L)), "floats");
        editor.make(OpType.onnx("Div"), List.of("floats", all), Map.of(), "unit");
        editor.make(OpType.onnx("Sub"), List.of("unit", mean), Map.of(), "centered");
        editor.make(OpType.onnx("Div"), List.of("centered", deviation), Map.of(), "normalized");
        return editor.build();
    }

    /** The pixels that normalized ones were made of. */
    private static Map<String, Tensor> bytes(Map<String, Tensor> normalized) {
        Map.Entry<String, Tensor> image = normalized.entrySet().iterator().next();
        float[] values = image.getValue().toFloats();
        int[] pixels = new int[values.length];
        for (int i = 0; i < pixels.length; i++) {
            int channel = i / 1024 % 3;
            pixels[i] = Math.round((values[i] * STD[channel] + MEAN[channel]) * 255);
        }
        return Map.of(
                image.getKey(),
                Tensor.ofInts(DataType.UINT8, pixels, image.getValue().shape().toArray()));
    }
}
