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

import io.github.djlquant.evaluate.BaselineRange;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What calibration saw: live data is compared with it. */
final class BaselineSection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        List<BaselineRange> ranges = report.evaluation().baseline();
        if (ranges.isEmpty()) {
            return Optional.empty();
        }
        List<List<Cell>> rows = new ArrayList<>();
        for (BaselineRange range : ranges) {
            rows.add(
                    List.of(
                            Cell.of(range.value()),
                            Cell.of(range.min(), Figures.number(range.min())),
                            Cell.of(range.max(), Figures.number(range.max())),
                            bound(range.low(), range.min() < range.low().orElse(range.min())),
                            bound(range.high(), range.max() > range.high().orElse(range.max())),
                            Cell.of(range.samples(), Figures.count(range.samples())),
                            Cell.of(known(range.known()))));
        }
        long samples = ranges.stream().mapToLong(BaselineRange::samples).max().orElse(0);
        return Optional.of(
                new Section(
                        "baseline",
                        "Drift baseline",
                        Figures.text(
                                "The ranges that calibration saw on %s samples. Where live data leaves them, calibrate anew.",
                                Figures.count(samples)),
                        List.of(
                                new Block.Table(
                                        "table-baseline",
                                        "Ranges of values",
                                        List.of(
                                                Column.names("Value"),
                                                Column.figures("Least seen"),
                                                Column.figures("Largest seen"),
                                                Column.figures(
                                                        "Integers from",
                                                        "The least number that the integers can say; rare extremes are cut on purpose"),
                                                Column.figures(
                                                        "Integers to",
                                                        "The largest number that the integers can say"),
                                                Column.figures("Samples"),
                                                Column.words(
                                                        "Artifact knows",
                                                        "What a monitor compares with: rows one by one give it the narrowest thresholds")),
                                        rows,
                                        6))));
    }

    private static String known(BaselineRange.Known known) {
        return switch (known) {
            case ROWS -> "rows";
            case DISTRIBUTION -> "distribution";
            case RANGE -> "nothing";
        };
    }

    private static Cell bound(Optional<Double> bound, boolean cuts) {
        return bound.map(b -> Cell.of(b, Figures.number(b) + (cuts ? " (cuts)" : "")))
                .orElse(Cell.of("float").in(Tone.QUIET));
    }
}
