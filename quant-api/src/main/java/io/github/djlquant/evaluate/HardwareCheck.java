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
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.graph.Graph;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What this machine's CPU has for 8-bit arithmetic, and what that means for the artifact.
 *
 * @param cpu the CPU's own name
 * @param cpuClass the class that targets know, such as {@code x86-vnni}
 * @param features what it has of {@code avx2}, {@code avx512}, {@code vnni}, {@code dotprod},
 *     {@code i8mm}
 * @param dotProduct true if it multiplies and adds 8-bit numbers in one instruction
 * @param target where the artifact is made to run; empty if it was not made by this project
 * @param remarks sentences on what that means: for speed and for answers
 * @param hazard why the artifact's answers may be wrong on this CPU; empty if they are right
 */
public record HardwareCheck(
        String cpu,
        String cpuClass,
        List<String> features,
        boolean dotProduct,
        String target,
        List<String> remarks,
        Optional<String> hazard) {

    /** Copies the lists. */
    public HardwareCheck {
        Objects.requireNonNull(cpu, "cpu");
        Objects.requireNonNull(cpuClass, "cpuClass");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(hazard, "hazard");
        features = List.copyOf(features);
        remarks = List.copyOf(remarks);
    }

    /**
     * Describes a CPU on which the artifact's answers are right.
     *
     * @param cpu the CPU's own name
     * @param cpuClass the class that targets know
     * @param features what it has
     * @param dotProduct true if it multiplies and adds 8-bit numbers in one instruction
     * @param target where the artifact is made to run; empty if it was not made by this project
     * @param remarks sentences on what that means
     */
    public HardwareCheck(
            String cpu,
            String cpuClass,
            List<String> features,
            boolean dotProduct,
            String target,
            List<String> remarks) {
        this(cpu, cpuClass, features, dotProduct, target, remarks, Optional.empty());
    }

    /**
     * Checks this machine, by {@link CpuClass#here}, for an artifact.
     *
     * @param artifact a quantized model
     * @return what the CPU has for it
     * @throws io.github.djlquant.ModelFormatException if the model is malformed
     */
    public static HardwareCheck of(Path artifact) {
        Backend backend = Backends.forFile(artifact);
        Graph graph = backend.read(artifact);
        return new HardwareReport(graph, backend.catalog())
                .of(Provenance.in(graph.metadata(), artifact.toString()), backend.runtimeVersion());
    }
}
