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
     * its Wilson interval; one that lies above its limit and does not fail is a warning.
     *
     * <p>A threshold that has no default (slices, SQNR, speedup) or is {@link
     * GateThresholds#required}, and was not measured, fails.
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
        outputs.add();
        evaluation.accuracy().ifPresent(this::drop);
        metrics();
        thresholds.required().forEach(this::required);
        thresholds
                .minSqnr()
                .filter(least -> !checks.has("sqnr"))
                .ifPresent(least -> unmeasured("sqnr", "outputs", least, NUMBERS));
        thresholds.maxSliceDrop().ifPresent(this::slices);
        thresholds.minSpeedup().ifPresent(this::speedup);
        List<GateResult.Check> judged = checks.failedFirst();
        boolean passed = judged.stream().allMatch(GateResult.Check::passed);
        boolean onlySlow = judged.stream().allMatch(c -> c.passed() || c.name().equals("speedup"));
        Culprits culprits = new Culprits(evaluation);
        return new GateResult(
                judged,
                passed ? List.of() : onlySlow ? slow().find() : culprits.find(),
                passed ? List.of() : onlySlow ? SlowOperators.ADVICE : culprits.advice(),
                warnings(outputs));
    }

    private void required(GateThresholds.Limit limit) {
        switch (limit) {
            case FLIPS -> required("flips", thresholds.maxFlips(), "no output holds classes");
            case COSINE -> {
                if (!checks.has("concordance")) {
                    required("cosine", thresholds.minCosine(), NUMBERS);
                }
            }
            case DROP -> required("drop", thresholds.maxDrop(), "give labels or targets");
            case DIVERGENCE ->
                    required("divergence", thresholds.maxDivergence(), "no output holds tokens");
            case DETECTIONS ->
                    required(
                            "detections",
                            thresholds.minDetections(),
                            "no output is known to list boxes; give a detector");
        }
    }

    private void required(String name, double limit, String remedy) {
        if (!checks.has(name)) {
            unmeasured(
                    name,
                    name.equals("drop") ? "accuracy" : "outputs",
                    limit,
                    evaluation.realData() ? remedy : "give data");
        }
    }

    private List<String> warnings(OutputChecks outputs) {
        List<String> warnings = new ArrayList<>();
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

    private void drop(Evaluation.Accuracy accuracy) {
        boolean failed = accuracy.drop().low() > thresholds.maxDrop();
        checks.add(
                "drop",
                "top-1",
                thresholds.maxDrop(),
                accuracy.source() - accuracy.quantized(),
                !failed,
                GateChecks.text(
                        "top-1 %s from %.2f %% to %.2f %%, %s %.2f points",
                        failed ? "fell" : "went",
                        100 * accuracy.source(),
                        100 * accuracy.quantized(),
                        failed ? "by more than" : "within",
                        100 * thresholds.maxDrop()));
    }

    /** The main metric may fall so far; none may lose its meaning. */
    private void metrics() {
        boolean main = true;
        for (Metric metric : evaluation.metrics()) {
            if (!Double.isFinite(metric.quantized())) {
                undefined(metric);
                main = false;
            } else if (main) {
                // Where there is an accuracy, it is this metric, and judged already.
                if (evaluation.accuracy().isEmpty() || !metric.name().equals("top-1")) {
                    drop(metric);
                }
                main = false;
            }
        }
    }

    private void undefined(Metric metric) {
        checks.add(
                "drop",
                metric.name(),
                thresholds.maxDrop(),
                Double.NaN,
                false,
                GateChecks.text(
                        "%s is %.4f of the source, and not defined for the quantized model%s",
                        metric.name(),
                        metric.source(),
                        metric.undefinedAt()
                                .map(sample -> ", first at sample " + sample)
                                .orElse("")));
    }

    /**
     * What has no scale from -1 to 1, such as errors and perplexity, may become worse by that share
     * of itself. Of an interval that is not known the drop itself counts.
     */
    private void drop(Metric metric) {
        double size = Math.abs(metric.source());
        double most = thresholds.maxDrop() * (metric.higherIsBetter() ? Math.max(1, size) : size);
        double surely = metric.interval().isKnown() ? metric.interval().low() : metric.drop();
        boolean failed = !(surely <= most);
        checks.add(
                "drop",
                metric.name(),
                most,
                metric.drop(),
                !failed,
                GateChecks.text(
                        "%s %s from %.4f to %.4f, %s %.4f",
                        metric.name(),
                        failed ? "became worse" : "went",
                        metric.source(),
                        metric.quantized(),
                        failed ? "by more than" : "within",
                        most));
    }

    private void slices(double most) {
        if (evaluation.slices().stream()
                .allMatch(criterion -> criterion.slices().stream().allMatch(Slice::tooSmall))) {
            unmeasured(
                    "slice-drop",
                    "slices",
                    most,
                    "evaluate with slices or labels, and enough rows in each slice");
        }
        for (Slices criterion : evaluation.slices()) {
            for (Slice slice : criterion.slices()) {
                boolean failed =
                        Double.isNaN(slice.drop())
                                || slice.isSignificantlyWorse() && slice.drop() > most;
                if (!slice.tooSmall()) {
                    checks.add(
                            "slice-drop",
                            criterion.by() + " " + slice.name(),
                            most,
                            slice.drop(),
                            !failed,
                            GateChecks.text(
                                    "%s %s: %s from %.4f to %.4f, %s %.4f",
                                    criterion.by(),
                                    slice.name(),
                                    criterion.metric(),
                                    slice.source(),
                                    slice.quantized(),
                                    failed ? "by more than" : "within or by chance",
                                    most));
                }
            }
        }
    }

    private void speedup(double least) {
        if (evaluation.latency().isEmpty()) {
            unmeasured("speedup", "latency", least, "measure performance (--performance)");
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

    /** Asked for and not known: silence would be taken for a yes. */
    private void unmeasured(String name, String subject, double limit, String remedy) {
        checks.add(
                name,
                subject,
                limit,
                Double.NaN,
                false,
                GateChecks.text("%s has a limit and was not measured: %s", name, remedy));
    }
}
