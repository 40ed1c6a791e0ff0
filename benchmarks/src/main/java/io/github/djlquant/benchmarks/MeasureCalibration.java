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

import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What calibration costs: its time in units of plain float inference, and its memory. */
final class MeasureCalibration {

    private static final int FEW = 100;
    private static final int MANY = 5000;
    private static final double MOST_GROWTH = 1.05;
    private static final int PROCESSES = 6;
    // A young generation that both fill: else the smaller run has the advantage of untouched pages.
    private static final List<String> HEAP = List.of("-Xms256m", "-Xmx256m", "-Xmn16m");
    // The optimizing compiler's own memory grows with the time that it has, whatever the program
    // does.
    private static final String SIMPLE_COMPILER = "-XX:TieredStopAtLevel=1";

    private MeasureCalibration() {}

    /** Calibrates and infers in turns, in one JVM, with one thread in the engine. */
    static void time(WorkFolder work, Network network, int rounds, Report report) {
        Calibration calibration = new Calibration(work, network);
        int rows = network.calibrationRows() * network.passes();
        Map<String, RangeMethod> methods = new LinkedHashMap<>();
        methods.put("MinMax", new RangeMethod.MinMax());
        methods.put("the recipe's " + Recipe.staticInt8().ranges(), Recipe.staticInt8().ranges());
        methods.put("Percentile", new RangeMethod.Percentile(99.999));
        methods.put("Entropy", new RangeMethod.Entropy());
        List<RangeMethod> ranges = List.copyOf(methods.values());
        List<Calibration.Time> plain = new ArrayList<>();
        List<List<Calibration.Time>> times = new ArrayList<>();
        calibration.infer(rows, 1);
        for (RangeMethod method : ranges) {
            calibration.calibrate(method, rows, 1);
            times.add(new ArrayList<>());
        }
        for (int round = 0; round < rounds; round++) {
            plain.add(calibration.infer(rows, 1));
            for (int i = 0; i < ranges.size(); i++) {
                times.get(i).add(calibration.calibrate(ranges.get(i), rows, 1));
            }
        }
        List<String> names = List.copyOf(methods.keySet());
        for (int i = 0; i < ranges.size(); i++) {
            double most = ranges.get(i) instanceof RangeMethod.MinMax ? 1.3 : 1.5;
            MedianInterval ratio = MedianInterval.ofRatios(wall(times.get(i)), wall(plain));
            Report.Row row =
                    Report.Row.of(
                            String.format(
                                    Locale.ROOT,
                                    "%s calibration on %d images, %s, 1 thread",
                                    network.id(),
                                    rows,
                                    names.get(i)),
                            seconds(wall(plain)),
                            "",
                            seconds(wall(times.get(i))));
            report.add(
                    row.withRatio(ratio)
                            .withBar("calibration / inference <= " + most, ratio.median() <= most));
            report.add(
                    Report.Row.of(
                                    row.what() + ": CPU time",
                                    seconds(cpu(plain)),
                                    "",
                                    seconds(cpu(times.get(i))))
                            .withRatio(MedianInterval.ofRatios(cpu(times.get(i)), cpu(plain))));
        }
    }

    /** Compares the peak memory of fresh JVMs of equal heap, with and without the C2 compiler. */
    static void memory(WorkFolder work, Report report) throws IOException, InterruptedException {
        List<String> simple = new ArrayList<>(HEAP);
        simple.add(SIMPLE_COMPILER);
        Report.Row row = memory(work, simple);
        report.add(row.withBar("<= " + MOST_GROWTH, row.ratio().median() <= MOST_GROWTH));
        report.add(memory(work, HEAP));
    }

    private static Report.Row memory(WorkFolder work, List<String> settings)
            throws IOException, InterruptedException {
        double[] few = new double[PROCESSES];
        double[] many = new double[PROCESSES];
        for (int i = 0; i < PROCESSES; i++) {
            few[i] = peak(work, settings, FEW);
            many[i] = peak(work, settings, MANY);
        }
        return Report.Row.of(
                        String.format(
                                Locale.ROOT,
                                "resnet20 calibration, peak memory with %d / %d images, java %s",
                                FEW,
                                MANY,
                                String.join(" ", settings)),
                        "",
                        "",
                        String.format(
                                Locale.ROOT,
                                "%.0f / %.0f MB",
                                MedianInterval.of(few).median(),
                                MedianInterval.of(many).median()))
                .withRatio(MedianInterval.ofRatios(many, few));
    }

    private static double peak(WorkFolder work, List<String> settings, int rows)
            throws IOException, InterruptedException {
        return Child.java(
                        CalibrateOnce.class,
                        settings,
                        List.of(work.root().toString(), Network.RESNET20.name(), "" + rows))
                .get("peakRssMb")
                .getAsDouble();
    }

    private static double[] wall(List<Calibration.Time> times) {
        return times.stream().mapToDouble(Calibration.Time::wall).toArray();
    }

    private static double[] cpu(List<Calibration.Time> times) {
        return times.stream().mapToDouble(Calibration.Time::cpu).toArray();
    }

    private static String seconds(double[] values) {
        return String.format(Locale.ROOT, "%.2f s", MedianInterval.of(values).median());
    }
}
