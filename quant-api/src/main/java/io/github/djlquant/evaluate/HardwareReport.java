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

import io.github.djlquant.Provenance;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.CpuFeatures;
import io.github.djlquant.backend.TargetCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what this CPU means for an artifact. */
final class HardwareReport {

    private HardwareReport() {}

    static HardwareCheck of(Optional<Provenance> made, String runtimeVersion) {
        CpuFeatures features = CpuFeatures.here();
        CpuClass cpu = CpuClass.here();
        List<String> remarks = new ArrayList<>();
        boolean dotProduct =
                cpu == CpuClass.ARM64 ? features.has("dotprod") : cpu == CpuClass.X86_VNNI;
        if (dotProduct) {
            remarks.add(
                    "8-bit products are added in 32 bits by one instruction: int8 is fast here");
        } else if (cpu == CpuClass.ARM64) {
            remarks.add("without dotprod int8 gains little over float on this CPU");
        } else {
            remarks.add(
                    "without VNNI three instructions do the work of one, and neighbouring products"
                            + " are added in saturating 16 bits: int8 gains less here, and weights"
                            + " must be made for it");
        }
        if (!features.list().isEmpty() && cpu != CpuClass.ARM64 && !features.has("avx2")) {
            remarks.add("without AVX2 the engines' integer kernels are slow");
        }
        made.ifPresent(
                provenance -> {
                    TargetCheck check = TargetCheck.of(provenance.target(), cpu, runtimeVersion);
                    remarks.add(
                            check.text().isEmpty()
                                    ? "the artifact is made for this place"
                                    : check.text());
                    if (provenance.target().pairSafeWeights()) {
                        remarks.add("its weights are chosen so that no 16-bit sum can saturate");
                    }
                });
        return new HardwareCheck(
                features.name(),
                cpu.text(),
                features.list(),
                dotProduct,
                made.map(provenance -> provenance.target().name()).orElse(""),
                remarks);
    }
}
