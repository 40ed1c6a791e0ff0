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

import io.github.djlquant.QuantizationException;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.PairedComparison;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.foreign.ForeignRuntime;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every fixture quantizes, runs on the lowest runtime that its target promises and passes its gate
 * on inputs that were not calibrated with, or is refused with the reason.
 */
class FixturesIT {

    private static final Logger LOG = LoggerFactory.getLogger(FixturesIT.class);

    @TempDir Path folder;

    private final OnnxBackend backend = new OnnxBackend();

    private static Recipe recipe(String name) {
        return Recipe.named(name).orElseThrow();
    }

    private static Quantizer quantizer(String recipe, List<Map<String, Tensor>> feeds) {
        return Quantizer.builder()
                .optRecipe(recipe(recipe))
                .optCalibration(CalibrationData.ofFeeds(feeds))
                .optLatency(false)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "DEPTHWISE_CNN, static-int8, 0.95",
        "ABSURD_CHANNEL, static-int8, 0.95",
        "FP16_CNN, static-int8, 0.95",
        "EXTERNAL_CNN, static-int8, 0.95",
        "QAT_CNN, static-int8, 0.95",
        "BOX_DETECTOR, static-int8, 0.8",
        "ROW_READER, static-int8, 0.88",
        "ROW_READER, dynamic-int8, 0.1",
        "SPEECH_GATE, dynamic-int8, 0",
        "SPEECH_GATE, static-int8, 0",
        "TEXT_DECODER, dynamic-int8, 0.5",
    })
    void quantizesAndKeepsItsAccuracy(Fixture fixture, String recipe, double integerShare) {
        Path source = fixture.copyTo(folder);
        Path output = folder.resolve("int8.onnx");
        List<Map<String, Tensor>> feeds = fixture.calibration(source);
        QuantizedModel model = quantizer(recipe, feeds).quantize(source, output);
        Evaluation evaluation = heldOut(fixture, source, output);
        LOG.info("{} {}: {}", fixture, recipe, evaluation);
        assertThat(Gate.failures(evaluation, recipe(recipe).gate())).isEmpty();
        if (fixture != Fixture.FP16_CNN) {
            // Its weights are half as large already: here the plan in the file weighs more.
            assertThat(model.bytes()).isLessThan(model.sourceBytes());
        }
        assertThat(model.plan().quantizedMacShare()).isGreaterThanOrEqualTo(integerShare);
        runsOnTheLowestRuntime(output, feeds.get(0));
    }

    /** Made inputs take the branch that yields zeros, around both LSTM. */
    @Test
    void saysWhenMadeInputsReachNothing() {
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(recipe("dynamic-int8"))
                        .optLatency(false)
                        .build()
                        .quantize(Fixture.SPEECH_GATE.copyTo(folder), folder.resolve("int8.onnx"));
        assertThat(model.warnings()).anyMatch(warning -> warning.startsWith("NOT VERIFIED"));
    }

    private Evaluation heldOut(Fixture fixture, Path source, Path output) {
        try (GraphRunner before = backend.open(source, new RunOptions(0, false));
                GraphRunner after = backend.open(output, RunOptions.DEFAULT)) {
            return PairedComparison.builder()
                    .optLabels(fixture.heldOutLabels())
                    .optGraph(backend.read(source), backend.catalog())
                    .build()
                    .compare(before, after, fixture.heldOut(source).iterator());
        }
    }

    private void runsOnTheLowestRuntime(Path output, Map<String, Tensor> feeds) {
        Map<String, Tensor> there = ForeignRuntime.LOWEST_RUNTIME.run(output, feeds);
        try (GraphRunner here = backend.open(output, RunOptions.DEFAULT)) {
            here.run(feeds)
                    .forEach(
                            (name, expected) ->
                                    assertThat(difference(expected, there.get(name)))
                                            .as(name)
                                            .isLessThan(1e-2));
        }
    }

    private static double difference(Tensor expected, Tensor actual) {
        float[] x = expected.toFloats();
        float[] y = actual.toFloats();
        assertThat(y).hasSameSizeAs(x);
        double scale = 1e-6;
        double difference = 0;
        for (int i = 0; i < x.length; i++) {
            scale = Math.max(scale, Math.abs(x[i]));
            difference = Math.max(difference, Math.abs(x[i] - y[i]));
        }
        return difference / scale;
    }

    @ParameterizedTest
    @CsvSource({
        "DEPTHWISE_CNN, dynamic-int8, nothing in this model can be quantized",
    })
    void isRefusedWithTheReason(Fixture fixture, String recipe, String reason) {
        Path source = fixture.copyTo(folder);
        Path output = folder.resolve("int8.onnx");
        Quantizer quantizer = quantizer(recipe, fixture.calibration(source));
        assertThatThrownBy(() -> quantizer.quantize(source, output))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining(reason);
        assertThat(Files.exists(output)).isFalse();
    }
}
