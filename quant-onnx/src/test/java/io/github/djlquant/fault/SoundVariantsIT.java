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

import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A gate that refuses sound artifacts is switched off: none of these is refused. */
class SoundVariantsIT {

    private static final int IMAGES = 600;

    private static Cifar cifar;

    @TempDir private Path folder;

    @BeforeAll
    static void read() {
        cifar = Cifar.orSkip();
    }

    /** A way to quantize that is as good as another. */
    record Variant(
            String name, Recipe recipe, Target.Name target, int first, int images, int batch) {

        private static Variant of(String name, Recipe recipe) {
            return new Variant(name, recipe, Target.Name.ANY, 0, 200, 0);
        }

        private static Variant on(Target.Name target) {
            return new Variant("target " + target.text(), Recipe.staticInt8(), target, 0, 200, 0);
        }

        private static Variant data(int first, int images, int batch) {
            return new Variant(
                    images + " images from " + first + " by " + batch,
                    Recipe.staticInt8(),
                    Target.Name.ANY,
                    first,
                    images,
                    batch);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Variant> variants() {
        Recipe recipe = Recipe.staticInt8();
        return Stream.of(
                Variant.on(Target.Name.ANY),
                Variant.on(Target.Name.HERE),
                Variant.on(Target.Name.X86_AVX2),
                Variant.of("extremes", recipe.withRanges(new RangeMethod.MinMax())),
                Variant.of("percentile", recipe.withRanges(new RangeMethod.Percentile(99.99))),
                Variant.of("divergence", recipe.withRanges(new RangeMethod.Entropy())),
                Variant.of("mean squared error", recipe.withRanges(new RangeMethod.Mse(2))),
                Variant.of("no bias correction", recipe.withBiasCorrection(false)),
                Variant.of("input of 8 bits", recipe.withSplitInput(false)),
                Variant.of("floats only", Recipe.optimize()),
                Variant.data(0, 64, 0),
                Variant.data(200, 200, 0),
                Variant.data(1000, 200, 0),
                Variant.data(2000, 200, 0),
                Variant.data(4000, 500, 0),
                Variant.data(0, 200, 1),
                Variant.data(0, 200, 7),
                Variant.data(0, 200, 200));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void isNotRefused(Variant variant) {
        FaultTrial trial =
                new FaultTrial(
                        cifar.model(".onnx"),
                        folder,
                        CalibrationData.ofFeeds(List.of(cifar.testBatch(0, IMAGES))),
                        Labels.of(cifar.testLabels(0, IMAGES)),
                        List.of());
        FaultTrial.assertPassed(
                trial.judge(
                        trial.quantize(
                                "int8",
                                variant.recipe(),
                                CalibrationData.ofFeeds(
                                        List.of(
                                                cifar.trainBatch(
                                                        variant.first(), variant.images()))),
                                variant.target(),
                                variant.batch())));
    }
}
