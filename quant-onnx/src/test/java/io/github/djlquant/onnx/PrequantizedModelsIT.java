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
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.foreign.ForeignRuntime;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that somebody else quantized, in part or whole, end to end. */
class PrequantizedModelsIT {

    private static final float INPUT_SCALE = 0.0478f;
    private static final int INPUT_ZERO = 121;
    private static final float WEIGHT_SCALE = 0.0331f;
    private static final float MIDDLE_SCALE = 0.2513f;

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private static Tensor bytes(int zero) {
        return Tensor.ofInts(DataType.UINT8, new int[] {zero});
    }

    private static GraphBuilder pair(GraphBuilder graph, String value, float scale, int zero) {
        return graph.constant(value + ".s", Tensor.ofFloat(scale))
                .constant(value + ".z", bytes(zero))
                .node("QuantizeLinear", value + ".q", value, value + ".s", value + ".z")
                .node("DequantizeLinear", value + ".d", value + ".q", value + ".s", value + ".z");
    }

    /**
     * As an exporter of quantization-aware training writes it, with scales that no calibration
     * would choose; the second convolution is float.
     */
    private static Graph quantizationAware() {
        int[] weights = new int[8 * 3 * 9];
        Random random = new Random(5);
        Arrays.setAll(weights, i -> random.nextInt(129) - 64);
        GraphBuilder graph =
                pair(GraphBuilder.onnx(17).input("x", -1, 3, 8, 8), "x", INPUT_SCALE, INPUT_ZERO);
        float[] scales = new float[8];
        Arrays.fill(scales, WEIGHT_SCALE);
        graph.constant("w.q", Tensor.ofInts(DataType.INT8, weights, 8, 3, 3, 3))
                .floats("w.s", scales)
                .constant("w.z", Tensor.ofInts(DataType.INT8, new int[8], 8))
                .node("DequantizeLinear", "w", "w.q", "w.s", "w.z")
                .with("axis", 0)
                .random("b", 8)
                .node("Conv", "c", "x.d", "w", "b")
                .with("pads", 1, 1, 1, 1)
                .node("Relu", "r", "c");
        return pair(graph, "r", MIDDLE_SCALE, 0)
                .random("w2", 4, 8, 3, 3)
                .random("b2", 4)
                .node("Conv", "y", "r.d", "w2", "b2")
                .output("y")
                .build();
    }

    /** As a tool writes it that leaves the ReLUs to the ranges of unsigned integers. */
    private static Graph withoutActivations() {
        GraphBuilder graph =
                pair(GraphBuilder.onnx(17).input("x", -1, 3, 8, 8), "x", INPUT_SCALE, INPUT_ZERO);
        String read = "x.d";
        Random random = new Random(7);
        for (int layer = 1; layer <= 8; layer++) {
            int inputs = layer == 1 ? 3 : 8;
            int[] weights = new int[8 * inputs * 9];
            Arrays.setAll(weights, i -> random.nextInt(255) - 127);
            float[] scales = new float[8];
            Arrays.fill(scales, 0.01f / (float) Math.sqrt(inputs));
            String w = "w" + layer;
            String made = "c" + layer;
            graph.constant(w + ".q", Tensor.ofInts(DataType.INT8, weights, 8, inputs, 3, 3))
                    .floats(w + ".s", scales)
                    .constant(w + ".z", Tensor.ofInts(DataType.INT8, new int[8], 8))
                    .node("DequantizeLinear", w, w + ".q", w + ".s", w + ".z")
                    .with("axis", 0)
                    .random("b" + layer, 8)
                    .node("Conv", made, read, w, "b" + layer)
                    .with("pads", 1, 1, 1, 1);
            pair(graph, made, 0.04f, 0);
            read = made + ".d";
        }
        return graph.random("v", 4, 8, 1, 1).node("Conv", "y", read, "v").output("y").build();
    }

    @Test
    void activationsThatAnotherToolLeftToTheRangesAreSeenByCalibration() {
        QuantizedModel model = quantize(write(withoutActivations()));

        assertThat(model.evaluation().sqnr()).isGreaterThan(30);
        assertThat(model.plan().value("c3").orElseThrow().params().scale(0)).isEqualTo(0.04f);
        assertThat(model.execution().kernels())
                .as(model.execution().summary())
                .extracting(Execution.Kernel::op)
                .noneMatch(op -> op.contains("Clip"));
    }

    private Path write(Graph graph) {
        Path file = folder.resolve("source.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), file);
        return file;
    }

    private QuantizedModel quantize(Path source) {
        return Quantizer.builder()
                .optLatency(false)
                .optCalibration(GraphBuilder.randomBatches(8, "x", 8, 3, 8, 8))
                .build()
                .quantize(source, folder.resolve("int8.onnx"));
    }

    /** The usual form of onnxruntime's quantize_static: signed activations beside ReLUs. */
    @Test
    void layersBetweenSignedActivationsRunOnIntegers() {
        GraphBuilder graph = GraphBuilder.onnx(17).input("x", -1, 3, 8, 8);
        signed(graph, "x", 0.03f, -4);
        graph.random("w0", 8, 3, 3, 3).node("Conv", "c0", "x.d", "w0").node("Relu", "r0", "c0");
        signed(graph, "r0", 0.1f, -128);
        graph.random("w1", 8, 8, 3, 3).node("Conv", "c1", "r0.d", "w1").node("Relu", "r1", "c1");
        signed(graph, "r1", 0.5f, -128);
        graph.random("w2", 8, 8, 1, 1).node("Conv", "y", "r1.d", "w2").output("y");
        QuantizedModel model = quantize(write(graph.build()));

        assertThat(model.plan().value("r0").orElseThrow().params())
                .isEqualTo(QuantParams.perTensor(QuantType.UINT8, 0.1f, 0));
        assertThat(model.plan().value("x").orElseThrow().params().zeroPoint(0)).isEqualTo(124);
        assertThat(model.execution().kernels())
                .as(model.execution().summary())
                .filteredOn(kernel -> kernel.op().contains("Conv"))
                .hasSize(3)
                .allMatch(Execution.Kernel::int8);
        assertThat(model.evaluation().sqnr()).isGreaterThan(30);
    }

    private static void signed(GraphBuilder graph, String value, float scale, int zeroPoint) {
        graph.constant(value + ".s", Tensor.ofFloat(scale))
                .constant(value + ".z", Tensor.ofInts(DataType.INT8, new int[] {zeroPoint}))
                .node("QuantizeLinear", value + ".q", value, value + ".s", value + ".z")
                .node("DequantizeLinear", value + ".d", value + ".q", value + ".s", value + ".z");
    }

    /** ONNX's own operators take 4 bits from opset 21 on, ONNX Runtime's always did. */
    @Test
    void weightsOfFourBitsStayWhatTheyAre() {
        int[] integers = new Random(3).ints(8 * 3 * 9, -8, 8).toArray();
        OpType dequantize = new OpType(OpType.MICROSOFT, "DequantizeLinear");
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 8, 8)
                        .constant("w4", Tensor.ofInts(DataType.INT4, integers, 8, 3, 3, 3))
                        .constant("s", Tensor.ofFloat(0.05f))
                        .constant("z", Tensor.ofInts(DataType.INT4, new int[] {0}))
                        .node(dequantize, "w", "w4", "s", "z")
                        .node("Conv", "c", "x", "w")
                        .node("Relu", "r", "c")
                        .random("v", 8, 8, 3, 3)
                        .node("Conv", "y", "r", "v")
                        .output("y")
                        .build()
                        .edit()
                        .opset(OpType.MICROSOFT, 1)
                        .build();
        QuantizedModel model = quantize(write(graph));

        assertThat(model.plan().value("w").orElseThrow().params().type()).isEqualTo(QuantType.INT4);
        assertThat(model.evaluation().sqnr()).isGreaterThan(30);
        Map<String, Tensor> feeds = Map.of("x", GraphBuilder.random(new Random(1), 8, 3, 8, 8));
        assertThat(ForeignRuntime.LOWEST_RUNTIME.run(model.file(), feeds)).containsKey("y");
    }

    @Test
    void scalesOfQuantizationAwareTrainingAreKeptAndTheRestIsFinished() {
        QuantizedModel model = quantize(write(quantizationAware()));

        String plan = model.plan().toString();
        QuantParams input = model.plan().value("x").orElseThrow().params();
        assertThat(input.scale(0)).as(plan).isEqualTo(INPUT_SCALE);
        assertThat(input.zeroPoint(0)).as(plan).isEqualTo(INPUT_ZERO);
        assertThat(model.plan().value("r").orElseThrow().params().scale(0))
                .as(plan)
                .isEqualTo(MIDDLE_SCALE);
        assertThat(model.plan().value("w").orElseThrow().params().scale(0))
                .as(plan)
                .isEqualTo(WEIGHT_SCALE);
        assertThat(model.execution().kernels())
                .as(model.execution().summary())
                .filteredOn(kernel -> kernel.op().contains("Conv"))
                .hasSize(2)
                .allMatch(Execution.Kernel::int8);
        // The source rounds its activations already: only the second layer's weights and output
        // are new.
        assertThat(model.evaluation().sqnr()).isGreaterThan(30);
        assertThat(backend.read(model.file()).constants().values())
                .filteredOn(t -> t.dataType() == DataType.FLOAT && t.elementCount() == 1)
                .extracting(t -> t.toFloats()[0])
                .as("the scales in the file")
                .contains(INPUT_SCALE, MIDDLE_SCALE);
    }

    @Test
    void modelsThatComputeOnIntegersAreRefused() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 8, 8)
                        .constant("s", Tensor.ofFloat(0.05f))
                        .constant("z", bytes(128))
                        .constant("w", Tensor.ofInts(DataType.INT8, new int[24], 8, 3, 1, 1))
                        .constant("ws", Tensor.ofFloat(0.1f))
                        .constant("wz", Tensor.ofInts(DataType.INT8, new int[] {0}))
                        .node("QuantizeLinear", "q", "x", "s", "z")
                        .node("QLinearConv", "c", "q", "s", "z", "w", "ws", "wz", "s", "z")
                        .with("kernel_shape", new Attribute.IntsAttribute(List.of(1L, 1L)))
                        .node("DequantizeLinear", "y", "c", "s", "z")
                        .output("y")
                        .build();
        Path source = write(graph);
        assertThatThrownBy(() -> quantize(source))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("the model computes on integers already")
                .hasMessageContaining("node c")
                .hasMessageContaining("QLinearConv")
                .hasMessageContaining("Start from the float model");
        assertThat(folder.resolve("int8.onnx")).doesNotExist();
    }
}
