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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
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

/**
 * A network of one form that models have, and what must become of it: it quantizes, loads, stays
 * close to its source and runs in the engine on integers where the plan says so.
 *
 * @param name what is special about it
 * @param graph the network
 * @param integerLayers layers that the engine must run on integers
 * @param floatLayers layers that stay float
 * @param kernels operators that the engine must run between the layers, as often as named
 */
record NetworkForm(
        String name, Graph graph, int integerLayers, int floatLayers, List<String> kernels) {

    /** Kernels that multiply and accumulate floats. */
    private static final Set<String> FLOAT_LAYERS =
            Set.of(
                    "Conv",
                    "FusedConv",
                    "ConvTranspose",
                    "Gemm",
                    "FusedGemm",
                    "MatMul",
                    "FusedMatMul");

    static NetworkForm form(String name, GraphBuilder graph, int integerLayers) {
        return form(name, graph, integerLayers, 0);
    }

    static NetworkForm form(String name, GraphBuilder graph, int integerLayers, int floatLayers) {
        return new NetworkForm(
                name, graph.output("y").build(), integerLayers, floatLayers, List.of());
    }

    /** Requires kernels between the layers. */
    NetworkForm running(String... operators) {
        return new NetworkForm(name, graph, integerLayers, floatLayers, List.of(operators));
    }

    @Override
    public String toString() {
        return name;
    }

    static GraphBuilder input(long... sizes) {
        return GraphBuilder.onnx(17).input("x", sizes);
    }

    static GraphBuilder conv(
            GraphBuilder graph, String y, String x, int out, int in, long... kernel) {
        long[] sizes = new long[kernel.length + 2];
        sizes[0] = out;
        sizes[1] = in;
        System.arraycopy(kernel, 0, sizes, 2, kernel.length);
        return graph.random(y + ".w", sizes)
                .random(y + ".b", out)
                .node("Conv", y, x, y + ".w", y + ".b");
    }

    /** A 3x3 convolution that keeps height and width. */
    static GraphBuilder three(GraphBuilder graph, String y, String x, int out, int in) {
        return conv(graph, y, x, out, in, 3, 3).with("pads", 1, 1, 1, 1);
    }

    static Map<String, Tensor> feeds(Graph graph, int seed) {
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

    /** Quantizes the network in a folder and checks what came of it. */
    QuantizedModel quantizes(Path folder) {
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
        QuantizedModel model =
                Quantizer.builder()
                        .optLatency(false)
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        IntStream.range(0, 16)
                                                .mapToObj(seed -> feeds(graph, seed))
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
                .hasSize(integerLayers);
        assertThat(model.plan().nodes())
                .extracting(NodeDecision::reason)
                .as(explained)
                .noneMatch(String::isBlank);
        assertThat(model.execution().kernels())
                .filteredOn(NetworkForm::isIntegerLayer)
                .as(explained)
                .hasSize(integerLayers);
        assertThat(model.execution().kernels())
                .filteredOn(kernel -> FLOAT_LAYERS.contains(kernel.op()))
                .as(explained)
                .hasSize(floatLayers);
        for (String operator : kernels) {
            assertThat(model.execution().kernels())
                    .filteredOn(kernel -> kernel.op().equals(operator))
                    .as(operator + " in " + explained)
                    .hasSize((int) kernels.stream().filter(operator::equals).count());
        }
        return model;
    }

    private static boolean isLayer(NodeDecision node) {
        return Set.of("Conv", "ConvTranspose", "Gemm", "MatMul").contains(node.op().name());
    }

    private static boolean isIntegerLayer(Execution.Kernel kernel) {
        return kernel.int8()
                && (kernel.op().contains("Conv")
                        || kernel.op().contains("Gemm")
                        || kernel.op().contains("MatMul"));
    }
}
