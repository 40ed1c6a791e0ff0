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
import io.github.djlquant.evaluate.Coverage;
import io.github.djlquant.evaluate.LayerError;
import io.github.djlquant.evaluate.Sensitivity;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.ScriptJson;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Inner values in graph order: where along the network accuracy is lost. */
final class LayersSection implements SectionMaker {

    /** Of a saturated value so many lie outside; more deserves a look. */
    private static final double SATURATED = 0.001;

    /** Channels this much larger than the median leave the others few steps. */
    private static final double OUTLIER = 20;

    /** dB lost in one layer that deserve a look. */
    private static final double DROP = 6;

    @Override
    public Optional<Section> make(Report report) {
        List<LayerError> layers =
                report.evaluation().layers().stream()
                        .sorted(Comparator.comparingInt(LayerError::position))
                        .toList();
        List<Sensitivity> sensitivity = report.evaluation().sensitivity();
        Optional<Coverage> coverage = report.evaluation().coverage();
        if (layers.isEmpty() && sensitivity.isEmpty() && coverage.isEmpty()) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        coverage.ifPresent(c -> blocks.add(coverage(c)));
        if (!layers.isEmpty()) {
            blocks.add(chart(layers));
            blocks.add(table(layers));
        }
        if (!sensitivity.isEmpty()) {
            blocks.add(sensitivity(sensitivity));
        }
        return Optional.of(new Section("layers", "Layers", lead(layers), blocks));
    }

    private static String lead(List<LayerError> layers) {
        return layers.stream()
                .max(Comparator.comparingDouble(LayerError::drop))
                .map(
                        worst ->
                                Figures.text(
                                        "The signal to noise ratio of inner values, in graph order. Most is lost at %s: %.1f dB, which leaves %s.",
                                        worst.node(), worst.drop(), Figures.decibel(worst.sqnr())))
                .orElse("");
    }

    private static Block coverage(Coverage coverage) {
        String text =
                Figures.text(
                        "Looked at on %s samples; calibration saw %s. %s of %s quantized values met numbers outside their range%s.",
                        Figures.count(coverage.samples()),
                        Figures.count(coverage.calibrationSamples()),
                        Figures.count(coverage.exceeded()),
                        Figures.count(coverage.values()),
                        coverage.worst().isEmpty()
                                ? ""
                                : ", most of all " + String.join(", ", coverage.worst()));
        return new Block.Note(text, Tone.PLAIN);
    }

    private static Block chart(List<LayerError> layers) {
        JsonArray points = new JsonArray();
        for (LayerError layer : layers) {
            JsonObject point = new JsonObject();
            point.addProperty("name", layer.node());
            point.add("sqnr", ScriptJson.number(layer.sqnr()));
            point.add("drop", ScriptJson.number(layer.drop()));
            points.add(point);
        }
        JsonObject data = new JsonObject();
        data.add("points", points);
        data.addProperty("table", "table-layers");
        return new Block.Chart(
                "chart-layers",
                "layers",
                "SQNR of inner values in graph order; the table below has the figures",
                data);
    }

    private static Block table(List<LayerError> layers) {
        List<List<Cell>> rows = new ArrayList<>();
        for (LayerError layer : layers) {
            Cell drop = Cell.of(layer.drop(), Figures.decibel(layer.drop()));
            rows.add(
                    List.of(
                            Cell.of(layer.position(), Figures.count(layer.position()))
                                    .in(Tone.QUIET),
                            Cell.of(layer.node()),
                            Cell.of(layer.value()).in(Tone.QUIET),
                            Cell.of(layer.sqnr(), Figures.decibel(layer.sqnr())),
                            drop.in(layer.drop() >= DROP ? Tone.WARN : Tone.PLAIN),
                            Cell.of(layer.cosine(), Figures.text("%.4f", layer.cosine())),
                            layer.range()
                                    .map(
                                            r ->
                                                    Cell.of(
                                                            r.used(),
                                                            Figures.text(
                                                                    "%.0f %%", 100 * r.used())))
                                    .orElse(Cell.EMPTY),
                            layer.range()
                                    .map(r -> r.saturation())
                                    .map(LayersSection::saturation)
                                    .orElse(Cell.EMPTY),
                            layer.outlier()
                                    .map(
                                            o ->
                                                    Cell.of(o, Figures.text("%.1f×", o))
                                                            .in(
                                                                    o >= OUTLIER
                                                                            ? Tone.WARN
                                                                            : Tone.PLAIN))
                                    .orElse(Cell.EMPTY)));
        }
        return new Block.Table(
                "table-layers",
                "Inner values in graph order",
                List.of(
                        Column.figures("#", "Position in the graph; inputs are −1"),
                        Column.names("Layer"),
                        Column.words("Value"),
                        Column.figures("SQNR", "With the errors of all layers before it"),
                        Column.figures(
                                        "Lost here",
                                        "dB lost against the worst of what it is made from")
                                .withBars(),
                        Column.figures("Cosine"),
                        Column.figures(
                                "Range used", "Share of the integers' range that values reach"),
                        Column.figures(
                                "Clipped", "Share of the values that lie outside of the range"),
                        Column.figures("Outlier", "Largest channel over the median channel")),
                rows,
                -1);
    }

    private static Cell saturation(double share) {
        return Cell.of(share, share == 0 ? "none" : Figures.text("%.3f %%", 100 * share))
                .in(share >= SATURATED ? Tone.WARN : Tone.PLAIN);
    }

    private static Block sensitivity(List<Sensitivity> all) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Sensitivity layer : all) {
            rows.add(
                    List.of(
                            Cell.of(layer.position(), Figures.count(layer.position()))
                                    .in(Tone.QUIET),
                            Cell.of(layer.node()),
                            Cell.of(layer.macs(), Figures.count(layer.macs())),
                            decibel(layer.alone()),
                            decibel(layer.without()),
                            decibel(layer.gain())));
        }
        return new Block.Table(
                "table-sensitivity",
                Figures.text(
                        "What each layer costs the whole model's output, on %s samples",
                        Figures.count(all.get(0).samples())),
                List.of(
                        Column.figures("#"),
                        Column.names("Layer"),
                        Column.figures("Multiply-adds", "Of one sample"),
                        Column.figures(
                                "Alone", "SQNR of the output if only this layer is quantized"),
                        Column.figures(
                                "Without",
                                "SQNR of the output if all but this layer are quantized"),
                        Column.figures("Gain", "dB that the output gains if this layer stays float")
                                .withBars()),
                rows,
                -1);
    }

    private static Cell decibel(Optional<Double> value) {
        return value.map(v -> Cell.of(v, Figures.decibel(v))).orElse(Cell.EMPTY);
    }
}
