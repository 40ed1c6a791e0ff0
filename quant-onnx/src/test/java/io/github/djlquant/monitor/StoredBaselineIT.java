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
package io.github.djlquant.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An artifact brings the baseline of its calibration along. */
class StoredBaselineIT {

    @TempDir Path folder;

    @Test
    void quantizingPutsTheBaselineIntoTheArtifact() {
        Cifar cifar = Cifar.orSkip();
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 200))))
                        .optLatency(false)
                        .build()
                        .quantize(cifar.model(".onnx"), folder.resolve("int8.onnx"));
        DriftBaseline baseline =
                DriftBaseline.in(new OnnxBackend().read(model.file()).metadata(), "int8.onnx")
                        .orElseThrow();
        assertThat(baseline.inputs()).containsExactly("input");
        assertThat(baseline.tensors()).hasSize(10);
        TensorBaseline input = baseline.tensors().get("input");
        assertThat(input.isMeasured()).isTrue();
        assertThat(input.rows()).isEqualTo(200);
        assertThat(baseline.print().length()).isLessThan(8_000);
        DriftMonitor monitor = DriftMonitor.builder().optWindow(100).build(baseline);
        monitor.observe(cifar.testBatch(0, 100));
        assertThat(monitor.latest().orElseThrow().above()).isEmpty();
    }
}
