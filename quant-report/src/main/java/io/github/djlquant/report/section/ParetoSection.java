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
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.Variant;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.ScriptJson;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Size, time and quality of all variants in one picture. */
final class ParetoSection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        List<Variant> variants = report.variants();
        if (variants.size() < 2) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        long drawn = variants.stream().filter(ParetoSection::isDrawn).count();
        if (drawn > 1) {
            blocks.add(chart(report));
        }
        blocks.add(table(report));
        return Optional.of(
                new Section(
                        "variants",
                        "Size, time and accuracy",
                        drawn > 1
                                ? "Up and to the left is better; the smaller the circle, the smaller the file. What the gate refused is red and dashed."
                                : "",
                        blocks));
    }

    private static boolean isDrawn(Variant variant) {
        return variant.micros().isPresent() && variant.quality().isPresent();
    }

    private static Block chart(Report report) {
        JsonObject data = new JsonObject();
        data.addProperty("quality", report.qualityName());
        data.addProperty("share", MetricWords.isShare(report.qualityName()));
        JsonArray points = new JsonArray();
        for (Variant variant : report.variants()) {
            if (isDrawn(variant)) {
                JsonObject point = new JsonObject();
                point.addProperty("name", variant.name());
                point.addProperty("bytes", variant.bytes());
                point.add("micros", ScriptJson.number(variant.micros().orElse(Double.NaN)));
                point.add("quality", ScriptJson.number(variant.quality().orElse(Double.NaN)));
                point.addProperty("source", variant.isSource());
                point.addProperty("refused", variant.standing() == Variant.Standing.REFUSED);
                point.addProperty("label", label(report, variant));
                points.add(point);
            }
        }
        data.add("points", points);
        return new Block.Chart(
                "chart-variants",
                "pareto",
                "Time of a call against "
                        + report.qualityName()
                        + "; the table below has the figures",
                data);
    }

    private static String label(Report report, Variant variant) {
        return variant.name()
                + ": "
                + variant.micros().map(Figures::micros).orElse("")
                + ", "
                + variant.quality().map(q -> MetricWords.value(report.qualityName(), q)).orElse("")
                + ", "
                + Figures.bytes(variant.bytes())
                + (variant.standing() == Variant.Standing.REFUSED ? ", refused" : "");
    }

    private static Block table(Report report) {
        List<Variant> variants = report.variants();
        Variant source =
                variants.stream().filter(Variant::isSource).findFirst().orElse(variants.get(0));
        boolean remarks = variants.stream().anyMatch(variant -> !variant.remark().isEmpty());
        List<List<Cell>> rows = new ArrayList<>();
        for (Variant variant : variants) {
            List<Cell> row = new ArrayList<>(row(report, variant, source));
            if (remarks) {
                row.add(Cell.of(variant.remark()).in(Tone.QUIET));
            }
            rows.add(row);
        }
        List<Column> columns =
                new ArrayList<>(
                        List.of(
                                Column.words("Variant"),
                                Column.figures("Size"),
                                Column.figures("Smaller", "Float's size over this one's"),
                                Column.figures("Time of a call", "Median"),
                                Column.figures(
                                        "Faster",
                                        "Calls of both in turns: the median of their ratios"),
                                Column.figures(report.qualityName()),
                                Column.words("Gate")));
        if (remarks) {
            columns.add(Column.words("Why"));
        }
        return new Block.Table("table-variants", "The variants", columns, rows, -1);
    }

    private static List<Cell> row(Report report, Variant variant, Variant source) {
        return List.of(
                Cell.of(variant.name()),
                variant.bytes() > 0
                        ? Cell.of(variant.bytes(), Figures.bytes(variant.bytes()))
                        : Cell.EMPTY,
                variant.bytes() > 0 && source.bytes() > 0
                        ? ratio(source.bytes() / (double) variant.bytes())
                        : Cell.EMPTY,
                variant.micros().map(m -> Cell.of(m, Figures.micros(m))).orElse(Cell.EMPTY),
                faster(report, variant, source).map(ParetoSection::speed).orElse(Cell.EMPTY),
                variant.quality()
                        .map(q -> Cell.of(q, MetricWords.value(report.qualityName(), q)))
                        .orElse(Cell.EMPTY),
                standing(variant.standing()));
    }

    /** The ratio of calls in turns; the times of the others are float's over their ratio. */
    private static Optional<Double> faster(Report report, Variant variant, Variant source) {
        return variant.micros()
                .flatMap(
                        own ->
                                report.evaluation()
                                        .latency()
                                        .filter(turns -> turns.quantizedMicros() == own)
                                        .map(LatencyRatio::ratio)
                                        .or(() -> source.micros().map(base -> base / own)));
    }

    private static Cell standing(Variant.Standing standing) {
        return switch (standing) {
            case SOURCE, UNJUDGED -> Cell.EMPTY;
            case PASSED -> Cell.of("passed").in(Tone.GOOD);
            case REFUSED -> Cell.of("refused").in(Tone.BAD);
            case IMPOSSIBLE -> Cell.of("not possible").in(Tone.QUIET);
        };
    }

    private static Cell ratio(double value) {
        return Cell.of(value, Figures.times(value));
    }

    private static Cell speed(double value) {
        return ratio(value).in(value < 0.99 ? Tone.BAD : Tone.PLAIN);
    }
}
