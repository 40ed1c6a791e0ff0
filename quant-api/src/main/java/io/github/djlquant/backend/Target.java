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
import java.util.Objects;

/**
 * Where an artifact is meant to run, as data.
 *
 * @param name {@code any}, {@code here}, {@code x86-vnni}, {@code x86-avx2} or {@code arm64}
 * @param cpu the CPU class that it is tuned to; null for {@code any}
 * @param pairSafeWeights true if neighbouring weights must obey |w1| + |w2| &lt;= 128, so that
 *     kernels without 8-bit dot products don't saturate
 * @param runtimeVersion the lowest version of the engine's runtime that the artifact may need, such
 *     as {@code 1.21.1}
 * @param kernels what the engine's integer kernels compute and prefer there
 */
public record Target(
        String name,
        CpuClass cpu,
        boolean pairSafeWeights,
        String runtimeVersion,
        Kernels kernels) {

    /** Requires name, version and kernels. */
    public Target {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(runtimeVersion, "runtimeVersion");
        Objects.requireNonNull(kernels, "kernels");
    }

    /**
     * Creates a target whose kernels have no preferences.
     *
     * @param name such as {@code any}
     * @param cpu the CPU class that it is tuned to; null for {@code any}
     * @param pairSafeWeights true if neighbouring weights must obey |w1| + |w2| &lt;= 128
     * @param runtimeVersion the lowest version of the engine's runtime
     */
    public Target(String name, CpuClass cpu, boolean pairSafeWeights, String runtimeVersion) {
        this(name, cpu, pairSafeWeights, runtimeVersion, Kernels.PLAIN);
    }

    /**
     * Replaces the kernels.
     *
     * @param changed what the engine's integer kernels compute and prefer there
     * @return a copy
     */
    public Target withKernels(Kernels changed) {
        return new Target(name, cpu, pairSafeWeights, runtimeVersion, changed);
    }

    /**
     * Tells whether the artifact is tuned to this machine and its runtime, so that what is measured
     * here holds where it runs.
     *
     * @return true for {@code here}
     */
    public boolean isHere() {
        return name.equals(Name.HERE.text());
    }

    /** The targets a user can name. */
    public enum Name {
        /** Exact on every CPU, runs on the runtime that DJL itself ships. */
        ANY,
        /** This machine's CPU class and the newest runtime. */
        HERE,
        /** x86-64 with VNNI. */
        X86_VNNI,
        /** x86-64 without VNNI. */
        X86_AVX2,
        /** 64-bit Arm. */
        ARM64;

        /**
         * Returns the form used on the command line and in files.
         *
         * @return lower case with hyphens
         */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
