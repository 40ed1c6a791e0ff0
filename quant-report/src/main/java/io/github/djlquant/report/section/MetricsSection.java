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

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.JudgedOutput;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.ScriptJson;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Figures of merit with their intervals, what the outputs tell, and the gate's thresholds. */
final class MetricsSection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        Evaluation evaluation = report.evaluation();
        List<Metric> metrics =
                evaluation.metrics().isEmpty()
                        ? evaluation.accuracy().map(MetricWords::top1).stream().toList()
                        : evaluation.metrics();
        List<Block> blocks = new ArrayList<>();
        if (!metrics.isEmpty()) {
            List<Metric> drawn = metrics.stream().filter(MetricsSection::isDrawn).toList();
            if (!drawn.isEmpty()) {
                blocks.add(chart(drawn));
            }
            blocks.add(table(metrics));
        }
        evaluation.judged().ifPresent(judged -> blocks.add(note(judged)));
        blocks.addAll(OutputTables.of(evaluation));
        evaluation
                .gate()
                .filter(gate -> !gate.checks().isEmpty())
                .ifPresent(gate -> blocks.add(checks(gate)));
        return Optional.of(new Section("metrics", "Accuracy", lead(metrics), blocks));
    }

    private static String lead(List<Metric> metrics) {
        if (metrics.isEmpty()) {
            return "There were no labels: the quantized model is compared with what the float model says.";
        }
        List<String> parts = new ArrayList<>();
        named(
                parts,
                "Not defined for the quantized model: ",
                metrics,
                metric -> !metric.isDefined());
        named(parts, "Fell by more than chance explains: ", metrics, Metric::isSignificantlyWorse);
        named(
                parts,
                "Measured too rarely to tell from chance: ",
                metrics,
                metric -> metric.isDefined() && !metric.interval().isKnown());
        return parts.isEmpty()
                ? "No metric fell by more than chance explains: every 95 % interval of the drop reaches 0."
                : String.join(" ", parts);
    }

    private static Block note(JudgedOutput judged) {
        String words = judged.toString();
        return new Block.Note(
                words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".",
                Tone.PLAIN);
    }

    private static void named(
            List<String> parts, String words, List<Metric> metrics, Predicate<Metric> which) {
        List<String> names = metrics.stream().filter(which).map(Metric::name).toList();
        if (!names.isEmpty()) {
            parts.add(words + String.join(", ", names) + ".");
        }
    }

    /** What has no drop, or no interval, has no place on an axis; the table tells of it. */
    private static boolean isDrawn(Metric metric) {
        return metric.isDefined() && metric.interval().isKnown();
    }

    private static Block chart(List<Metric> metrics) {
        JsonArray rows = new JsonArray();
        for (Metric metric : metrics) {
            // Shares are drawn in points, other metrics relative to the float model's value.
            double unit =
                    MetricWords.isShare(metric.name())
                            ? 0.01
                            : Math.max(1e-12, Math.abs(metric.source())) / 100;
            JsonObject row = new JsonObject();
            row.addProperty("name", metric.name());
            row.add("drop", ScriptJson.number(metric.drop() / unit));
            row.add("low", ScriptJson.number(metric.interval().low() / unit));
            row.add("high", ScriptJson.number(metric.interval().high() / unit));
            row.addProperty("worse", metric.isSignificantlyWorse());
            row.addProperty(
                    "label",
                    metric.name()
                            + ": drop "
                            + MetricWords.drop(metric.name(), metric.drop(), metric.interval()));
            rows.add(row);
        }
        JsonObject data = new JsonObject();
        data.add("rows", rows);
        data.addProperty(
                "unit",
                "drop in points, or percent of float's value; left of 0 is better than float");
        return new Block.Chart(
                "chart-metrics",
                "intervals",
                "The drop of each metric with its 95 % interval; the table below has the figures",
                data);
    }

    private static Block table(List<Metric> metrics) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Metric metric : metrics) {
            String name = metric.name();
            rows.add(
                    List.of(
                            Cell.of(name),
                            Cell.of(metric.source(), MetricWords.value(name, metric.source())),
                            Cell.of(
                                    metric.quantized(),
                                    MetricWords.value(name, metric.quantized())),
                            Cell.of(metric.drop(), MetricWords.difference(name, metric.drop()))
                                    .in(
                                            metric.isSignificantlyWorse() || !metric.isDefined()
                                                    ? Tone.BAD
                                                    : Tone.PLAIN),
                            Cell.of(
                                    metric.interval().high(),
                                    MetricWords.interval(name, metric.interval())),
                            metric.test()
                                    .map(
                                            t ->
                                                    Cell.of(
                                                            t.pValue(),
                                                            Figures.probability(t.pValue())
                                                                    + " ("
                                                                    + t.name()
                                                                    + ")"))
                                    .orElse(Cell.EMPTY),
                            Cell.of(metric.samples(), Figures.count(metric.samples())),
                            Cell.of(metric.intervalMethod()).in(Tone.QUIET)));
        }
        return new Block.Table(
                "table-metrics",
                "Metrics of both models",
                List.of(
                        Column.words("Metric"),
                        Column.figures("Float"),
                        Column.figures("Quantized"),
                        Column.figures("Drop", "By how much the quantized model is worse"),
                        Column.figures("95 % interval", "Of the drop, from paired samples"),
                        Column.figures("p", "Of a paired test that both are equally good"),
                        Column.figures("Samples"),
                        Column.words("Interval by")),
                rows,
                -1);
    }

    private static Block checks(GateResult gate) {
        List<List<Cell>> rows = new ArrayList<>();
        for (GateResult.Check check : gate.checks()) {
            rows.add(
                    List.of(
                            Cell.of(check.passed() ? "passed" : "failed")
                                    .in(check.passed() ? Tone.GOOD : Tone.BAD),
                            Cell.of(check.name()),
                            Cell.of(check.subject()),
                            Cell.of(check.measured(), MetricWords.judged(check.measured())),
                            Cell.of(check.limit(), MetricWords.judged(check.limit())),
                            Cell.of(check.text())));
        }
        return new Block.Table(
                "table-gate",
                "The gate",
                List.of(
                        Column.words("Result"),
                        Column.words("Check"),
                        Column.words("Of"),
                        Column.figures("Measured"),
                        Column.figures("Limit"),
                        Column.words("In words")),
                rows,
                0);
    }
}
