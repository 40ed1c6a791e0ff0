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
package io.github.djlquant.report;

import io.github.djlquant.evaluate.GateResult;
import java.util.List;
import java.util.function.UnaryOperator;

/** Made-up judgements. */
final class SampleGates {

    private final UnaryOperator<String> names;

    SampleGates(UnaryOperator<String> names) {
        this.names = names;
    }

    GateResult passed() {
        return new GateResult(
                List.of(
                        new GateResult.Check(
                                "drop",
                                names.apply("top-1"),
                                0.01,
                                -0.0011,
                                true,
                                "the drop is at most 1.00 points"),
                        new GateResult.Check(
                                "flips",
                                names.apply("logits"),
                                0.05,
                                0.0122,
                                true,
                                "1.22 % of the answers changed, at most 5.00 %")),
                List.of(),
                List.of(),
                List.of());
    }

    GateResult refused() {
        return new GateResult(
                List.of(
                        new GateResult.Check(
                                "drop",
                                names.apply("top-1"),
                                0.01,
                                0.0372,
                                false,
                                "top-1 fell from 81.03 % to 77.31 %, by more than 1.00 points"),
                        new GateResult.Check(
                                "flips",
                                names.apply("logits"),
                                0.05,
                                0.094,
                                false,
                                "logits: 9.40 % of the answers changed, above 5.00 %"),
                        new GateResult.Check(
                                "cosine",
                                names.apply("logits"),
                                0.98,
                                0.9991,
                                true,
                                "mean cosine 0.9991 is at least 0.9800")),
                List.of(
                        new GateResult.Culprit(
                                GateResult.Culprit.Kind.OUTLIER,
                                names.apply("layer2.1/conv2"),
                                names.apply(
                                        "one channel is 212 times as large as the median one and leaves the others 1 of 255 steps: 14.2 dB lost here")),
                        new GateResult.Culprit(
                                GateResult.Culprit.Kind.SLICE,
                                names.apply("cat"),
                                names.apply("label cat fell from 65.1 % to 51.9 %"))),
                List.of(
                        "Give the weights of layer2.1/conv2 one scale per channel",
                        "Or leave it in float: \"scope\": {\"exclude\": [\"layer2.1/conv2\"]}"),
                List.of());
    }
}
