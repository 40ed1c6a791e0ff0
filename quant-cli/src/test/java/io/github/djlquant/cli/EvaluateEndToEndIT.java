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
package io.github.djlquant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.evaluate.BaselineRange;
import io.github.djlquant.evaluate.CallTimes;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.evaluate.Footprint;
import io.github.djlquant.evaluate.LatencyDistribution;
import io.github.djlquant.evaluate.MemoryRatio;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.Performance;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.evaluate.Throughput;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate} and {@code compare} at work on the shipped network. */
class EvaluateEndToEndIT extends QuantizedShapes {

    @TempDir private Path folder;

    @Test
    void evaluatesWithSlicesFlipsAndAGate() throws IOException {
        Path classes = Files.write(folder.resolve("classes.txt"), List.of("a", "b", "c", "d"));
        Path report = folder.resolve("report.json");
        CommandRun run =
                CommandRun.of(
                        "evaluate",
                        source,
                        quantized,
                        "--data",
                        test,
                        "--labels",
                        labels,
                        "--classes",
                        classes,
                        "--slices",
                        labels + ":1",
                        "--report",
                        report);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("top-1 ", "f1 ", "by label, top-1: ", "gate: passed")
                .contains("drift baseline: %input in [")
                .endsWith("report: " + report + System.lineSeparator());
        Evaluation evaluation = EvaluationJson.read(report);
        assertThat(evaluation.samples()).isEqualTo(200);
        assertThat(evaluation.metrics())
                .extracting(Metric::name)
                .contains("top-1", "f1", "precision", "recall");
        assertThat(evaluation.slices())
                .extracting(Slices::by)
                .containsExactly("label", "1", "brightness", "contrast");
        assertThat(evaluation.slices().get(0).slices().stream().mapToLong(Slice::samples).sum())
                .isEqualTo(200);
        assertThat(evaluation.subject().orElseThrow().command().orElseThrow())
                .startsWith("djl-quant evaluate ");
        assertThat(evaluation.baseline()).hasSizeGreaterThan(4);
        assertThat(evaluation.baseline().get(0).samples()).isEqualTo(100);
        assertThat(evaluation.baseline().get(0).known()).isEqualTo(BaselineRange.Known.ROWS);

        Path page = folder.resolve("report.html");
        CommandRun told = CommandRun.of("report", report, "-o", page);
        assertThat(told.code()).isZero();
        assertThat(told.out()).isEqualTo("wrote " + page + System.lineSeparator());
        assertThat(page)
                .content()
                .startsWith("<!DOCTYPE html>")
                .contains("Slices, the worst first", "--slices")
                .contains("Drift baseline", "saw on 100 samples");
        CommandRun again = CommandRun.of("report", report, "-o", page);
        assertThat(again.code()).isEqualTo(2);
        assertThat(CommandRun.of("report", report).out()).startsWith("PASSED: ");
        CommandRun unknown = CommandRun.of("report", report, "-o", folder.resolve("report.pdf"));
        assertThat(unknown.err()).contains(".html or .json");

        CommandRun strict =
                CommandRun.of("evaluate", source, quantized, "--data", test, "--gate", "cosine=1");
        assertThat(strict.code()).isEqualTo(5);
        assertThat(strict.out()).contains("gate: FAILED", "mean cosine", "try: ", "dB lost here");
        CommandRun wrong =
                CommandRun.of("evaluate", source, quantized, "--data", test, "--gate", "flip=1");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("'flip' is none of flips");
    }

    @Test
    void evaluatesSpeedAndMemoryByThreadsAndBatches() {
        Path report = folder.resolve("all.json");
        CommandRun run =
                CommandRun.of(
                        "evaluate",
                        source,
                        quantized,
                        "--data",
                        test,
                        "--all",
                        "--layer-rows",
                        150,
                        "--threads",
                        "1,2",
                        "--report",
                        report);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        Evaluation evaluation = EvaluationJson.read(report);
        Performance performance = evaluation.performance().orElseThrow();
        assertThat(performance.latencies())
                .extracting(LatencyDistribution::threads)
                .containsExactly(1, 2);
        assertThat(performance.latencies())
                .allSatisfy(
                        latency -> {
                            CallTimes times = latency.quantized();
                            assertThat(times.p50()).isPositive().isLessThanOrEqualTo(times.p90());
                            assertThat(times.p99()).isBetween(times.p90(), times.max());
                            assertThat(latency.interval().low())
                                    .isLessThanOrEqualTo(latency.ratio());
                            assertThat(latency.interval().high())
                                    .isGreaterThanOrEqualTo(latency.ratio());
                        });
        assertThat(performance.throughputs())
                .extracting(Throughput::batch)
                .containsExactly(1, 8, 32);
        assertThat(performance.throughputs())
                .allSatisfy(t -> assertThat(t.quantized()).isPositive());
        assertThat(performance.coldStart().orElseThrow().starts()).isPositive();
        assertThat(performance.coldStart().orElseThrow().quantizedMillis()).isPositive();
        Footprint footprint = performance.footprint().orElseThrow();
        assertThat(footprint.quantized().file()).isEqualTo(quantized.toFile().length());
        assertThat(footprint.source().file()).isEqualTo(source.toFile().length());
        assertThat(footprint.source().peak().orElseThrow())
                .isGreaterThanOrEqualTo(footprint.source().loaded().orElseThrow());
        for (MemoryRatio memory :
                List.of(footprint.loaded().orElseThrow(), footprint.peak().orElseThrow())) {
            assertThat(memory.processes()).isGreaterThanOrEqualTo(3);
            assertThat(memory.ratio()).isBetween(memory.interval().low(), memory.interval().high());
        }
        assertThat(evaluation.coverage().orElseThrow().samples()).isEqualTo(150);
        assertThat(evaluation.latency()).isPresent();
        assertThat(evaluation.layers()).isNotEmpty();
        assertThat(evaluation.hardware().orElseThrow().cpu()).isNotBlank();
        assertThat(evaluation.operators().orElseThrow().int8Share().orElseThrow())
                .isBetween(0.1, 1.0);
    }

    @Test
    void comparesOnLabelledData() {
        CommandRun run =
                CommandRun.of(
                        "compare", source, quantized, "--data", test, "--labels", labels, "--json");
        assertThat(run.err()).isEmpty();
        JsonObject json = json(run);
        assertThat(json.keySet())
                .containsExactly(
                        "samples",
                        "realData",
                        "sqnr",
                        "cosine",
                        "flips",
                        "outputs",
                        "accuracy",
                        "latency",
                        "variety");
        assertThat(json.get("samples").getAsInt()).isEqualTo(200);
        assertThat(json.get("sqnr").getAsDouble()).isGreaterThan(20);
        JsonObject accuracy = json.getAsJsonObject("accuracy");
        assertThat(accuracy.get("labelled").getAsInt()).isEqualTo(200);
        assertThat(accuracy.get("source").getAsDouble()).isGreaterThan(0.8);
    }

    @Test
    void aModelEqualsItself() {
        CommandRun run = CommandRun.of("compare", source, source, "--data", test, "--json");
        assertThat(run.code()).isZero();
        assertThat(json(run).get("sqnr").isJsonNull()).isTrue();
        assertThat(json(run).getAsJsonArray("warnings").toString())
                .contains("both models are the same file");
        assertThat(json(run).get("flips").getAsDouble()).isZero();
    }

    @Test
    void fewerLabelsThanRowsAreBadData() throws IOException {
        Path few = Files.writeString(folder.resolve("few.txt"), "1\n2\n");
        CommandRun run =
                CommandRun.of("compare", source, quantized, "--data", test, "--labels", few);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("few.txt");
    }

    @Test
    void labelsOfImagesFollowTheSortedFiles() throws IOException {
        Path images = folder.resolve("images");
        Path right = RenderedData.writeLabelledImages(images, folder.resolve("images.txt"), 40);
        CommandRun run =
                CommandRun.of(
                        "compare",
                        source,
                        quantized,
                        "--data",
                        images,
                        "--mean",
                        "0.5",
                        "--std",
                        "0.5",
                        "--labels",
                        right,
                        "--json");
        assertThat(run.err()).isEmpty();
        JsonObject evaluation = json(run);
        assertThat(evaluation.getAsJsonObject("accuracy").get("source").getAsDouble())
                .as("labels beside the wrong images would be right as often as by chance")
                .isGreaterThan(0.8);
    }

    /** One too many, and those behind it may be of other rows. */
    @Test
    void moreLabelsThanRowsAreBadData() throws IOException {
        Path many = Files.writeString(folder.resolve("many.txt"), "1\n".repeat(201));
        for (String command : List.of("compare", "evaluate")) {
            CommandRun run =
                    CommandRun.of(command, source, quantized, "--data", test, "--labels", many);
            assertThat(run.code()).isEqualTo(4);
            assertThat(run.err())
                    .contains("many.txt: there are more labels than rows of data")
                    .contains("expected 200, found 201");
        }
        CommandRun first =
                CommandRun.of(
                        "compare",
                        source,
                        quantized,
                        "--data",
                        test,
                        "--labels",
                        labels,
                        "--samples",
                        50);
        assertThat(first.err()).as("labels of all rows, of which 50 are compared").isEmpty();
    }

    @Test
    void swappedModelsAreRefused() {
        for (String command : List.of("compare", "evaluate")) {
            CommandRun run = CommandRun.of(command, quantized, source, "--data", test);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err().lines())
                    .singleElement()
                    .asString()
                    .contains(
                            quantized + ": the models are in the wrong order",
                            "made from " + source,
                            "Swap them");
        }
    }

    /** A copy with another digest may be the source; nobody can tell. */
    @Test
    void modelsThatMayBeSwappedAreAWarning() {
        Path foreign = folder.resolve("foreign.onnx");
        OnnxBackend backend = new OnnxBackend();
        backend.write(
                backend.read(source).edit().metadata("author", "somebody").build(),
                backend.target(Target.Name.ANY),
                foreign);
        CommandRun run = CommandRun.of("compare", quantized, foreign, "--data", test);
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("warning: int8.onnx was quantized and foreign.onnx was not");
        CommandRun right = CommandRun.of("compare", foreign, quantized, "--data", test);
        assertThat(right.out()).doesNotContain("warning");
    }

    @Test
    void rowsThatRepeatEachOtherAreAWarning() {
        float[] one = new float[3 * 32 * 32];
        for (int i = 0; i < one.length; i++) {
            one[i] = i % 17 / 17f;
        }
        float[] rows = new float[20 * one.length];
        for (int row = 0; row < 20; row++) {
            System.arraycopy(one, 0, rows, row * one.length, one.length);
        }
        Path same = folder.resolve("same.npz");
        NpzWriter.write(same, Map.of("input", Tensor.ofFloats(rows, 20, 3, 32, 32)));
        Path report = folder.resolve("same.json");
        CommandRun run =
                CommandRun.of("evaluate", source, quantized, "--data", same, "--report", report);
        assertThat(run.out()).contains("HARDLY VERIFIED: all 20 rows are the same");
        assertThat(EvaluationJson.read(report).variety().orElseThrow().distinct()).isEqualTo(1);
        assertThat(CommandRun.of("report", report).out()).contains("HARDLY VERIFIED");
        assertThat(CommandRun.of("compare", source, quantized, "--data", same).out())
                .contains("warning: all 20 rows are the same");
    }
}
