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

import java.util.Locale;

/** What decides which int8 kernels are exact and fast on a CPU. */
public enum CpuClass {
    /**
     * x86-64 with 8-bit dot products (AVX512-VNNI or AVX-VNNI): u8 x s8 accumulates exactly in 32
     * bits.
     */
    X86_VNNI,
    /** x86-64 without them: neighbouring u8 x s8 products are added in saturating 16 bits. */
    X86_AVX2,
    /** 64-bit Arm. */
    ARM64;

    /**
     * The system property that overrides detection: {@code x86-vnni}, {@code x86-avx2} or {@code
     * arm64}. Needed under emulators, which report the host's flags.
     */
    public static final String PROPERTY = "djlquant.cpu";

    /**
     * Returns the class of this machine's CPU, or what {@link #PROPERTY} says. A CPU of which
     * nothing is known counts as {@link #X86_AVX2}, whose restrictions are right everywhere.
     *
     * @return the class
     * @throws io.github.djlquant.RecipeException if the property names no class
     */
    public static CpuClass here() {
        return CpuDetection.detect(System.getProperty(PROPERTY), System.getProperty("os.arch"));
    }

    /**
     * Returns the form used on the command line and in files.
     *
     * @return lower case with hyphens
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
