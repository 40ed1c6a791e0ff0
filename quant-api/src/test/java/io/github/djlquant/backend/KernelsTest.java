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

import io.github.djlquant.op.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KernelsTest {

    /** Caches are keyed by the text, and {@code Map.copyOf} has another order in each JVM. */
    @Test
    void textsDoNotDependOnTheProcess() {
        Map<String, Kernels.RecurrentCost> costs = new LinkedHashMap<>();
        Map<Role, String> reasons = new LinkedHashMap<>();
        for (char name = 'm'; name >= 'a'; name--) {
            costs.put(String.valueOf(name), new Kernels.RecurrentCost(0, 0));
        }
        for (int i = Role.values().length - 1; i >= 0; i--) {
            reasons.put(Role.values()[i], "none");
        }
        assertThat(new Kernels.RecurrentLayers(costs, true, true).operators().keySet())
                .containsExactlyElementsOf(new TreeSet<>(costs.keySet()));
        assertThat(new Kernels.Library(Optional.empty(), true, true, reasons).missing().keySet())
                .containsExactly(Role.values());
    }
}
