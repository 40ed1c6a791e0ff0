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
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedProportionsTest {

    /**
     * Fagerland, Lydersen and Laake 2014, "Recommended tests and confidence intervals for paired
     * binomial proportions", airway hyper-responsiveness before and after transplantation.
     */
    @Test
    void matchesThePublishedExample() {
        ConfidenceInterval interval = ConfidenceInterval.ofPairedShares(1, 7, 21);
        assertThat(interval.low()).isEqualTo(-0.517, within(5e-4));
        assertThat(interval.high()).isEqualTo(-0.026, within(5e-4));
    }

    @Test
    void hasAWidthWhereNothingChanged() {
        double z2 = 1.959963984540054 * 1.959963984540054;
        ConfidenceInterval interval = ConfidenceInterval.ofPairedShares(0, 0, 200);
        assertThat(interval.high()).isEqualTo(z2 / (200 + z2), within(1e-9));
        assertThat(interval.low()).isEqualTo(-interval.high(), within(1e-9));
    }

    @Test
    void staysWithinAllDifferencesThatThereAre() {
        assertThat(ConfidenceInterval.ofPairedShares(0, 0, 0))
                .isEqualTo(new ConfidenceInterval(-1, 1));
        assertThat(ConfidenceInterval.ofPairedShares(5, 0, 5).high()).isEqualTo(1, within(1e-9));
        assertThat(ConfidenceInterval.ofPairedShares(5, 0, 5).low()).isBetween(0.0, 0.5);
        assertThat(ConfidenceInterval.ofPairedShares(0, 5, 5).low()).isEqualTo(-1, within(1e-9));
    }

    /** What "95 %" says: of all samples that two shares yield, so many hold their difference. */
    @ParameterizedTest
    @CsvSource({
        "50, 0.02, 0.02",
        "50, 0.1, 0.02",
        "50, 0.3, 0.3",
        "200, 0.01, 0.005",
        "20, 0.2, 0"
    })
    void holdsTheDifferenceAsOftenAsItSays(int samples, double lost, double gained) {
        double covered = 0;
        BinomialDistribution losses = BinomialDistribution.of(samples, lost);
        for (int b = 0; b <= samples; b++) {
            BinomialDistribution gains = BinomialDistribution.of(samples - b, gained / (1 - lost));
            for (int c = 0; c <= samples - b; c++) {
                double chance = losses.probability(b) * gains.probability(c);
                ConfidenceInterval interval = ConfidenceInterval.ofPairedShares(b, c, samples);
                boolean holds = interval.low() <= lost - gained && lost - gained <= interval.high();
                covered += chance > 1e-12 && holds ? chance : 0;
            }
        }
        assertThat(covered).isGreaterThan(0.93);
    }
}
