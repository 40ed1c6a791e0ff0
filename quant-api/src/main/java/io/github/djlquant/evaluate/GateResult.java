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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The judgement on an evaluation.
 *
 * @param checks every threshold that was looked at, failed ones first
 * @param culprits what probably did it, the worst first: layers, slices, faults of data; a bounded
 *     number; empty if it passes
 * @param advice what to try, the most promising first; empty if it passes
 * @param warnings what is no reason to refuse and should be known, such as a model that is slower
 */
public record GateResult(
        List<Check> checks, List<Culprit> culprits, List<String> advice, List<String> warnings) {

    /** Copies the lists. */
    public GateResult {
        checks = List.copyOf(checks);
        culprits = List.copyOf(culprits);
        advice = List.copyOf(advice);
        warnings = List.copyOf(warnings);
    }

    /**
     * Tells whether the model may be handed over.
     *
     * @return true if no check failed
     */
    public boolean passed() {
        return checks.stream().allMatch(Check::passed);
    }

    /**
     * Returns what failed.
     *
     * @return sentences; empty if the model passes
     */
    public List<String> failures() {
        return checks.stream().filter(check -> !check.passed()).map(Check::text).toList();
    }

    /**
     * Adds what failed elsewhere.
     *
     * @param failed checks that did not pass
     * @param remedy what to try first
     * @return a judgement that fails
     */
    public GateResult withFailures(List<Check> failed, String remedy) {
        List<Check> all = new ArrayList<>(failed);
        all.addAll(checks);
        all.sort(Comparator.comparing(Check::passed));
        List<String> tries = new ArrayList<>(List.of(remedy));
        tries.addAll(advice);
        return new GateResult(all, culprits, tries, warnings);
    }

    /**
     * One threshold.
     *
     * @param name what is limited: {@code cosine}, {@code concordance}, {@code flips}, {@code
     *     divergence}, {@code detections}, {@code shape}, {@code drop}, {@code slice-drop}, {@code
     *     sqnr}, {@code speedup}, {@code size}, {@code batch} or {@code finite}
     * @param subject what it was measured on: an output, a metric, a slice
     * @param limit the threshold
     * @param measured what was measured; NaN if nothing was, which fails
     * @param passed whether that is good enough
     * @param text one sentence with both figures
     */
    public record Check(
            String name,
            String subject,
            double limit,
            double measured,
            boolean passed,
            String text) {

        /** Requires the texts. */
        public Check {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(subject, "subject");
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * What probably did it.
     *
     * @param kind what it is
     * @param name the layer's node, the value, the slice or the file
     * @param text one sentence with the evidence
     */
    public record Culprit(Kind kind, String name, String text) {

        /** Requires the parts. */
        public Culprit {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(text, "text");
        }

        /** What can be guilty. */
        public enum Kind {
            /** A layer that loses what came to it. */
            LAYER,
            /** A range that does not fit what evaluation saw. */
            RANGE,
            /** A few channels that leave the others no steps. */
            OUTLIER,
            /** A part of the samples. */
            SLICE,
            /** The CPU that it runs on. */
            HARDWARE,
            /** The data that calibration or evaluation was fed with. */
            DATA,
            /** An operator that should not be on integers, or should. */
            OPERATOR
        }
    }

    @Override
    public String toString() {
        if (passed()) {
            return warnings.stream()
                    .map(w -> "\nwarning: " + w)
                    .collect(Collectors.joining("", "passed", ""));
        }
        return String.format(
                Locale.ROOT,
                "FAILED: %s%s%s",
                String.join("; ", failures()),
                culprits.stream().map(c -> "\n  " + c.text()).collect(Collectors.joining()),
                advice.stream().map(a -> "\n  try: " + a).collect(Collectors.joining()));
    }
}
