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
package io.github.djlquant.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import org.junit.jupiter.api.Test;

class RecordTextTest {

    @Test
    void saysWhatTheRecordItselfSays() {
        Target any = new Target("any", null, true, "1.21.1");
        assertThat(RecordText.of(any)).isEqualTo(any.toString()).contains("kernels=Kernels[");
        Target here = new Target("here", CpuClass.X86_VNNI, false, "1.29.0");
        assertThat(RecordText.of(here)).isEqualTo(here.toString());
    }
}
