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
package io.github.djlquant.fault;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.fault.Fault;
import io.github.djlquant.testkit.fault.FaultyGraph;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Quiet failures of an image classifier: each is refused, and the first lines name the culprit. */
class ImageFaultsIT {

    private static final int IMAGES = 600;

    @TempDir private static Path folder;

    private static FaultTrial trial;
    private static Path sound;

    @BeforeAll
    static void quantize() {
        Cifar cifar = Cifar.orSkip();
        trial =
                new FaultTrial(
                        cifar.model(".onnx"),
                        folder,
                        CalibrationData.ofFeeds(List.of(cifar.testBatch(0, IMAGES))),
                        Labels.of(cifar.testLabels(0, IMAGES)),
                        List.of());
        sound = trial.quantize("sound", Recipe.staticInt8(), images(1));
    }

    /** Images to calibrate with, each element times a factor. */
    private static CalibrationData images(float factor) {
        Map<String, Tensor> batch = Cifar.orSkip().trainBatch(0, 200);
        float[] elements = batch.get("input").toFloats();
        for (int i = 0; i < elements.length; i++) {
            elements[i] *= factor;
        }
        return CalibrationData.ofFeeds(
                List.of(Map.of("input", Tensor.ofFloats(elements, 200, 3, 32, 32))));
    }

    @Test
    void theSoundArtifactPasses() {
        trial.assertPassed(sound);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {
                "WEIGHTS_OF_TWO_BITS",
                "WEIGHTS_PER_TENSOR",
                "KERNEL_TRANSPOSED",
                "LAYERS_SWAPPED",
                "BIAS_DROPPED",
                "BIAS_OVERFLOWN",
                "NORM_STALE",
                "SCALE_DOUBLED",
                "ZERO_POINT_MOVED",
                "RANGE_CLIPPED"
            })
    void oneLayerIsWrong(Fault fault) {
        trial.assertRefused(sound, fault, "flips");
    }

    @ParameterizedTest
    @CsvSource({
        "INPUT_CHANNELS_SWAPPED, flips, 'input: with channels in the order 2, 1, 0'",
        "OUTPUT_ORDER_SHIFTED, flips, another order",
        "CLASS_SUPPRESSED, slice-drop, 'class 5: '"
    })
    void theWholeIsWrong(Fault fault, String check, String culprit) {
        Evaluation evaluation = trial.judge(trial.written(trial.inject(sound, fault)));
        FaultTrial.assertRefused(evaluation, check, culprit);
        FaultTrial.assertBlamedAmongFirst(1, evaluation, culprit);
    }

    /** The word alone would not tell where to look. */
    @Test
    void oneWeightIsNaN() {
        FaultyGraph faulty = trial.inject(sound, Fault.NAN_IN_ROW);
        FaultTrial.assertRefused(
                trial.judge(trial.written(faulty)),
                "finite",
                faulty.place() + ": here numbers first become NaN or infinite, in logits");
    }

    @Test
    void oneBlackImageToCalibrateWith() {
        float[] black = new float[3 * 32 * 32];
        java.util.Arrays.fill(black, -2);
        FaultTrial.assertRefused(
                trial.judge(
                        trial.quantize(
                                "black",
                                Recipe.staticInt8(),
                                CalibrationData.ofFeeds(
                                        List.of(
                                                Map.of(
                                                        "input",
                                                        Tensor.ofFloats(black, 1, 3, 32, 32)))))),
                "flips",
                "calibration with a single sample covered");
    }

    @Test
    void imagesNotDividedBy255ToCalibrateWith() {
        FaultTrial.assertRefused(
                trial.judge(trial.quantize("bytes", Recipe.staticInt8(), images(255))),
                "flips",
                "calibration with 200 samples saw other data");
    }
}
