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

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTextTest {

    @Test
    void theVerdictStandsFirstAndNamesTheCulprit() {
        assertThat(Samples.refused().toString().lines().limit(6))
                .containsExactly(
                        "REFUSED: resnet20_cifar10-int8.onnx",
                        "3.10× smaller, 2.07× as fast, top-1 81.03 % → 77.31 %, 9.40 % of the answers changed, over 10,000 samples (10,000 images, labelled)",
                        "  failed: top-1 fell from 81.03 % to 77.31 %, by more than 1.00 points",
                        "  failed: logits: 9.40 % of the answers changed, above 5.00 %",
                        "  to blame: outlier layer2.1/conv2: one channel is 212 times as large as the median one and leaves the others 1 of 255 steps: 14.2 dB lost here",
                        "  to blame: slice cat: label cat fell from 65.1 % to 51.9 %");
    }

    @Test
    void columnsAreAligned() {
        assertThat(Samples.classifier().toString())
                .contains(
                        "  Variant               Size  Smaller  Time of a call  Faster    top-1",
                        "  float              1.09 MB    1.00×          586 µs   1.00×  81.03 %",
                        "  static-int8, any    353 kB    3.10×          285 µs   2.07×  81.14 %");
    }

    @Test
    void namesCantMoveTheTerminalsCursor() {
        String text = Samples.classifier(name -> "\u001b[2J\r\n\u202e" + name).toString();

        assertThat(text).doesNotContain("\u001b", "\u202e", "\r\n[2J");
        assertThat(text.lines().map(String::length)).allMatch(length -> length < 400);
    }
}
