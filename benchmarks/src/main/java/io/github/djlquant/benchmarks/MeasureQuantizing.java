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
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The whole job beside the peer's, process by process in turns: the same images, the same way to
 * find ranges (min and max), all processors. The peer's time is that of its {@code quantize_static}
 * alone (reading, calibration, writing), without Python's start and imports; ours is that of the
 * whole call without the engine's start and without what the peer does not do: verification and
 * reading back what the engine runs. Ours has the JVM's settings and the archive of classes that
 * the command's launcher gives its users.
 */
final class MeasureQuantizing {

    private static final double MOST_OF_PEER = 0.6;

    private static final LauncherJvm JVM = new LauncherJvm("1g");

    private MeasureQuantizing() {}

    /** Leaves our files with the recipe's own ranges for the other measurements. */
    static void make(WorkFolder work, Network network, Report report)
            throws IOException, InterruptedException {
        Path best = work.peer(network, network.peerBest());
        report.note(
                String.format(
                        Locale.ROOT,
                        "%s, the peer's best (%s): %,d bytes; the engine runs %s",
                        network.id(),
                        network.peerBest(),
                        Files.size(best),
                        Backends.forFile(best).explain(best).summary()));
        for (Target.Name target : List.of(Target.Name.HERE, Target.Name.ANY)) {
            JsonObject made = ours(work, network, target, "keep", JVM.fresh());
            report.note(
                    String.format(
                            Locale.ROOT,
                            "%s, target %s: %,d bytes, %.1f %% of the multiply-accumulates in int8;"
                                    + " the engine runs %s",
                            network.id(),
                            target.text(),
                            made.get("bytes").getAsLong(),
                            100 * number(made, "int8MacShare"),
                            made.get("kernels").getAsString()));
        }
    }

    /** Times both sides. */
    static void run(WorkFolder work, Network network, int rounds, List<String> peer, Report report)
            throws IOException, InterruptedException {
        double[] theirs = new double[rounds];
        double[] mine = new double[rounds];
        JsonObject theirRun = new JsonObject();
        JsonObject ourRun = new JsonObject();
        Path classes =
                JVM.keepClasses(
                        work.root().resolve("classes.jsa"),
                        settings -> ours(work, network, Target.Name.HERE, "timing", settings));
        for (int round = 0; round < rounds; round++) {
            theirRun = peer(work, network, peer);
            ourRun = ours(work, network, Target.Name.HERE, "timing", JVM.with(classes));
            theirs[round] = number(theirRun, "workSeconds");
            mine[round] = number(ourRun, "workSeconds");
        }
        MedianInterval ratio = MedianInterval.ofRatios(mine, theirs);
        report.add(
                Report.Row.of(
                                String.format(
                                        Locale.ROOT,
                                        "%s quantizing, %d images, MinMax (peer: quantize_static without"
                                                + " imports; ours: with the launcher's class"
                                                + " archive)",
                                        network.id(),
                                        network.calibrationRows()),
                                "",
                                String.format(
                                        Locale.ROOT,
                                        "%.2f s (process %.2f s, %.0f MB)",
                                        MedianInterval.of(theirs).median(),
                                        number(theirRun, "wallSeconds"),
                                        number(theirRun, "peakRssMb")),
                                String.format(
                                        Locale.ROOT,
                                        "%.2f s (process %.2f s, of it start of JVM,"
                                                + " class path and engine %.2f s and verification %.2f s;"
                                                + " %.0f MB)",
                                        MedianInterval.of(mine).median(),
                                        number(ourRun, "wallSeconds"),
                                        number(ourRun, "startSeconds"),
                                        number(ourRun, "verify"),
                                        number(ourRun, "peakRssMb")))
                        .withRatio(ratio)
                        .withBar("ours / peer <= " + MOST_OF_PEER, ratio.median() <= MOST_OF_PEER));
    }

    private static JsonObject peer(WorkFolder work, Network network, List<String> peer)
            throws IOException, InterruptedException {
        return Child.run(
                List.of(
                        peer.get(0),
                        peer.get(1),
                        work.root().toString(),
                        network.id(),
                        "minmax",
                        "" + network.peerBatch()));
    }

    /** Files to keep have the recipe's own ranges; the peer's time is that of MinMax. */
    private static JsonObject ours(
            WorkFolder work,
            Network network,
            Target.Name target,
            String keep,
            List<String> settings)
            throws IOException, InterruptedException {
        String ranges = keep.equals("keep") ? "recipe" : "minmax";
        return Child.java(
                QuantizeOnce.class,
                settings,
                List.of(work.root().toString(), network.name(), target.name(), ranges, keep));
    }

    private static double number(JsonObject json, String field) {
        return json.get(field).getAsDouble();
    }
}
