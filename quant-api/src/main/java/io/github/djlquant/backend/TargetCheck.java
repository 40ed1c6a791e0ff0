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

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether an artifact made for a target may run on a CPU class and runtime.
 *
 * @param verdict what to do
 * @param text why, one sentence without a full stop; empty if all is well
 */
public record TargetCheck(Verdict verdict, String text) {

    private static final TargetCheck FINE = new TargetCheck(Verdict.FINE, "");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /** What to do with an artifact. */
    public enum Verdict {
        /** It is made for this place. */
        FINE,
        /** Its answers are right here, but another target would be faster. */
        WARN,
        /** It does not run here, or its answers would be wrong. */
        REFUSE
    }

    /**
     * Checks a target against a place.
     *
     * @param made what the artifact was made for
     * @param cpu the CPU class of the place
     * @param runtimeVersion the version of the runtime there, such as {@code 1.29.0}
     * @return the verdict and its reason
     */
    public static TargetCheck of(Target made, CpuClass cpu, String runtimeVersion) {
        if (compareVersions(runtimeVersion, made.runtimeVersion()) < 0) {
            return new TargetCheck(
                    Verdict.REFUSE,
                    "the artifact needs runtime "
                            + made.runtimeVersion()
                            + " or newer, and this is "
                            + runtimeVersion
                            + ": upgrade the runtime or quantize again with the target any");
        }
        if (made.cpu() == null || made.cpu() == cpu) {
            return FINE;
        }
        if (cpu == CpuClass.X86_AVX2 && !made.pairSafeWeights()) {
            return new TargetCheck(
                    Verdict.REFUSE,
                    "the artifact is made for "
                            + made.cpu().text()
                            + " and its weights overflow 16-bit sums on a CPU without 8-bit dot"
                            + " products, such as this one: quantize again with the target any or "
                            + cpu.text());
        }
        return new TargetCheck(
                Verdict.WARN,
                "the artifact is tuned to "
                        + made.cpu().text()
                        + " and this is "
                        + cpu.text()
                        + ": its answers are right, another target may be faster");
    }

    /**
     * Compares versions number by number; what follows the third number is ignored.
     *
     * @param left a version such as {@code 1.21.1}
     * @param right another
     * @return negative, zero or positive as left is older, the same or newer
     */
    static int compareVersions(String left, String right) {
        Matcher l = NUMBER.matcher(left);
        Matcher r = NUMBER.matcher(right);
        for (int part = 0; part < 3; part++) {
            long a = l.find() ? Long.parseLong(l.group()) : 0;
            long b = r.find() ? Long.parseLong(r.group()) : 0;
            if (a != b) {
                return Long.compare(a, b);
            }
        }
        return 0;
    }
}
