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
package io.github.djlquant.report.section;

import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.report.view.Figures;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How metrics are written: shares of right answers in percent, everything else as a number. */
final class MetricWords {

    private static final Set<String> SHARES =
            Set.of(
                    "accuracy",
                    "agreement",
                    "precision",
                    "recall",
                    "f1",
                    "map",
                    "iou",
                    "same answers",
                    "same tokens");

    private MetricWords() {}

    static Metric top1(Evaluation.Accuracy accuracy) {
        return new Metric(
                "top-1",
                accuracy.source(),
                accuracy.quantized(),
                true,
                accuracy.source() - accuracy.quantized(),
                accuracy.drop(),
                "score interval of paired proportions",
                Optional.empty(),
                accuracy.labelled());
    }

    static boolean isShare(String metric) {
        String name = metric.toLowerCase(Locale.ROOT);
        return name.startsWith("top-") || SHARES.contains(name);
    }

    static String value(String metric, double value) {
        return isShare(metric) ? Figures.percent(value) : Figures.number(value);
    }

    static String difference(String metric, double value) {
        return isShare(metric) ? Figures.signed(100 * value) : Figures.number(value);
    }

    /** What a gate measured, or its limit: a share, a drop, decibels, a count. */
    static String judged(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e6) {
            return Figures.text("%.0f", value).replace('-', '−');
        }
        // Both sides of a limit in the same digits.
        return Math.abs(value) < 10
                ? Figures.text("%.4f", value).replace('-', '−')
                : Figures.number(value);
    }

    /** A cosine, a concordance, or how far boxes agree. */
    static String agreement(double value) {
        return Double.isFinite(value) ? Figures.text("%.4f", value) : "not defined";
    }

    /** A drop with its interval; shares in points. */
    static String drop(String metric, double drop, ConfidenceInterval interval) {
        if (!Double.isFinite(drop)) {
            return "not defined";
        }
        return difference(metric, drop)
                + " ("
                + interval(metric, interval)
                + (isShare(metric) && interval.isKnown() ? " points)" : ")");
    }

    /** Ends of an interval, unless too few samples give it any. */
    static String interval(String metric, ConfidenceInterval interval) {
        return interval.isKnown()
                ? difference(metric, interval.low()) + " to " + difference(metric, interval.high())
                : "not known";
    }
}
