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
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeException;
import io.github.djlquant.Stage;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.WithoutBaseline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What calibration measured can be kept, and an interrupted one goes on. */
class QuantizerTableTest {

    @TempDir Path folder;
    private Path source;
    private Path output;

    @BeforeEach
    void writeModel() {
        source = OneProduct.write(folder.resolve("float.onnx"));
        output = folder.resolve("int8.onnx");
    }

    private Quantizer.Builder quantizer() {
        return Quantizer.builder().optRecipe(Recipe.staticInt8()).optLatency(false);
    }

    private static CalibrationData data() {
        return CalibrationData.ofFeeds(OneProduct.rows());
    }

    @Test
    void aTableStandsForItsData() throws IOException {
        QuantizedModel first = quantizer().optCalibration(data()).build().quantize(source, output);
        CalibrationTable table = first.calibrationTable().orElseThrow();
        assertThat(table.samples()).isEqualTo(64);
        Path again = folder.resolve("again.onnx");
        QuantizedModel second =
                Quantizer.builder()
                        .optCalibrationTable(table)
                        .optLatency(false)
                        .build()
                        .quantize(source, again);
        assertThat(second.times()).doesNotContainKey(Stage.CALIBRATE);
        assertThat(second.calibrationTable()).contains(table);
        assertThat(WithoutBaseline.of(again)).hasSameBinaryContentAs(WithoutBaseline.of(output));
    }

    @Test
    void aTableOfAnotherModelDoesNotFit() {
        CalibrationTable other = new CalibrationTable(Map.of("z", new Statistics(-1, 1)));
        assertThatThrownBy(
                        () ->
                                quantizer()
                                        .optCalibrationTable(other)
                                        .build()
                                        .quantize(source, output))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("the calibration table does not fit")
                .hasMessageContaining("value x");
        assertThat(output).doesNotExist();
    }

    @Test
    void aDynamicRecipeTakesNoTable() {
        Quantizer.Builder builder =
                Quantizer.builder()
                        .optRecipe(Recipe.dynamicInt8())
                        .optCalibrationTable(new CalibrationTable(Map.of()));
        assertThatThrownBy(builder::build)
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("takes no calibration table");
    }

    @Test
    void anInterruptedCalibrationGoesOn() throws IOException {
        quantizer().optCalibration(data()).build().quantize(source, output);
        Path checkpoint = folder.resolve("checkpoint");
        Path resumed = folder.resolve("resumed.onnx");
        Progress interrupting =
                new Progress() {
                    @Override
                    public void reset(String message, long max, String trailing) {}

                    @Override
                    public void start(long initial) {}

                    @Override
                    public void end() {}

                    @Override
                    public void increment(long increment) {}

                    @Override
                    public void update(long row, String message) {
                        if (row >= 31) {
                            Thread.currentThread().interrupt();
                        }
                    }
                };
        assertThatThrownBy(
                        () ->
                                quantizer()
                                        .optCalibration(data())
                                        .optResume(checkpoint)
                                        .optProgress(interrupting)
                                        .build()
                                        .quantize(source, resumed))
                .isInstanceOf(QuantizationCancelledException.class)
                .hasMessageContaining("32 samples");
        Thread.interrupted();
        assertThat(checkpoint).exists();
        assertThat(resumed).doesNotExist();
        quantizer().optCalibration(data()).optResume(checkpoint).build().quantize(source, resumed);
        assertThat(checkpoint).doesNotExist();
        assertThat(resumed).hasSameBinaryContentAs(output);
    }
}
