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

import java.util.List;
import java.util.Objects;

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
 */
public record HardwareCheck(
        String cpu,
        String cpuClass,
        List<String> features,
        boolean dotProduct,
        String target,
        List<String> remarks) {

    /** Copies the lists. */
    public HardwareCheck {
        Objects.requireNonNull(cpu, "cpu");
        Objects.requireNonNull(cpuClass, "cpuClass");
        Objects.requireNonNull(target, "target");
        features = List.copyOf(features);
        remarks = List.copyOf(remarks);
    }
}
