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
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that show no range calibrate nothing, and rows that repeat each other verify little. */
class RepeatedRowsTest {

    private static final int ROWS = 40;

    @TempDir private Path folder;
    private final OnnxBackend backend = new OnnxBackend();
    private Path source;
    private Path output;

    @BeforeEach
    void write() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 8, 8)
                        .random("w", 16, 3, 3, 3)
                        .node("Conv", "c", "x", "w")
                        .node("GlobalAveragePool", "p", "c")
                        .node("Flatten", "f", "p")
                        .random("m", 16, 4)
                        .node("MatMul", "logits", "f", "m")
                        .output("logits")
                        .build();
        source = folder.resolve("float.onnx");
        output = folder.resolve("int8.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
    }

    private static CalibrationData feeds(Tensor rows) {
        return CalibrationData.ofFeeds(List.of(Map.of("x", rows)));
    }

    private static Tensor black() {
        float[] values = new float[ROWS * 3 * 64];
        Arrays.fill(values, -2);
        return Tensor.ofFloats(values, ROWS, 3, 8, 8);
    }

    private static Tensor noise(int seed, int rows) {
        return GraphBuilder.random(new Random(seed), rows, 3, 8, 8);
    }

    private static Tensor oneRepeated() {
        float[] one = noise(1, 1).toFloats();
        float[] values = new float[ROWS * one.length];
        for (int row = 0; row < ROWS; row++) {
            System.arraycopy(one, 0, values, row * one.length, one.length);
        }
        return Tensor.ofFloats(values, ROWS, 3, 8, 8);
    }

    private static Quantizer.Builder quantizer(CalibrationData data) {
        return Quantizer.builder()
                .optRecipe(Recipe.staticInt8().withGate(new GateThresholds(1, 0.5, 1)))
                .optCalibration(data)
                .optLatency(false);
    }

    @Test
    void blackImagesCalibrateNothing() {
        Path file = folder.resolve("black.npz");
        NpzWriter.write(file, Map.of("x", black()));

        assertThatThrownBy(
                        () ->
                                quantizer(CalibrationData.ofPath(file))
                                        .build()
                                        .quantize(source, output))
                .isInstanceOf(CalibrationException.class)
                .hasMessageStartingWith(file + ": there is no range to calibrate with")
                .hasMessageContaining("all 40 rows are the same, and every row is constant")
                .hasMessageContaining("--ignore-gate");
        assertThat(output).doesNotExist();
    }

    @Test
    void whoInsistsIsWarned() {
        QuantizedModel model =
                quantizer(feeds(black())).optIgnoreGate(true).build().quantize(source, output);

        assertThat(model.warnings())
                .anyMatch(w -> w.startsWith("calibration: no range: all 40 rows are the same"))
                .anyMatch(w -> w.startsWith("HARDLY VERIFIED: all 40 rows are the same"));
    }

    @Test
    void oneImageManyTimesIsAWarning() {
        QuantizedModel model = quantizer(feeds(oneRepeated())).build().quantize(source, output);

        assertThat(model.warnings())
                .anyMatch(w -> w.startsWith("calibration: repeated rows: all 40 rows are the same"))
                .anyMatch(w -> w.startsWith("HARDLY VERIFIED: all 40 rows are the same: "));
        assertThat(model.evaluation().variety().orElseThrow().distinct()).isEqualTo(1);
    }

    @Test
    void realRowsAreNotRemarkedOn() {
        QuantizedModel model = quantizer(feeds(noise(2, ROWS))).build().quantize(source, output);

        assertThat(model.warnings()).noneMatch(w -> w.contains("rows"));
        assertThat(model.evaluation().variety().orElseThrow().distinct()).isEqualTo(ROWS);
    }

    /** Rows that verify are looked at by themselves. */
    @Test
    void blackImagesVerifyNothing() {
        QuantizedModel model =
                quantizer(feeds(noise(3, ROWS)))
                        .optVerificationData(feeds(black()))
                        .build()
                        .quantize(source, output);

        assertThat(model.warnings())
                .anyMatch(w -> w.startsWith("HARDLY VERIFIED: all 40 rows are the same"))
                .noneMatch(w -> w.startsWith("calibration:"));
    }

    /** What calibration saw is kept with its table, until the range of other rows joins it. */
    @Test
    void aTableOfBlackImagesIsRefusedUnlessAnotherIsMerged() {
        CalibrationTable dark =
                quantizer(feeds(black()))
                        .optIgnoreGate(true)
                        .build()
                        .quantize(source, output)
                        .calibrationTable()
                        .orElseThrow();
        CalibrationTable real =
                quantizer(feeds(noise(4, ROWS)))
                        .optOverwrite(true)
                        .build()
                        .quantize(source, output)
                        .calibrationTable()
                        .orElseThrow();
        Quantizer alone =
                quantizer(feeds(noise(5, ROWS)))
                        .optOverwrite(true)
                        .optCalibrationTable(dark)
                        .build();
        assertThatThrownBy(() -> alone.quantize(source, output))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("as the calibration table tells");

        QuantizedModel merged =
                quantizer(feeds(noise(5, ROWS)))
                        .optOverwrite(true)
                        .optCalibrationTable(dark.merge(real))
                        .build()
                        .quantize(source, output);
        assertThat(merged.provenance().calibrationSamples()).isEqualTo(2 * ROWS);
    }
}
