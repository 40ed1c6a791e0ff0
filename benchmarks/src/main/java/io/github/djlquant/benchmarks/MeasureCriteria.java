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
package io.github.djlquant.benchmarks;

import ai.djl.engine.Engine;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link CriteriaCost} and holds it to its bars: the wrapping form costs less than 20
 * microseconds a call, and a load from the cache at most a quarter more than the loads that it
 * consists of, the float one by DJL and the int8 one; of a Block, whose weights are read once more
 * to know it by them, at most half more. Beside these loads of a warm process it prints those that
 * are the first of their process, each in one of its own ({@link LoadOnce}).
 *
 * <p>It ends with a table, which can be written to a folder, and fails if a bar is missed.
 */
public final class MeasureCriteria {

    private static final double MOST_MICROS = 20;
    private static final double MOST_LOAD = 1.25;
    private static final double MOST_BLOCK_LOAD = 1.5;
    private static final int PROCESSES = 7;

    private final Map<String, Result<?>> results = new HashMap<>();

    private MeasureCriteria(Collection<RunResult> runs) {
        for (RunResult run : runs) {
            String benchmark = run.getParams().getBenchmark();
            String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
            results.put(name + " " + run.getParams().getParam("kind"), run.getPrimaryResult());
        }
    }

    /**
     * Measures and prints.
     *
     * @param args options of JMH, such as {@code -wi 1 -i 2} for a quick look
     * @throws Exception if something fails
     */
    public static void main(String[] args) throws Exception {
        MeasureCriteria measured =
                new MeasureCriteria(
                        new Runner(
                                        new OptionsBuilder()
                                                .parent(new CommandLineOptions(args))
                                                .include(CriteriaCost.class.getName() + "\\.")
                                                .build())
                                .run());
        Report report = new Report(Machine.here());
        report.note(
                String.format(
                        Locale.ROOT,
                        "means of JMH with 99.9 %% intervals; DJL %s, libtorch %s; 64 MB of float"
                                + " weights are loaded",
                        Engine.getDjlVersion(),
                        Engine.getEngine("PyTorch").getVersion()));
        for (CriteriaCost.Kind kind : CriteriaCost.Kind.values()) {
            measured.calls(kind, report);
            measured.loads(kind, report);
            firstLoads(kind, report);
        }
        report.publish("criteria");
        if (report.misses()) {
            System.exit(1);
        }
    }

    private void calls(CriteriaCost.Kind kind, Report report) {
        Result<?> bare = result("callBare", kind);
        report.add(row(kind, "one call, block replaced", bare, result("callReplaced", kind)));
        Result<?> wrapped = result("callWrapped", kind);
        report.add(
                row(kind, "one call, wrapping form", bare, wrapped)
                        .withBar(
                                String.format(Locale.ROOT, "ours - bare < %.0f us", MOST_MICROS),
                                wrapped.getScore() - bare.getScore() < MOST_MICROS));
    }

    private void loads(CriteriaCost.Kind kind, Report report) {
        double floats = result("loadFloat", kind).getScore();
        double int8 = result("loadInt8", kind).getScore();
        Result<?> cached = result("loadThroughTheCache", kind);
        double ratio = cached.getScore() / (floats + int8);
        double most = kind == CriteriaCost.Kind.BLOCK ? MOST_BLOCK_LOAD : MOST_LOAD;
        report.add(
                Report.Row.of(kind + ", load from the cache", parts(floats, int8), "", text(cached))
                        .withBar(
                                String.format(
                                        Locale.ROOT,
                                        "ours / (float + bare int8) %.2f <= %.2f",
                                        ratio,
                                        most),
                                ratio <= most));
    }

    private static String parts(double floats, double int8) {
        return String.format(Locale.ROOT, "float %.1f, bare int8 %.1f ms/op", floats, int8);
    }

    /** The processes take turns, so that what else the machine does is the same for all. */
    private static void firstLoads(CriteriaCost.Kind kind, Report report)
            throws IOException, InterruptedException {
        JsonObject prepared = LoadOnce.child(kind, LoadOnce.What.PREPARE);
        String model = prepared.get("model").getAsString();
        String artifact = prepared.get("artifact").getAsString();
        double[] floats = new double[PROCESSES];
        double[] int8 = new double[PROCESSES];
        double[] both = new double[PROCESSES];
        double[] cached = new double[PROCESSES];
        for (int i = 0; i < PROCESSES; i++) {
            floats[i] = LoadOnce.millis(kind, LoadOnce.What.FLOAT, model);
            int8[i] = LoadOnce.millis(kind, LoadOnce.What.INT8, artifact);
            both[i] = LoadOnce.millis(kind, LoadOnce.What.BOTH, model, artifact);
            cached[i] = LoadOnce.millis(kind, LoadOnce.What.CACHED, model);
        }
        double plain = MedianInterval.of(both).median();
        double ours = MedianInterval.of(cached).median();
        report.add(
                Report.Row.of(
                        kind + ", load from the cache, first of its process, medians",
                        String.format(
                                Locale.ROOT,
                                "float %.1f, bare int8 %.1f, both in one process %.1f ms",
                                MedianInterval.of(floats).median(),
                                MedianInterval.of(int8).median(),
                                plain),
                        "",
                        String.format(Locale.ROOT, "%.1f ms, %.2f of both", ours, ours / plain)));
    }

    private static Report.Row row(
            CriteriaCost.Kind kind, String what, Result<?> bare, Result<?> ours) {
        return Report.Row.of(kind + ", " + what, "bare int8 " + text(bare), "", text(ours));
    }

    private Result<?> result(String benchmark, CriteriaCost.Kind kind) {
        String name = benchmark + " " + kind;
        return Objects.requireNonNull(results.get(name), name);
    }

    private static String text(Result<?> result) {
        return String.format(
                Locale.ROOT,
                "%.2f +- %.2f %s",
                result.getScore(),
                result.getScoreError(),
                result.getScoreUnit());
    }
}
