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

/**
 * Judges by how much the figure of merit fell. It fails where the whole interval lies above the
 * limit; where the interval holds the limit, the text says that nothing is shown, and a drop above
 * it is told as one that so few samples can't tell from chance.
 */
final class DropChecks {

    private static final String NAME = "drop";

    private final Evaluation evaluation;
    private final GateThresholds thresholds;
    private final GateChecks checks;
    private final List<String> undecided = new ArrayList<>();

    /**
     * Prepares.
     *
     * @param checks where the judgements go
     */
    DropChecks(Evaluation evaluation, GateThresholds thresholds, GateChecks checks) {
        this.evaluation = evaluation;
        this.thresholds = thresholds;
        this.checks = checks;
    }

    void add() {
        evaluation.accuracy().ifPresent(this::accuracy);
        metrics();
    }

    /** Returns what fell by more than its limit, on too few samples to refuse it. */
    List<String> undecided() {
        return List.copyOf(undecided);
    }

    private void accuracy(Evaluation.Accuracy accuracy) {
        judge(
                "top-1",
                GateChecks.text(
                        "from %.2f %% to %.2f %%",
                        100 * accuracy.source(), 100 * accuracy.quantized()),
                accuracy.source() - accuracy.quantized(),
                accuracy.drop(),
                new Limit(thresholds.maxDrop(), true));
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
                    metric(metric);
                }
                main = false;
            }
        }
    }

    private void undefined(Metric metric) {
        checks.add(
                NAME,
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
     * of itself.
     */
    private void metric(Metric metric) {
        double size = Math.abs(metric.source());
        double most = thresholds.maxDrop() * (metric.higherIsBetter() ? Math.max(1, size) : size);
        judge(
                metric.name(),
                GateChecks.text("from %.4f to %.4f", metric.source(), metric.quantized()),
                metric.drop(),
                metric.interval(),
                new Limit(most, false));
    }

    /** A limit, in points for people or in the metric's own unit. */
    private record Limit(double most, boolean inPoints) {

        private String text(double drop) {
            return inPoints ? GateChecks.text("%.2f", 100 * drop) : GateChecks.text("%.4f", drop);
        }

        private String unit() {
            return inPoints ? " points" : "";
        }

        private String text(ConfidenceInterval interval) {
            return " (95 % interval "
                    + text(interval.low())
                    + " to "
                    + text(interval.high())
                    + unit()
                    + ")";
        }
    }

    /** Of an interval that is not known the drop itself counts. */
    private void judge(
            String subject, String change, double drop, ConfidenceInterval interval, Limit limit) {
        boolean known = interval.isKnown();
        boolean failed = !((known ? interval.low() : drop) <= limit.most());
        boolean within = !failed && (known ? interval.high() : drop) <= limit.most();
        String text =
                subject
                        + (!failed ? " went " : limit.inPoints() ? " fell " : " became worse ")
                        + change
                        + (failed
                                ? ", by more than "
                                : within ? ", within " : ", not shown to fall by more than ")
                        + limit.text(limit.most())
                        + limit.unit()
                        + (known ? limit.text(interval) : "");
        checks.add(NAME, subject, limit.most(), drop, !failed, text);
        if (!failed && drop > limit.most()) {
            undecided.add(text);
        }
    }
}
