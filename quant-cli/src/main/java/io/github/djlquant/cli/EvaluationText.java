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
package io.github.djlquant.cli;

import io.github.djlquant.evaluate.BaselineRange;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.report.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The main points of an evaluation, for a terminal; no name in it moves the cursor. */
final class EvaluationText {

    private static final int MOST = 3;

    private EvaluationText() {}

    static String of(Evaluation told) {
        Evaluation evaluation = PlainNames.in(told);
        List<String> lines = new ArrayList<>(List.of(evaluation.toString()));
        evaluation.metrics().forEach(metric -> lines.add(metric.toString()));
        evaluation.flipped().forEach(flips -> lines.add(flips.output() + ": " + flips));
        for (Slices criterion : evaluation.slices()) {
            criterion.slices().stream()
                    .limit(MOST)
                    .map(slice -> line(criterion, slice))
                    .forEach(lines::add);
        }
        evaluation.layers().stream()
                .sorted((a, b) -> Double.compare(b.drop(), a.drop()))
                .limit(MOST)
                .forEach(layer -> lines.add("layer " + layer));
        evaluation
                .operators()
                .flatMap(operators -> operators.int8Share())
                .ifPresent(
                        share ->
                                lines.add(
                                        String.format(
                                                java.util.Locale.ROOT,
                                                "%.1f %% of the time runs on integers",
                                                100 * share)));
        baseline(evaluation.baseline()).ifPresent(lines::add);
        evaluation.warnings().forEach(warning -> lines.add("warning: " + warning));
        evaluation.gate().ifPresent(gate -> lines.add("gate: " + gate));
        return lines.stream()
                .flatMap(String::lines)
                .map(TerminalText::plain)
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /** The inputs come first. */
    private static Optional<String> baseline(List<BaselineRange> ranges) {
        return ranges.stream()
                .findFirst()
                .map(
                        first ->
                                "drift baseline: "
                                        + first
                                        + (ranges.size() == 1
                                                ? ""
                                                : ", and " + (ranges.size() - 1) + " more values"));
    }

    private static String line(Slices criterion, Slice slice) {
        return "by " + criterion.by() + ", " + criterion.metric() + ": " + slice;
    }
}
