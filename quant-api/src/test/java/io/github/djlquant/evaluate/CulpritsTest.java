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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.recipe.GateThresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Causes that no single layer is to blame for. */
class CulpritsTest {

    private static final OutputError BAD = new OutputError("y", 200, 5, 0.5, 1, true, 0.4, 0);

    private static LayerError layer(int position, LayerError.RangeUse range) {
        return new LayerError(
                "value" + position,
                position < 0 ? "input" : "conv" + position,
                position,
                20,
                1,
                0.9,
                Optional.of(range),
                Optional.empty());
    }

    private static GateResult judge(Evaluation evaluation) {
        return Gate.judge(evaluation, GateThresholds.DEFAULT);
    }

    private static Evaluation evaluation(long samples, List<LayerError> layers) {
        return new Evaluation(List.of(BAD), 200, true, Optional.empty(), Optional.empty())
                .with()
                .optLayers(layers)
                .optCoverage(Coverage.of(samples, 256, layers))
                .build();
    }

    /** So many of five ranges are like the first, the others fit. */
    private static List<LayerError> layers(LayerError.RangeUse bad, int count) {
        List<LayerError> layers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            layers.add(layer(i, i < count ? bad : new LayerError.RangeUse(-1, 1, -1, 1, 0)));
        }
        return layers;
    }

    @Test
    void mostRangesTooSmallBlameCalibration() {
        LayerError.RangeUse small = new LayerError.RangeUse(0, 1, 0, 4, 0.5);
        assertThat(judge(evaluation(1, layers(small, 3))).culprits().get(0))
                .isEqualTo(
                        new GateResult.Culprit(
                                GateResult.Culprit.Kind.DATA,
                                "value0",
                                "calibration with a single sample covered 25 % of what is seen at"
                                        + " conv0: 0.000 to 1.000 of 0.000 to 4.000; 3 of 5 ranges do"
                                        + " not fit"));
        assertThat(judge(evaluation(1, layers(small, 2))).culprits())
                .extracting(GateResult.Culprit::kind)
                .doesNotContain(GateResult.Culprit.Kind.DATA);
    }

    @Test
    void mostRangesTooLargeBlameCalibration() {
        LayerError.RangeUse large = new LayerError.RangeUse(0, 255, 0, 1, 0);
        assertThat(judge(evaluation(500, layers(large, 5))).culprits().get(0).text())
                .startsWith(
                        "calibration with 500 samples saw other data, 255 times as large at conv0:");
    }

    /** No layer has touched the input. */
    @Test
    void theInputsRangeAloneBlamesCalibration() {
        List<LayerError> layers =
                new ArrayList<>(layers(new LayerError.RangeUse(-1, 1, -1, 1, 0), 0));
        layers.add(layer(-1, new LayerError.RangeUse(-1, 0, -2, 2, 0.5)));
        assertThat(judge(evaluation(7, layers)).culprits().get(0).text())
                .startsWith(
                        "calibration with only 7 samples covered 25 % of what is seen at input");
    }

    @Test
    void anotherPreparationIsNamedFirst() {
        Evaluation evaluation =
                evaluation(500, List.of())
                        .with()
                        .optInputTrial(new InputTrial("x", "channels in the order 2, 1, 0", 4, 31))
                        .build();
        GateResult result = judge(evaluation);
        assertThat(result.culprits().get(0).name()).isEqualTo("x");
        assertThat(result.culprits().get(0).text())
                .isEqualTo(
                        "x: with channels in the order 2, 1, 0 the quantized model agrees with its"
                                + " source (SQNR 31.0 dB, as it is 4.0 dB): one of them is fed"
                                + " another preparation");
        assertThat(result.advice().get(0)).contains("prepare the inputs of both models");
    }

    /** The output is at 5 dB. */
    @Test
    void aLayerThatIsStillCleanIsNotBlamed() {
        List<LayerError> layers = new ArrayList<>();
        for (double sqnr : new double[] {39, 24, 6}) {
            layers.add(
                    new LayerError(
                            "v" + sqnr,
                            "conv" + (int) sqnr,
                            layers.size(),
                            sqnr,
                            9,
                            0.9,
                            Optional.empty(),
                            Optional.empty()));
        }
        assertThat(judge(evaluation(500, layers)).culprits())
                .extracting(GateResult.Culprit::name)
                .containsExactly("conv24", "conv6");
    }

    private static List<GateResult.Culprit> blamed(long changed, List<Flips.Transition> moves) {
        Flips flips = new Flips("y", 600, changed, 0, 0, List.of(), moves, List.of());
        return judge(evaluation(500, List.of()).with().optFlipped(List.of(flips)).build())
                .culprits();
    }

    @Test
    void aClassThatIsNoLongerAnsweredIsNamedWithoutLabels() {
        List<Flips.Transition> moves =
                List.of(
                        new Flips.Transition(5, 3, 20),
                        new Flips.Transition(5, 7, 5),
                        new Flips.Transition(2, 5, 1),
                        new Flips.Transition(3, 2, 2));
        assertThat(blamed(28, moves))
                .extracting(GateResult.Culprit::text)
                .containsExactly("class 5: 25 of 28 changed answers of y left it, 1 came to it");
        assertThat(blamed(60, moves)).as("most left other classes").isEmpty();
        assertThat(
                        blamed(
                                40,
                                List.of(
                                        new Flips.Transition(5, 3, 22),
                                        new Flips.Transition(3, 5, 18))))
                .as("as many came")
                .isEmpty();
        assertThat(blamed(25, List.of(new Flips.Transition(5, 3, 25))))
                .as("two classes alone")
                .isEmpty();
    }
}
