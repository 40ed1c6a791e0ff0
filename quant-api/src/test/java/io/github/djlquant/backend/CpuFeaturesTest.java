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

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {

    @Test
    void knowsTheSpellingsOfAllSystems() {
        assertThat(CpuFeatures.named(List.of("flags : sse avx2 avx512f avx512_vnni")))
                .containsExactly("avx2", "avx512", "vnni");
        assertThat(CpuFeatures.named(List.of("Features: fp asimd asimddp i8mm")))
                .containsExactly("dotprod", "i8mm");
        assertThat(CpuFeatures.named(List.of("hw.optional.arm.FEAT_DotProd: 1")))
                .containsExactly("dotprod");
        assertThat(CpuFeatures.named(List.of("PF_AVX_INSTRUCTIONS_AVAILABLE"))).isEmpty();
    }
}
