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

import ai.djl.util.Progress;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.Calibrator;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calibration with the real engine, which treats NaN and samples as only it does. */
class CalibrationOnEngineTest {

    private static final int ROW = 4 * 8 * 8;
    private static final int BATCH = 16;

    @TempDir private Path folder;

    /** The logarithm of a negative number is NaN, and comes to the output or not. */
    private static Graph graph(String behind, float weight) {
        GraphBuilder graph =
                GraphBuilder.onnx(17).input("x", -1, 4, 8, 8).node("Log", "logarithm", "x");
        graph.node(behind, "behind", "logarithm");
        if (behind.equals("MaxPool")) {
            graph.with("kernel_shape", 2, 2);
        }
        float[] weights = new float[16];
        java.util.Arrays.fill(weights, weight);
        return graph.constant("weights", Tensor.ofFloats(weights, 4, 4, 1, 1))
                .node("Conv", "convolution", "behind", "weights")
                .node("Relu", "y", "convolution")
                .output("y")
                .build();
    }

    private static CalibrationData data(int rows, int badRow) {
        Random random = new Random(7);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int first = 0; first < rows; first += BATCH) {
            float[] x = new float[BATCH * ROW];
            for (int i = 0; i < x.length; i++) {
                x[i] = 1 + random.nextFloat();
            }
            if (badRow >= first && badRow < first + BATCH) {
                x[(badRow - first) * ROW + 100] = -1;
            }
            feeds.add(Map.of("x", Tensor.ofFloats(x, BATCH, 4, 8, 8)));
        }
        return CalibrationData.ofFeeds(feeds);
    }

    private static Calibrator.Builder calibrator(Graph graph, ObservationRequest request) {
        return Calibrator.builder()
                .setBackend(new OnnxBackend())
                .setGraph(graph)
                .setValues(Map.of("behind", request, "y", request))
                .optBatchSize(BATCH)
                .optThreads(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Relu, true, 83",
        "Relu, false, 83",
        "MaxPool, true, 83",
        "MaxPool, false, 83",
        "GlobalMaxPool, false, 99",
        "Relu, false, 3",
        "MaxPool, true, 3"
    })
    void nanInsideTheModelIsNoticedInEveryBatch(String behind, boolean histogram, int row) {
        ObservationRequest request =
                histogram
                        ? ObservationRequest.HISTOGRAM.withChannelMeans(1)
                        : ObservationRequest.EXTREMES;
        Calibrator calibrator = calibrator(graph(behind, 0.5f), request).build();
        assertThatThrownBy(() -> calibrator.calibrate(data(128, row)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("NaN or infinity")
                .hasMessageContaining("value behind")
                .hasMessageContaining("sample " + row + " ");
    }

    /** Neither a list nor whole numbers can be summed, and both hide a NaN. */
    @ParameterizedTest
    @ValueSource(strings = {"SequenceConstruct", "ArgMax"})
    void outputsNeedNotBeFloats(String last) {
        ValueType floats = new ValueType.TensorType(DataType.FLOAT, null);
        ValueType type =
                last.equals("ArgMax")
                        ? new ValueType.TensorType(DataType.INT64, null)
                        : new ValueType.ListType(floats);
        Graph graph =
                graph("Relu", 0.5f)
                        .edit()
                        .put(
                                new Node(
                                        last,
                                        OpType.onnx(last),
                                        List.of("y"),
                                        List.of("z"),
                                        Map.of()))
                        .outputs(present -> List.of(new Value("z", type)))
                        .build();
        Calibrator calibrator = calibrator(graph, ObservationRequest.EXTREMES).build();
        assertThat(calibrator.calibrate(data(96, -1)).samples()).isEqualTo(96);
        assertThatThrownBy(() -> calibrator.calibrate(data(96, 83)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("value behind")
                .hasMessageContaining("sample 83 ");
    }

    /** The first step of a decoder: what it keeps of earlier tokens has a length of 0. */
    @ParameterizedTest
    @CsvSource({"9, true", "17, true", "17, false"})
    void anEmptyPastTeachesNothingAndIsNoFault(int opset, boolean histogram) {
        Graph graph =
                GraphBuilder.onnx(opset)
                        .input("x", -1, -1, 4)
                        .input("past", -1, -1, 4)
                        .node("Concat", "behind", "past", "x")
                        .with("axis", 1)
                        .node("Relu", "y", "behind")
                        .output("y")
                        .build();
        ObservationRequest request =
                histogram
                        ? ObservationRequest.HISTOGRAM.withChannelMeans(-1)
                        : ObservationRequest.EXTREMES;
        Calibrator calibrator =
                calibrator(graph, request)
                        .setValues(Map.of("past", request, "behind", request))
                        .build();
        CalibrationTable table =
                calibrator.calibrate(
                        CalibrationData.ofFeeds(List.of(step(0, 1), step(0, 2), step(3, 3))));

        assertThat(table.get("past").orElseThrow().batches()).isEqualTo(1);
        assertThat(table.get("past").orElseThrow().max()).isEqualTo(3);
        assertThat(table.get("behind").orElseThrow().batches()).isEqualTo(3);
        assertThat(table.get("behind").orElseThrow().min()).isEqualTo(1);
        CalibrationTable first = calibrator.calibrate(CalibrationData.ofFeeds(List.of(step(0, 1))));
        assertThat(first.get("past").orElseThrow().isEmpty()).isTrue();
        first.requireAll(Map.of("past", request));
    }

    private static Map<String, Tensor> step(int past, float element) {
        float[] x = new float[BATCH * 2 * 4];
        float[] earlier = new float[BATCH * past * 4];
        java.util.Arrays.fill(x, element);
        java.util.Arrays.fill(earlier, element);
        return Map.of(
                "x", Tensor.ofFloats(x, BATCH, 2, 4),
                "past", Tensor.ofFloats(earlier, BATCH, past, 4));
    }

    /** A value without elements beside one that holds NaN is not what is to blame. */
    @Test
    void anEmptyValueIsNotTakenForOneThatIsNoNumber() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, -1, 4)
                        .input("past", -1, -1, 4)
                        .node("Log", "behind", "x")
                        .node("Concat", "y", "past", "behind")
                        .with("axis", 1)
                        .output("y")
                        .build();
        ObservationRequest request = ObservationRequest.EXTREMES;
        Calibrator calibrator =
                calibrator(graph, request)
                        .setValues(Map.of("past", request, "behind", request))
                        .build();
        CalibrationData data = CalibrationData.ofFeeds(List.of(step(0, -1)));
        assertThatThrownBy(() -> calibrator.calibrate(data))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("value behind");
    }

    @Test
    void aResumedCalibrationSeesTheSameSamples() {
        Graph graph = graph("Relu", 0.5f);
        CalibrationTable whole = sampling(graph).build().calibrate(data(320, -1));
        interrupt(graph, 192);
        CalibrationTable resumed =
                sampling(graph).optResume(checkpoint()).build().calibrate(data(320, -1));
        assertThat(resumed.entries()).isEqualTo(whole.entries());
    }

    @Test
    void aRetrainedModelOfTheSameStructureIsNotResumed() {
        interrupt(graph("Relu", 0.5f), 192);
        Calibrator retrained = sampling(graph("Relu", 0.25f)).optResume(checkpoint()).build();
        assertThatThrownBy(() -> retrained.calibrate(data(320, -1)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("another calibration");
    }

    private Path checkpoint() {
        return folder.resolve("checkpoint.json");
    }

    private static Calibrator.Builder sampling(Graph graph) {
        return calibrator(graph, ObservationRequest.HISTOGRAM).optSampleLimit(64);
    }

    private void interrupt(Graph graph, int rows) {
        Calibrator calibrator =
                sampling(graph).optResume(checkpoint()).optProgress(new Interrupt(rows)).build();
        assertThatThrownBy(() -> calibrator.calibrate(data(320, -1)))
                .isInstanceOf(QuantizationCancelledException.class)
                .hasMessageContaining(rows + " samples");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(checkpoint()).exists();
    }

    /** Interrupts its own thread once so many rows are done. */
    private record Interrupt(int rows) implements Progress {

        @Override
        public void reset(String message, long max, String trailingMessage) {}

        @Override
        public void start(long initialProgress) {}

        @Override
        public void end() {}

        @Override
        public void increment(long increment) {}

        @Override
        public void update(long progress, String message) {
            if (progress + 1 == rows) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
