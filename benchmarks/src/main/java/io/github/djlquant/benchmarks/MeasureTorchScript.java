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
 * TorchScript files of both sides in stock DJL, in turns: {@code WORK REAL RESULTS PYTHON PEER}.
 */
public final class MeasureTorchScript {

    private static final LauncherJvm JVM = new LauncherJvm("2g");
    private static final int ROUNDS = 6;
    private static final int PLAIN = 0;
    private static final int FROZEN = 1;
    private static final int PEER = 2;
    private static final int HERE = 3;
    private static final double MOST_WORK = 0.6;
    private static final int MOST_SECONDS = 3;

    private MeasureTorchScript() {}

    /**
     * Measures.
     *
     * @param args the work folder, the folder of the real data, the folder for the results, the
     *     peer's Python, the peer's script; then, to measure only some, names of networks
     * @throws Exception if a file is missing or a process fails
     */
    public static void main(String[] args) throws Exception {
        TorchContender.onOneThread();
        WorkFolder work = new WorkFolder(Path.of(args[0]));
        List<String> wanted = List.of(args).subList(5, args.length);
        Report report = new Report(Machine.here());
        for (TorchNetwork network : TorchNetwork.values()) {
            if (wanted.isEmpty() || wanted.contains(network.id())) {
                quantize(work, args, network, report);
                latency(work, network, report);
            }
        }
        report.write(Path.of(args[2]), "torchscript");
        System.out.println(report.markdown());
    }

    /** Both sides in turns, each in a process of its own. */
    private static void quantize(
            WorkFolder work, String[] args, TorchNetwork network, Report report) throws Exception {
        List<String> peer = List.of(args[3], args[4], network.id(), args[1], args[0]);
        // The first run also writes what both sides start from.
        Child.run(peer);
        make(work, network, Target.Name.ANY, JVM.fresh());
        Path classes =
                JVM.keepClasses(
                        work.root().resolve("torch-classes.jsa"),
                        settings -> make(work, network, Target.Name.HERE, settings));
        double[] theirs = new double[ROUNDS];
        double[] mine = new double[ROUNDS];
        JsonObject theirRun = new JsonObject();
        JsonObject ourRun = new JsonObject();
        for (int round = 0; round < ROUNDS; round++) {
            theirRun = Child.run(peer);
            ourRun = make(work, network, Target.Name.HERE, JVM.with(classes));
            theirs[round] = theirRun.get("workSeconds").getAsDouble();
            mine[round] = ourRun.get("workSeconds").getAsDouble();
        }
        MedianInterval ratio = MedianInterval.ofRatios(mine, theirs);
        double seconds = MedianInterval.of(mine).median();
        Report.Row row =
                Report.Row.of(
                                network.id()
                                        + " quantizing, work without imports, the engine's start and"
                                        + " verification (ours: with the launcher's class archive)",
                                "",
                                process(MedianInterval.of(theirs).median(), theirRun),
                                process(seconds, ourRun))
                        .withRatio(ratio);
        report.add(
                network.readsText()
                        ? row.withBar("ours < 3 s", seconds < MOST_SECONDS)
                        : row.withBar("ours / peer <= " + MOST_WORK, ratio.median() <= MOST_WORK));
        report.add(
                Report.Row.of(
                        network.id() + " bytes",
                        bytes(network.file(work, ".pt")),
                        bytes(network.file(work, "-peer.pt")),
                        bytes(network.file(work, "-here.pt"))));
    }

    private static String process(double workSeconds, JsonObject last) {
        return String.format(
                Locale.ROOT,
                "%.2f s (process %.2f s, %.0f MB)",
                workSeconds,
                last.get("wallSeconds").getAsDouble(),
                last.get("peakRssMb").getAsDouble());
    }

    private static JsonObject make(
            WorkFolder work, TorchNetwork network, Target.Name target, List<String> settings)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                network.file(work, ".pt").toString(),
                                network.file(work, "-" + target.text() + ".pt").toString(),
                                network.recipe(),
                                target.name()));
        if (!network.readsText()) {
            arguments.add(work.root().resolve("calibration").toString());
            arguments.add(network.id());
        }
        return Child.java(QuantizeTorchScript.class, settings, arguments);
    }

    private static void latency(WorkFolder work, TorchNetwork network, Report report)
            throws Exception {
        List<TorchContender> contenders = new ArrayList<>();
        try {
            for (String ending : List.of(".pt", "-frozen.pt", "-peer.pt", "-here.pt", "-any.pt")) {
                TorchContender contender = new TorchContender(network.file(work, ending));
                contenders.add(contender);
                if (network.readsText()) {
                    contender.feedTokens(network.size());
                } else {
                    contender.feedImage(network.size());
                }
            }
            Turns turns = Turns.measure(contenders, network.pace());
            for (int ours : new int[] {HERE, HERE + 1}) {
                rows(turns, network, ours, ours == HERE ? "here" : "any", report);
            }
        } finally {
            contenders.forEach(TorchContender::close);
        }
    }

    private static void rows(
            Turns turns, TorchNetwork network, int ours, String target, Report report) {
        Report.Row row =
                Report.Row.of(
                        network.id() + " TorchScript latency, 1 thread, target " + target,
                        turns.millis(FROZEN),
                        turns.millis(PEER),
                        turns.millis(ours));
        MedianInterval speed = turns.wallRatio(FROZEN, ours);
        report.add(
                row.withRatio(speed)
                        .withBar(
                                String.format(
                                        Locale.ROOT,
                                        "frozen float / ours >= %.1f",
                                        network.leastSpeed()),
                                speed.median() >= network.leastSpeed()));
        report.add(
                Report.Row.of(row.what() + ": float as it is", turns.millis(PLAIN), "", "")
                        .withRatio(turns.wallRatio(PLAIN, ours)));
        MedianInterval toPeer = turns.wallRatio(ours, PEER);
        report.add(
                row.withRatio(toPeer)
                        .withBar(
                                String.format(
                                        Locale.ROOT,
                                        "ours / peer, upper end <= %.2f",
                                        network.mostOfPeer()),
                                toPeer.high() <= network.mostOfPeer()));
    }

    private static String bytes(Path file) throws IOException {
        return String.format(Locale.ROOT, "%,d", Files.size(file));
    }
}
