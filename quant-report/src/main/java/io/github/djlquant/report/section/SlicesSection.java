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

import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The samples divided: where the quantized model is worse than the average tells. */
final class SlicesSection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        List<Slices> all = report.evaluation().slices();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<List<Cell>> rows = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        all.forEach(slices -> slices.slices().forEach(s -> entries.add(new Entry(slices, s))));
        entries.sort(Entry.WORST_FIRST);
        entries.forEach(entry -> rows.add(entry.row()));
        List<Block> blocks = new ArrayList<>();
        blocks.add(table(rows));
        remarks(all, report.evaluation().samples())
                .forEach(remark -> blocks.add(new Block.Note(remark, Tone.QUIET)));
        return Optional.of(new Section("slices", "Slices", lead(entries), blocks));
    }

    private static String lead(List<Entry> entries) {
        List<String> worse =
                entries.stream()
                        .filter(e -> e.slice().isSignificantlyWorse())
                        .map(e -> e.slices().by() + " " + e.slice().name())
                        .toList();
        long judged = entries.stream().filter(e -> !e.slice().tooSmall()).count();
        return worse.isEmpty()
                ? "None of the "
                        + judged
                        + " slices that are large enough fell by more than chance explains, with the number of slices taken into account."
                : "Fell by more than chance explains, with the number of slices taken into account: "
                        + String.join(", ", worse)
                        + ".";
    }

    private static Set<String> remarks(List<Slices> all, long samples) {
        Set<String> remarks = new LinkedHashSet<>();
        for (Slices slices : all) {
            remarks.add(
                    "P-values are corrected by "
                            + slices.correction()
                            + " over all slices; those below "
                            + Figures.count(slices.least())
                            + " samples are marked as too small.");
        }
        all.forEach(slices -> drawn(slices, samples).ifPresent(remarks::add));
        for (Slices slices : all) {
            if (slices.left() > 0) {
                remarks.add(
                        "By "
                                + slices.by()
                                + ": "
                                + Figures.count(slices.left())
                                + " more are not listed.");
            }
        }
        return remarks;
    }

    /** Of very many samples, a random choice is divided by a number. */
    private static Optional<String> drawn(Slices slices, long samples) {
        long divided = slices.slices().stream().mapToLong(Slice::samples).sum();
        return slices.kind() == Slices.Kind.INPUT_PROPERTY && divided < samples
                ? Optional.of(
                        Figures.text(
                                "By %s: %s of the %s samples.",
                                slices.by(), Figures.count(divided), Figures.count(samples)))
                : Optional.empty();
    }

    private static Block table(List<List<Cell>> rows) {
        return new Block.Table(
                "table-slices",
                "Slices, the worst first",
                List.of(
                        Column.words("Slice"),
                        Column.words("By"),
                        Column.words("Metric"),
                        Column.figures("Float"),
                        Column.figures("Quantized"),
                        Column.figures("Drop", "By how much the quantized model is worse here")
                                .withBars(),
                        Column.figures("95 % interval", "Of the drop, of this slice alone"),
                        Column.figures("p", "Corrected for the number of slices"),
                        Column.figures("Flips", "Share of samples whose answer changed"),
                        Column.figures("Samples"),
                        Column.words("Remark")),
                rows,
                1);
    }

    private record Entry(Slices slices, Slice slice) {

        static final java.util.Comparator<Entry> WORST_FIRST =
                java.util.Comparator.comparing((Entry e) -> e.slice().tooSmall())
                        .thenComparing(e -> !e.slice().isSignificantlyWorse())
                        .thenComparing(e -> e.slice().drop(), java.util.Comparator.reverseOrder());

        List<Cell> row() {
            String metric = slices.metric();
            Cell drop = Cell.of(slice.drop(), MetricWords.difference(metric, slice.drop()));
            return List.of(
                    Cell.of(slice.name()),
                    Cell.of(slices.by()),
                    Cell.of(metric).in(Tone.QUIET),
                    Cell.of(slice.source(), MetricWords.value(metric, slice.source())),
                    Cell.of(slice.quantized(), MetricWords.value(metric, slice.quantized())),
                    drop.in(slice.isSignificantlyWorse() ? Tone.BAD : Tone.PLAIN),
                    Cell.of(
                            slice.interval().high(),
                            MetricWords.interval(metric, slice.interval())),
                    slice.pValue().map(p -> Cell.of(p, Figures.probability(p))).orElse(Cell.EMPTY),
                    Cell.of(slice.flips(), Figures.percent(slice.flips())),
                    Cell.of(slice.samples(), Figures.count(slice.samples())),
                    remark());
        }

        private Cell remark() {
            if (slice.tooSmall()) {
                return Cell.of("too small").in(Tone.QUIET);
            }
            return slice.isSignificantlyWorse() ? Cell.of("worse").in(Tone.BAD) : Cell.EMPTY;
        }
    }
}
