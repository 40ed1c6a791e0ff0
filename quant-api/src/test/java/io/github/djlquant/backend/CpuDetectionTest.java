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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.RecipeException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuDetectionTest {

    @ParameterizedTest
    @EnumSource
    void theOverrideWins(CpuClass cpu) {
        assertThat(CpuDetection.detect(cpu.text(), "amd64")).isEqualTo(cpu);
    }

    @Test
    void aWrongOverrideListsTheRightOnes() {
        assertThatThrownBy(() -> CpuDetection.detect("x86-avx512", "amd64"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("djlquant.cpu")
                .hasMessageContaining("x86-vnni, x86-avx2, arm64")
                .hasMessageContaining("x86-avx512");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aarch64", "arm64"})
    void armIsKnownByItsArchitecture(String architecture) {
        assertThat(CpuDetection.detect(null, architecture)).isEqualTo(CpuClass.ARM64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flags : fpu avx2 avx512f avx512_vnni amx_tile",
                "flags : fpu avx2 avx_vnni",
                "machdep.cpu.leaf7_features: AVX2 AVX512VNNI"
            })
    void dotProductsAreFoundInAnySpelling(String flags) {
        assertThat(CpuDetection.namesDotProducts(Stream.of(flags))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"flags : fpu avx2 avx512f avx512bw", "", "flags : avx512_vnni2"})
    void otherFlagsAreNotDotProducts(String flags) {
        assertThat(CpuDetection.namesDotProducts(Stream.of(flags))).isFalse();
    }
}
