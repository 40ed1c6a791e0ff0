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

import com.google.gson.JsonObject;
import io.github.djlquant.backend.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A transformer without data: what quantizing takes beside {@code quantize_dynamic} per channel,
 * and float, optimized float, the peer's file and ours in turns, one thread.
 */
final class MeasureTransformer {

    /** As the command runs. */
    private static final List<String> JVM =
            List.of("-Xmx2g", "-Xms32m", "-Xmn16m", "-XX:TieredStopAtLevel=1");

    private static final int FLOAT = 0;
    private static final int OPTIMIZED = 1;
    private static final int PEER = 2;
    private static final int HERE = 3;
    private static final int ANY = 4;

    private MeasureTransformer() {}

    static void run(
            WorkFolder work,
            Path real,
            Transformer network,
            int rounds,
            List<String> peer,
            Report report)
            throws Exception {
        Path model = network.model(work, real);
        Path theirs = work.root().resolve("peer").resolve(network.id() + "-dynamic.onnx");
        Files.createDirectories(theirs.getParent());
        Path optimized = ours(work, network, "optimize", Target.Name.HERE);
        Path here = ours(work, network, "dynamic-int8", Target.Name.HERE);
        Path any = ours(work, network, "dynamic-int8", Target.Name.ANY);
        make(model, optimized, "optimize", Target.Name.HERE);
        make(model, here, "dynamic-int8", Target.Name.HERE);
        List<String> quantizeDynamic =
                List.of(peer.get(0), peer.get(1), "dynamic", model.toString(), theirs.toString());
        List<JsonObject> theirRuns = new ArrayList<>();
        List<JsonObject> ourRuns = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            theirRuns.add(Child.run(quantizeDynamic));
            ourRuns.add(make(model, any, "dynamic-int8", Target.Name.ANY));
        }
        cost(network, theirRuns, ourRuns, report);
        latency(network, List.of(model, optimized, theirs, here, any), report);
    }

    static Path ours(WorkFolder work, Transformer network, String recipe, Target.Name target)
            throws IOException {
        Path folder = Files.createDirectories(work.root().resolve("ours"));
        return folder.resolve(network.id() + "-" + recipe + "-" + target.text() + ".onnx");
    }

    private static JsonObject make(Path model, Path artifact, String recipe, Target.Name target)
            throws IOException, InterruptedException {
        return Child.java(
                QuantizeTransformer.class,
                JVM,
                List.of(model.toString(), artifact.toString(), recipe, target.name()));
    }

    private static void cost(
            Transformer network, List<JsonObject> theirs, List<JsonObject> ours, Report report) {
        for (String field : List.of("workSeconds", "peakRssMb")) {
            double most = field.equals("workSeconds") ? 1.0 : 0.6;
            double[] theirFigures = figures(theirs, field);
            double[] ourFigures = figures(ours, field);
            MedianInterval ratio = MedianInterval.ofRatios(ourFigures, theirFigures);
            report.add(
                    Report.Row.of(
                                    network.id() + " quantizing, dynamic, " + field,
                                    "",
                                    median(theirFigures),
                                    median(ourFigures))
                            .withRatio(ratio)
                            .withBar(
                                    String.format(Locale.ROOT, "ours / peer <= %.1f", most),
                                    ratio.median() <= most));
        }
    }

    private static double[] figures(List<JsonObject> runs, String field) {
        return runs.stream().mapToDouble(run -> run.get(field).getAsDouble()).toArray();
    }

    private static String median(double[] figures) {
        return String.format(Locale.ROOT, "%.2f", MedianInterval.of(figures).median());
    }

    private static void latency(Transformer network, List<Path> files, Report report)
            throws Exception {
        List<Contender> contenders = new ArrayList<>();
        try {
            for (Path file : files) {
                contenders.add(
                        new Contender(file.getFileName().toString(), file, 1)
                                .feedTokens(network.length(), Transformer.WORDS));
            }
            Turns turns = Turns.measure(contenders, network.pace());
            row(turns, network, OPTIMIZED, "optimized float", 1.0, 0, report);
            row(
                    turns,
                    network,
                    HERE,
                    "target here",
                    network.leastSpeed(),
                    network.leastOverPeer(),
                    report);
            row(
                    turns,
                    network,
                    ANY,
                    "target any",
                    network == Transformer.BERT ? 2.9 : 1.0,
                    1.0,
                    report);
        } finally {
            for (Contender contender : contenders) {
                contender.close();
            }
        }
    }

    private static void row(
            Turns turns,
            Transformer network,
            int ours,
            String what,
            double leastSpeed,
            double leastOverPeer,
            Report report) {
        Report.Row row =
                Report.Row.of(
                        network.id()
                                + " latency, "
                                + network.length()
                                + " tokens, 1 thread, "
                                + what,
                        turns.millis(FLOAT),
                        turns.millis(PEER),
                        turns.millis(ours));
        MedianInterval speed = turns.wallRatio(FLOAT, ours);
        report.add(
                row.withRatio(speed)
                        .withBar(
                                String.format(Locale.ROOT, "float / ours >= %.1f", leastSpeed),
                                speed.median() >= leastSpeed));
        if (leastOverPeer > 0) {
            MedianInterval over = turns.wallRatio(PEER, ours);
            report.add(
                    row.withRatio(over)
                            .withBar(
                                    String.format(
                                            Locale.ROOT, "peer / ours >= %.1f", leastOverPeer),
                                    over.median() >= leastOverPeer));
        }
    }
}
