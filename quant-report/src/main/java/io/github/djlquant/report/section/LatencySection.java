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
import io.github.djlquant.evaluate.CallTimes;
import io.github.djlquant.evaluate.ColdStart;
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Footprint;
import io.github.djlquant.evaluate.LatencyDistribution;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.MemoryRatio;
import io.github.djlquant.evaluate.Performance;
import io.github.djlquant.evaluate.Throughput;
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
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** How long calls take, and what the models hold of disk and memory. */
final class LatencySection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        Optional<LatencyRatio> latency = report.evaluation().latency();
        Optional<Performance> performance = report.evaluation().performance();
        List<Block> blocks = new ArrayList<>();
        performance.ifPresent(
                p -> {
                    int chart = 0;
                    for (LatencyDistribution times : p.latencies()) {
                        blocks.add(histogram("chart-latency-" + chart++, times));
                    }
                    if (!p.latencies().isEmpty()) {
                        blocks.add(times(p.latencies()));
                    }
                    if (!p.throughputs().isEmpty()) {
                        blocks.add(throughput(p.throughputs()));
                    }
                    List<List<Cell>> rest = new ArrayList<>();
                    p.coldStart().ifPresent(start -> rest.add(coldStart(start)));
                    p.footprint().ifPresent(sizes -> addSizes(rest, sizes));
                    if (!rest.isEmpty()) {
                        blocks.add(resources(rest));
                    }
                });
        if (latency.isEmpty() && blocks.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Section(
                        "speed",
                        "Speed and size",
                        latency.map(LatencySection::lead).orElse(""),
                        blocks));
    }

    private static String lead(LatencyRatio latency) {
        String text =
                Figures.text(
                        "A call takes %s in place of %s: %s as fast, 95 %% interval %.2f to %.2f, both models in turns, %s calls each, %s.",
                        Figures.micros(latency.quantizedMicros()),
                        Figures.micros(latency.sourceMicros()),
                        Figures.times(latency.ratio()),
                        latency.low(),
                        latency.high(),
                        Figures.count(latency.calls()),
                        threads(latency.threads()));
        String all = text + latency.optimizedMicros().map(m -> apart(latency, m)).orElse("");
        return latency.high() < 1 ? "SLOWER than float. " + all : all;
    }

    private static String apart(LatencyRatio latency, double optimized) {
        return Figures.text(
                " Optimized, but still float, it takes %s (%s as fast); quantizing that makes it %s as fast.",
                Figures.micros(optimized),
                Figures.times(latency.sourceMicros() / optimized),
                Figures.times(optimized / latency.quantizedMicros()));
    }

    static String threads(int threads) {
        if (threads == 0) {
            return "the engine's own number of threads";
        }
        return threads == 1 ? "1 thread" : threads + " threads";
    }

    private static Block histogram(String id, LatencyDistribution times) {
        JsonObject data = new JsonObject();
        data.add("source", series(times.source()));
        data.add("quantized", series(times.quantized()));
        data.addProperty("title", title(times));
        return new Block.Chart(
                id,
                "latency",
                "Time of a call of both models, "
                        + title(times)
                        + "; the table below has the figures",
                data);
    }

    private static String title(LatencyDistribution times) {
        return threads(times.threads()) + ", batch " + times.batch();
    }

    private static JsonObject series(CallTimes times) {
        JsonArray buckets = new JsonArray();
        for (CallTimes.Bucket bucket : times.buckets()) {
            JsonArray entry = new JsonArray();
            entry.add(ScriptJson.number(bucket.from()));
            entry.add(ScriptJson.number(bucket.to()));
            entry.add(bucket.calls());
            buckets.add(entry);
        }
        JsonObject series = new JsonObject();
        series.addProperty("calls", times.calls());
        series.add("p50", ScriptJson.number(times.p50()));
        series.add("p99", ScriptJson.number(times.p99()));
        series.add("buckets", buckets);
        return series;
    }

    private static Block times(List<LatencyDistribution> all) {
        List<List<Cell>> rows = new ArrayList<>();
        for (LatencyDistribution times : all) {
            rows.add(row(times, "float", times.source(), Cell.EMPTY, Cell.EMPTY));
            rows.add(
                    row(
                            times,
                            "quantized",
                            times.quantized(),
                            faster(times.ratio()),
                            interval(times.interval())));
        }
        return new Block.Table(
                "table-latency",
                "Time of a call",
                List.of(
                        Column.words("Model"),
                        Column.words("Threads"),
                        Column.figures("Batch"),
                        Column.figures("Median"),
                        Column.figures("90 %"),
                        Column.figures("99 %"),
                        Column.figures("Longest"),
                        Column.figures("Mean"),
                        Column.figures(
                                "Faster", "Median of the paired ratios, float over quantized"),
                        Column.figures("95 % interval"),
                        Column.figures("Calls")),
                rows,
                -1);
    }

    private static List<Cell> row(
            LatencyDistribution times, String model, CallTimes calls, Cell ratio, Cell interval) {
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of(model));
        cells.add(Cell.of(threads(times.threads())));
        cells.add(Cell.of(times.batch(), Figures.count(times.batch())));
        List<ToDoubleFunction<CallTimes>> columns =
                List.of(
                        CallTimes::p50,
                        CallTimes::p90,
                        CallTimes::p99,
                        CallTimes::max,
                        CallTimes::mean);
        for (ToDoubleFunction<CallTimes> column : columns) {
            double micros = column.applyAsDouble(calls);
            cells.add(Cell.of(micros, Figures.micros(micros)));
        }
        cells.add(ratio);
        cells.add(interval);
        cells.add(Cell.of(calls.calls(), Figures.count(calls.calls())));
        return cells;
    }

    private static Cell faster(double ratio) {
        return Cell.of(ratio, Figures.times(ratio)).in(ratio < 1 ? Tone.BAD : Tone.PLAIN);
    }

    private static Cell interval(ConfidenceInterval interval) {
        return Cell.of(
                interval.low(), Figures.text("%.2f to %.2f", interval.low(), interval.high()));
    }

    /** Few measurements hold the median less surely than the column's head says. */
    private static Cell interval(ConfidenceInterval interval, double confidence) {
        return confidence >= 0.95
                ? interval(interval)
                : Cell.of(
                        interval.low(),
                        Figures.text(
                                "%.2f to %.2f (%.0f %%)",
                                interval.low(), interval.high(), 100 * confidence));
    }

    private static Block throughput(List<Throughput> all) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Throughput throughput : all) {
            rows.add(
                    List.of(
                            Cell.of(throughput.batch(), Figures.count(throughput.batch())),
                            Cell.of(threads(throughput.threads())),
                            Cell.of(
                                    throughput.source(),
                                    Figures.text("%,.0f", throughput.source())),
                            Cell.of(
                                    throughput.quantized(),
                                    Figures.text("%,.0f", throughput.quantized())),
                            faster(throughput.ratio()),
                            interval(throughput.interval())));
        }
        return new Block.Table(
                "table-throughput",
                "Samples a second, by batch size",
                List.of(
                        Column.figures("Batch"),
                        Column.words("Threads"),
                        Column.figures("Float"),
                        Column.figures("Quantized"),
                        Column.figures("Faster"),
                        Column.figures("95 % interval")),
                rows,
                -1);
    }

    private static Block resources(List<List<Cell>> rows) {
        return new Block.Table(
                "table-resources",
                "Start and memory",
                List.of(
                        Column.words("What"),
                        Column.figures("Float"),
                        Column.figures("Quantized"),
                        Column.figures("Ratio", "Above 1 the quantized model needs less"),
                        Column.figures(
                                "95 % interval",
                                "Of several starts, memory in processes of its own; a file has one size. Of fewer than six it spans the least and the largest ratio, which hold the median less surely")),
                rows,
                -1);
    }

    private static List<Cell> coldStart(ColdStart start) {
        return List.of(
                Cell.of("Opening the file to the end of the first call"),
                Cell.of(start.sourceMillis(), Figures.micros(1e3 * start.sourceMillis())),
                Cell.of(start.quantizedMillis(), Figures.micros(1e3 * start.quantizedMillis())),
                faster(start.ratio()),
                interval(start.interval()));
    }

    private static void addSizes(List<List<Cell>> rows, Footprint sizes) {
        long file = sizes.quantized().file();
        rows.add(
                size(
                        "File",
                        sizes.source().file(),
                        file,
                        file > 0 ? faster(sizes.fileRatio()) : Cell.EMPTY,
                        Cell.of("exact").in(Tone.QUIET)));
        memory("Memory when opened", sizes, Footprint.Size::loaded, sizes.loaded())
                .ifPresent(rows::add);
        memory("Memory at most", sizes, Footprint.Size::peak, sizes.peak()).ifPresent(rows::add);
    }

    private static Optional<List<Cell>> memory(
            String name,
            Footprint sizes,
            Function<Footprint.Size, Optional<Long>> part,
            Optional<MemoryRatio> ratio) {
        return part.apply(sizes.source())
                .flatMap(
                        source ->
                                part.apply(sizes.quantized())
                                        .map(
                                                quantized ->
                                                        size(
                                                                name,
                                                                source,
                                                                quantized,
                                                                ratio.map(r -> faster(r.ratio()))
                                                                        .orElse(Cell.EMPTY),
                                                                ratio.map(
                                                                                r ->
                                                                                        interval(
                                                                                                r
                                                                                                        .interval(),
                                                                                                r
                                                                                                        .confidence()))
                                                                        .orElse(Cell.EMPTY))));
    }

    private static List<Cell> size(
            String name, long source, long quantized, Cell ratio, Cell interval) {
        return List.of(
                Cell.of(name),
                Cell.of(source, Figures.bytes(source)),
                Cell.of(quantized, Figures.bytes(quantized)),
                ratio,
                interval);
    }
}
