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

import io.github.djlquant.recipe.GateThresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Decides whether a quantized model is good enough to hand over. */
public final class Gate {

    private static final String NUMBERS = "no output of numbers was compared";

    private final Evaluation evaluation;
    private final GateThresholds thresholds;
    private final GateChecks checks = new GateChecks();

    private Gate(Evaluation evaluation, GateThresholds thresholds) {
        this.evaluation = evaluation;
        this.thresholds = thresholds;
    }

    /**
     * Judges an evaluation. NaN or infinity that the source does not have, always fails. On inputs
     * made from the signature nothing else is judged but collapse (cosine below one half), because
     * such inputs lie outside the calibrated ranges.
     *
     * <p>One number per sample is judged by its concordance, because its cosine says nothing. Text
     * is judged by how often a token differs that follows the same ones: scores of tokens, and
     * generated ones where there is no output of numbers. Outputs that differ in shape fail, unless
     * they list boxes, which are matched.
     *
     * <p>Of fewer than 100 samples, a share of changed answers or tokens fails by the lower end of
     * its Wilson interval; one that lies above its limit and does not fail is a warning, and so is
     * a limit that a single sample would break.
     *
     * <p>A slice of labelled data fails where its own paired test, corrected for all slices, shows
     * that it fell, and by more than its limit. Without labels a slice in which so much more
     * changed than elsewhere is a warning, unless slices are required.
     *
     * <p>A drop fails where its whole interval lies above the limit; one above it that does not
     * fail is a warning.
     *
     * <p>A threshold that has no default (SQNR, speedup) or is {@link GateThresholds#required}, and
     * was not measured, fails.
     *
     * <p>A failed judgement names culprits as far as the evaluation holds evidence: its layers,
     * slices and coverage.
     *
     * @param evaluation what was measured
     * @param thresholds what must be reached
     * @return the judgement
     */
    public static GateResult judge(Evaluation evaluation, GateThresholds thresholds) {
        return new Gate(evaluation, thresholds).judge();
    }

    /**
     * Judges an evaluation, as {@link #judge} does.
     *
     * @param evaluation what was measured
     * @param thresholds what must be reached
     * @return what failed; empty if the model passes
     */
    public static List<String> failures(Evaluation evaluation, GateThresholds thresholds) {
        return judge(evaluation, thresholds).failures();
    }

    private GateResult judge() {
        OutputChecks outputs = new OutputChecks(evaluation, thresholds, checks);
        DropChecks drops = new DropChecks(evaluation, thresholds, checks);
        SliceChecks slices = new SliceChecks(evaluation, thresholds, checks);
        outputs.add();
        drops.add();
        slices.add();
        thresholds.required().forEach(this::required);
        thresholds
                .minSqnr()
                .filter(least -> !checks.has("sqnr"))
                .ifPresent(least -> checks.unmeasured("sqnr", "outputs", least, NUMBERS));
        thresholds.minSpeedup().ifPresent(this::speedup);
        List<GateResult.Check> judged = checks.failedFirst();
        boolean passed = judged.stream().allMatch(GateResult.Check::passed);
        boolean onlySlow = judged.stream().allMatch(c -> c.passed() || c.name().equals("speedup"));
        Culprits culprits = new Culprits(evaluation);
        List<String> warnings = warnings(outputs);
        warnings.addAll(drops.undecided());
        warnings.addAll(slices.undecided());
        return new GateResult(
                judged,
                passed ? List.of() : onlySlow ? slow().find() : culprits.find(),
                passed ? List.of() : onlySlow ? SlowOperators.ADVICE : advice(outputs, culprits),
                warnings);
    }

    private static List<String> advice(OutputChecks outputs, Culprits culprits) {
        List<String> advice = new ArrayList<>(outputs.advice());
        advice.addAll(culprits.advice());
        return advice;
    }

    private void required(GateThresholds.Limit limit) {
        switch (limit) {
            case FLIPS -> required("flips", thresholds.maxFlips(), "no output holds classes");
            case COSINE -> {
                if (!checks.has("concordance")) {
                    required("cosine", thresholds.minCosine(), NUMBERS);
                }
            }
            case DROP ->
                    required("drop", "accuracy", thresholds.maxDrop(), "give labels or targets");
            case DIVERGENCE ->
                    required("divergence", thresholds.maxDivergence(), "no output holds tokens");
            case DETECTIONS ->
                    required(
                            "detections",
                            thresholds.minDetections(),
                            "no output is known to list boxes; give a detector");
            case SLICE_DROP ->
                    required(
                            "slice-drop",
                            "slices",
                            thresholds.maxSliceDrop(),
                            "evaluate with slices or labels, and enough rows in each slice");
        }
    }

    private void required(String name, double limit, String remedy) {
        required(name, "outputs", limit, remedy);
    }

    private void required(String name, String subject, double limit, String remedy) {
        if (!checks.has(name)) {
            checks.unmeasured(name, subject, limit, evaluation.realData() ? remedy : "give data");
        }
    }

    private List<String> warnings(OutputChecks outputs) {
        List<String> warnings = new ArrayList<>();
        evaluation.weakness().ifPresent(text -> warnings.add("HARDLY VERIFIED: " + text));
        evaluation
                .latency()
                .filter(latency -> latency.high() < 1)
                .ifPresent(
                        latency ->
                                warnings.add(
                                        "SLOWER than the float model on this machine: "
                                                + latency
                                                + slowest()));
        outputs.unjudged().forEach(shape -> warnings.add("NOT COMPARED: " + shape));
        warnings.addAll(outputs.undecided());
        return warnings;
    }

    private SlowOperators slow() {
        return new SlowOperators(evaluation);
    }

    private String slowest() {
        return slow().find().stream()
                .map(culprit -> "; " + culprit.text())
                .collect(Collectors.joining());
    }

    private void speedup(double least) {
        if (evaluation.latency().isEmpty()) {
            checks.unmeasured("speedup", "latency", least, "measure performance (--performance)");
        }
        evaluation
                .latency()
                .ifPresent(
                        latency -> {
                            boolean failed = !(latency.high() >= least);
                            checks.add(
                                    "speedup",
                                    "latency",
                                    least,
                                    latency.ratio(),
                                    !failed,
                                    GateChecks.text(
                                            "%.2fx as fast as the source, %s %.2fx",
                                            latency.ratio(), failed ? "below" : "at least", least));
                        });
    }
}
