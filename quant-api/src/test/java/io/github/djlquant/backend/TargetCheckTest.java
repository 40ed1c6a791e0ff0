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
package io.github.djlquant.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.TargetCheck.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TargetCheckTest {

    private static final Target ANY = new Target("any", null, true, "1.21.1");
    private static final Target VNNI = new Target("x86-vnni", CpuClass.X86_VNNI, false, "1.21.1");
    private static final Target AVX2 = new Target("x86-avx2", CpuClass.X86_AVX2, true, "1.21.1");

    @ParameterizedTest
    @EnumSource
    void anyRunsEverywhere(CpuClass cpu) {
        assertThat(TargetCheck.of(ANY, cpu, "1.21.1")).isEqualTo(new TargetCheck(Verdict.FINE, ""));
    }

    @Test
    void wrongAnswersAreRefused() {
        TargetCheck check = TargetCheck.of(VNNI, CpuClass.X86_AVX2, "1.29.0");

        assertThat(check.verdict()).isEqualTo(Verdict.REFUSE);
        assertThat(check.text()).contains("x86-vnni").contains("x86-avx2").contains("any");
    }

    @Test
    void slowAnswersAreWarnedAbout() {
        assertThat(TargetCheck.of(AVX2, CpuClass.X86_VNNI, "1.29.0").verdict())
                .isEqualTo(Verdict.WARN);
        assertThat(TargetCheck.of(VNNI, CpuClass.ARM64, "1.29.0").verdict())
                .isEqualTo(Verdict.WARN);
    }

    @Test
    void itsOwnPlaceIsFine() {
        assertThat(TargetCheck.of(VNNI, CpuClass.X86_VNNI, "1.21.1").verdict())
                .isEqualTo(Verdict.FINE);
    }

    @Test
    void anOlderRuntimeIsRefusedBeforeAnythingElse() {
        Target here = new Target("here", CpuClass.X86_VNNI, false, "1.29.0");
        TargetCheck check = TargetCheck.of(here, CpuClass.X86_AVX2, "1.21.1");

        assertThat(check.verdict()).isEqualTo(Verdict.REFUSE);
        assertThat(check.text()).contains("1.29.0").contains("1.21.1");
    }

    @ParameterizedTest
    @CsvSource({
        "1.9.0, 1.21.1, -1",
        "1.21.1, 1.21.1, 0",
        "1.21.1-rc1, 1.21.1, 0",
        "1.21, 1.21.0, 0",
        "2, 1.99.99, 1",
        "1.22.0, 1.21.9, 1"
    })
    void versionsCompareNumberByNumber(String left, String right, int sign) {
        assertThat(Integer.signum(TargetCheck.compareVersions(left, right))).isEqualTo(sign);
    }
}
