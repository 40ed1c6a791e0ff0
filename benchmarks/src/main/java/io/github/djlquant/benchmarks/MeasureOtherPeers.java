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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djlquant.backend.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of {@code other_peers.py} beside ours, in one runtime and in turns; what failed there
 * becomes a note.
 */
final class MeasureOtherPeers {

    private static final int FLOAT = 0;
    private static final int OURS = 1;

    private MeasureOtherPeers() {}

    static void run(WorkFolder work, Path real, Report report) throws Exception {
        List<JsonObject> runs = runs(work, report);
        List<JsonObject> resnet = of("resnet20", runs);
        CifarTestSet images = new CifarTestSet(real);
        float[] source = MeasureAccuracy.scores(images, work.model(Network.RESNET20));
        for (JsonObject run : resnet) {
            float[] scores = MeasureAccuracy.scores(images, file(work, run));
            report.add(
                    Report.Row.of(
                            "resnet20 accuracy, " + peer(run),
                            MeasureAccuracy.text(images.compare(source, source)),
                            MeasureAccuracy.text(images.compare(source, scores)),
                            ""));
        }
        RawImages calibration = work.images(Network.RESNET20);
        float[] image = calibration.read(0, 1);
        time(
                "resnet20 latency, 1 thread",
                work.model(Network.RESNET20),
                work.ours(Network.RESNET20, Target.Name.ANY),
                resnet,
                work,
                contender -> contender.feed(image, calibration.shape(1)),
                Network.RESNET20.pace(),
                report);
        Transformer minilm = Transformer.MINILM;
        time(
                "minilm latency, " + minilm.length() + " tokens, 1 thread",
                minilm.model(work, real),
                MeasureTransformer.ours(work, minilm, "dynamic-int8", Target.Name.ANY),
                of("minilm", runs),
                work,
                contender -> contender.feedTokens(minilm.length(), Transformer.WORDS),
                minilm.pace(),
                report);
    }

    /** Gives a contender what it is to run. */
    @FunctionalInterface
    private interface Feeding {
        void feed(Contender contender) throws Exception;
    }

    /** What the peers did; notes on those that did nothing. */
    private static List<JsonObject> runs(WorkFolder work, Report report) throws IOException {
        List<JsonObject> runs = new ArrayList<>();
        Set<String> notes = new LinkedHashSet<>();
        for (Path file : results(work.root().resolve("peer"))) {
            JsonObject result = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            result.getAsJsonObject("notMeasured")
                    .entrySet()
                    .forEach(
                            entry ->
                                    notes.add(
                                            "not measured: "
                                                    + entry.getKey()
                                                    + ": "
                                                    + entry.getValue().getAsString()));
            for (JsonElement element : result.getAsJsonArray("runs")) {
                JsonObject run = element.getAsJsonObject();
                String what = model(run) + ", " + peer(run) + ": ";
                if (run.has("failure")) {
                    notes.add(what + "failed: " + run.get("failure").getAsString());
                } else {
                    notes.add(what + cost(run));
                    runs.add(run);
                }
            }
        }
        notes.forEach(report::note);
        return runs;
    }

    private static List<Path> results(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> !file.endsWith("peer.json"))
                    .sorted()
                    .toList();
        }
    }

    private static List<JsonObject> of(String model, List<JsonObject> runs) {
        return runs.stream().filter(run -> model(run).equals(model)).toList();
    }

    private static String peer(JsonObject run) {
        return run.get("peer").getAsString();
    }

    private static String model(JsonObject run) {
        return run.get("model").getAsString();
    }

    private static Path file(WorkFolder work, JsonObject run) {
        return work.root().resolve("peer").resolve(model(run) + "-" + peer(run) + ".onnx");
    }

    private static String cost(JsonObject run) {
        return String.format(
                Locale.ROOT,
                "%,d bytes, %.1f s of work, %.0f MB",
                run.get("bytes").getAsLong(),
                run.get("workSeconds").getAsDouble(),
                run.get("peakRssMb").getAsDouble());
    }

    private static void time(
            String what,
            Path source,
            Path ours,
            List<JsonObject> runs,
            WorkFolder work,
            Feeding feeding,
            Pace pace,
            Report report)
            throws Exception {
        List<Contender> contenders = new ArrayList<>();
        try {
            contenders.add(new Contender("float", source, 1));
            contenders.add(new Contender("ours", ours, 1));
            for (JsonObject run : runs) {
                contenders.add(new Contender(peer(run), file(work, run), 1));
            }
            for (Contender contender : contenders) {
                feeding.feed(contender);
            }
            Turns turns = Turns.measure(contenders, pace);
            for (int peer = OURS + 1; peer < contenders.size(); peer++) {
                MedianInterval ratio = turns.wallRatio(peer, OURS);
                report.add(
                        Report.Row.of(
                                        what + ", " + contenders.get(peer).name() + ", target any",
                                        turns.millis(FLOAT),
                                        turns.millis(peer),
                                        turns.millis(OURS))
                                .withRatio(ratio)
                                .withBar("peer / ours >= 1.0", ratio.median() >= 1));
            }
        } finally {
            for (Contender contender : contenders) {
                contender.close();
            }
        }
    }
}
