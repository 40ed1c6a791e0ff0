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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.Calibrator;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.write.AtenGraph;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calibration of a decoder at its first step: what it keeps of earlier tokens has a length of 0.
 */
class EmptyValuesTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmptyPastTeachesNothingAndIsNoFault(boolean histogram) {
        ObservationRequest request =
                histogram
                        ? ObservationRequest.HISTOGRAM.withChannelMeans(-1)
                        : ObservationRequest.EXTREMES;
        Calibrator calibrator = calibrator(graph("neg"), request);
        CalibrationTable table =
                calibrator.calibrate(
                        CalibrationData.ofFeeds(List.of(step(0, 1), step(0, 2), step(3, 3))));

        assertThat(table.get("past").orElseThrow().batches()).isEqualTo(1);
        assertThat(table.get("past").orElseThrow().max()).isEqualTo(3);
        assertThat(table.get("behind").orElseThrow().batches()).isEqualTo(3);
        assertThat(table.get("behind").orElseThrow().max()).isEqualTo(-1);
        CalibrationTable first = calibrator.calibrate(CalibrationData.ofFeeds(List.of(step(0, 1))));
        assertThat(first.get("past").orElseThrow().isEmpty()).isTrue();
        first.requireAll(Map.of("past", request));
    }

    /** A value without elements beside one that holds NaN is not what is to blame. */
    @Test
    void anEmptyValueIsNotTakenForOneThatIsNoNumber() {
        Calibrator calibrator = calibrator(graph("log"), ObservationRequest.EXTREMES);
        CalibrationData data = CalibrationData.ofFeeds(List.of(step(0, -1)));

        assertThatThrownBy(() -> calibrator.calibrate(data))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("value behind");
    }

    private static Calibrator calibrator(Graph graph, ObservationRequest request) {
        return Calibrator.builder()
                .setBackend(new PyTorchBackend())
                .setGraph(graph)
                .setValues(Map.of("past", request, "behind", request))
                .build();
    }

    private static Graph graph(String function) {
        Node parts =
                new Call(
                                PrimOps.LIST_CONSTRUCT,
                                List.of(Argument.of("past"), Argument.of("behind")))
                        .node("parts", List.of("list"));
        return new AtenGraph("M")
                .input("x")
                .input("past")
                .call("aten::" + function, "behind", "x")
                .node(parts)
                .call("aten::cat", "y", "list", 1)
                .output("y");
    }

    private static Map<String, Tensor> step(int past, float element) {
        return Map.of("x", filled(element, 2), "past", filled(element, past));
    }

    private static Tensor filled(float element, int length) {
        float[] elements = new float[2 * length * 4];
        Arrays.fill(elements, element);
        return Tensor.ofFloats(elements, 2, length, 4);
    }
}
