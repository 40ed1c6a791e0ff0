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
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast each quantized fixture is against its source, in turns and on one thread. None may be
 * slower without saying so. Let nothing else run meanwhile.
 */
@Tag("nightly")
class FixturesSpeedIT {

    private static final Logger LOG = LoggerFactory.getLogger(FixturesSpeedIT.class);

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "DEPTHWISE_CNN, static-int8",
        "ABSURD_CHANNEL, static-int8",
        "EXTERNAL_CNN, static-int8",
        "BOX_DETECTOR, static-int8",
        "ROW_READER, static-int8",
        "SPEECH_GATE, dynamic-int8",
        "TEXT_DECODER, dynamic-int8",
    })
    void isNotSilentlySlower(Fixture fixture, String recipe) {
        Path source = fixture.copyTo(folder);
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.named(recipe).orElseThrow())
                        .optCalibration(CalibrationData.ofFeeds(fixture.calibration(source)))
                        .optTarget(Target.Name.HERE)
                        .optThreads(1)
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"));
        LatencyRatio latency = model.evaluation().latency().orElseThrow();
        LOG.info("{} {}: {}", fixture, recipe, latency);
        assertThat(model.warnings().stream().anyMatch(text -> text.contains("SLOWER")))
                .isEqualTo(latency.high() < 1);
    }
}
