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

import io.github.djlquant.evaluate.Detections;
import io.github.djlquant.evaluate.Divergences;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.ShapeDifference;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.List;

/** The outputs of both models side by side: numbers, tokens, boxes, and what has another shape. */
final class OutputTables {

    private OutputTables() {}

    static List<Block> of(Evaluation evaluation) {
        List<Block> blocks = new ArrayList<>();
        if (!evaluation.outputs().isEmpty()) {
            blocks.add(numbers(evaluation.outputs()));
        }
        if (!evaluation.divergences().isEmpty()) {
            blocks.add(tokens(evaluation.divergences()));
        }
        evaluation.detections().ifPresent(found -> blocks.add(boxes(found)));
        if (!evaluation.shapes().isEmpty()) {
            blocks.add(shapes(evaluation));
        }
        return blocks;
    }

    /** A cosine of single numbers is 1 or -1 whatever they are: those have a concordance. */
    private static Block numbers(List<OutputError> outputs) {
        boolean rows = outputs.stream().anyMatch(o -> o.concordance().isEmpty());
        boolean singles = outputs.stream().anyMatch(o -> o.concordance().isPresent());
        List<Column> columns = new ArrayList<>();
        columns.add(Column.names("Output"));
        columns.add(
                Column.figures("SQNR", "Signal to quantization noise ratio, all samples pooled"));
        if (rows) {
            columns.add(Column.figures("Mean cosine", "Of each sample's numbers"));
        }
        if (singles) {
            columns.add(
                    Column.figures(
                            "Concordance",
                            "Of one number per sample, over all samples: Lin's coefficient"));
        }
        columns.add(Column.figures("Largest error"));
        columns.add(Column.figures("Flips", "Share of samples whose largest score changed place"));
        columns.add(Column.figures("Not finite", "Elements that became NaN or infinite"));
        columns.add(Column.figures("Samples"));
        List<List<Cell>> cells = new ArrayList<>();
        for (OutputError output : outputs) {
            List<Cell> row = new ArrayList<>();
            row.add(Cell.of(output.output()));
            row.add(Cell.of(output.sqnr(), Figures.decibel(output.sqnr())));
            if (rows) {
                row.add(output.concordance().isPresent() ? Cell.EMPTY : agreed(output.cosine()));
            }
            if (singles) {
                row.add(output.concordance().map(OutputTables::agreed).orElse(Cell.EMPTY));
            }
            row.add(Cell.of(output.maxError(), Figures.number(output.maxError())));
            row.add(
                    output.classScores()
                            ? Cell.of(output.flips(), Figures.percent(output.flips()))
                            : Cell.of("no classes").in(Tone.QUIET));
            row.add(
                    Cell.of(output.nonFinite(), Figures.count(output.nonFinite()))
                            .in(output.nonFinite() > 0 ? Tone.BAD : Tone.PLAIN));
            row.add(count(output.samples()));
            cells.add(row);
        }
        return new Block.Table(
                "table-outputs",
                "Outputs of the quantized model against the float model's",
                columns,
                cells,
                -1);
    }

    private static Block tokens(List<Divergences> all) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Divergences text : all) {
            rows.add(
                    List.of(
                            Cell.of(text.output()),
                            Cell.of(text.rate(), Figures.percent(text.rate())),
                            text.tokens().map(t -> count(t.changed())).orElse(Cell.EMPTY),
                            text.tokens().map(t -> count(t.compared())).orElse(Cell.EMPTY),
                            count(text.diverged()),
                            count(text.sequences())));
        }
        return new Block.Table(
                "table-tokens",
                "Tokens of both models",
                List.of(
                        Column.names("Output"),
                        Column.figures(
                                "Tokens changed",
                                "Share of the tokens that follow the same ones and became others"),
                        Column.figures("Changed"),
                        Column.figures("Compared"),
                        Column.figures("Sequences that differ"),
                        Column.figures("Sequences")),
                rows,
                -1);
    }

    private static Block boxes(Detections found) {
        return new Block.Table(
                "table-detections",
                "Boxes of both models",
                List.of(
                        Column.names("Output"),
                        Column.figures(
                                "Agreement",
                                "Scores of matched boxes over those of all boxes of both models"),
                        Column.figures("Float", "Boxes that the float model finds"),
                        Column.figures("Quantized", "Boxes that the quantized model finds"),
                        Column.figures(
                                "Matched", "Of the same class, overlapping by one half or more"),
                        Column.figures("Samples")),
                List.of(
                        List.of(
                                Cell.of(found.subject()),
                                agreed(found.agreement()),
                                count(found.source()),
                                count(found.quantized()),
                                count(found.matched()),
                                count(found.samples()))),
                -1);
    }

    private static Block shapes(Evaluation evaluation) {
        List<List<Cell>> rows = new ArrayList<>();
        for (ShapeDifference shape : evaluation.shapes()) {
            rows.add(
                    List.of(
                            Cell.of(shape.output()),
                            count(shape.different()),
                            count(shape.batches()),
                            count(shape.sample()),
                            Cell.of(shape.source()),
                            Cell.of(shape.quantized()),
                            Closeness.isOfBoxes(shape, evaluation)
                                    ? Cell.of("boxes, which are matched").in(Tone.QUIET)
                                    : Cell.of("not compared there").in(Tone.WARN)));
        }
        return new Block.Table(
                "table-shapes",
                "Outputs of another shape",
                List.of(
                        Column.names("Output"),
                        Column.figures("Batches that differ"),
                        Column.figures("Batches"),
                        Column.figures("First sample", "Of the first batch that differs, from 0"),
                        Column.words("Float model's shape", "In that batch"),
                        Column.words("Quantized model's shape", "In that batch"),
                        Column.words("What that means")),
                rows,
                -1);
    }

    private static Cell agreed(double value) {
        return Cell.of(value, MetricWords.agreement(value));
    }

    private static Cell count(long value) {
        return Cell.of(value, Figures.count(value));
    }
}
