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
import io.github.djlquant.evaluate.Deviation;
import io.github.djlquant.evaluate.ErrorDistribution;
import io.github.djlquant.evaluate.InputView;
import io.github.djlquant.evaluate.Quantiles;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Card;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Picture;
import io.github.djlquant.report.view.ScriptJson;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Embeddings and regressions: how far the answers moved. */
final class ErrorsSection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        List<ErrorDistribution> all = report.evaluation().errors();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        List<String> leads = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            ErrorDistribution errors = all.get(i);
            leads.add(
                    Figures.text(
                            "%s: half of the samples moved by at most %s of their length, 99 %% by at most %s.",
                            errors.output(),
                            Figures.percent(errors.relativeError().p50()),
                            Figures.percent(errors.relativeError().p99())));
            blocks.add(chart("chart-errors-" + i, errors));
            blocks.add(table("table-errors-" + i, errors));
            if (!errors.worst().isEmpty()) {
                blocks.add(
                        new Block.Gallery(
                                "deviations-" + i,
                                "The samples that moved furthest",
                                errors.worst().stream().map(ErrorsSection::card).toList()));
            }
        }
        return Optional.of(
                new Section("errors", "How far answers moved", String.join(" ", leads), blocks));
    }

    private static Block chart(String id, ErrorDistribution errors) {
        JsonArray rows = new JsonArray();
        rows.add(quantiles("relative error", errors.relativeError()));
        rows.add(quantiles("1 − cosine", errors.cosineDistance()));
        JsonObject data = new JsonObject();
        data.add("rows", rows);
        return new Block.Chart(
                id,
                "quantiles",
                "Quantiles of the error of "
                        + errors.output()
                        + "; the table below has the figures",
                data);
    }

    private static JsonObject quantiles(String name, Quantiles quantiles) {
        JsonObject row = new JsonObject();
        row.addProperty("name", name);
        row.add("min", ScriptJson.number(quantiles.min()));
        row.add("p05", ScriptJson.number(quantiles.p05()));
        row.add("p50", ScriptJson.number(quantiles.p50()));
        row.add("p95", ScriptJson.number(quantiles.p95()));
        row.add("p99", ScriptJson.number(quantiles.p99()));
        row.add("max", ScriptJson.number(quantiles.max()));
        return row;
    }

    private static Block table(String id, ErrorDistribution errors) {
        return new Block.Table(
                id,
                "Error of "
                        + errors.output()
                        + " over "
                        + Figures.count(errors.samples())
                        + " samples",
                List.of(
                        Column.words("Measure"),
                        Column.figures("Mean"),
                        Column.figures("Median"),
                        Column.figures("90 %"),
                        Column.figures("95 %"),
                        Column.figures("99 %"),
                        Column.figures("Largest")),
                List.of(
                        row("Length of the difference over float's length", errors.relativeError()),
                        row("1 − cosine", errors.cosineDistance())),
                -1);
    }

    private static List<Cell> row(String name, Quantiles quantiles) {
        List<Function<Quantiles, Double>> columns =
                List.of(
                        Quantiles::mean,
                        Quantiles::p50,
                        Quantiles::p90,
                        Quantiles::p95,
                        Quantiles::p99,
                        Quantiles::max);
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of(name));
        for (Function<Quantiles, Double> column : columns) {
            double value = column.apply(quantiles);
            cells.add(Cell.of(value, Figures.number(value)));
        }
        return cells;
    }

    private static Card card(Deviation deviation) {
        return new Card(
                deviation.sample(),
                "moved by " + Figures.percent(deviation.relativeError()),
                "",
                Tone.QUIET,
                deviation.input().flatMap(InputView::png).flatMap(Picture::ofPng),
                deviation.input().flatMap(InputView::texts),
                List.of(),
                List.of(
                        new Block.Fact("Cosine", Figures.text("%.4f", deviation.cosine())),
                        new Block.Fact(
                                "Relative error", Figures.percent(deviation.relativeError()))));
    }
}
