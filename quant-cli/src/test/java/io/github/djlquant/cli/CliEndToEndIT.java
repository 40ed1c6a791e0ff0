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
import com.google.gson.JsonParser;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.cli.demo.ShapesDemo;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands at work on the shipped network, with data as users bring it. */
class CliEndToEndIT {

    @TempDir private static Path home;
    private static Path source;
    private static Path data;
    private static Path test;
    private static Path labels;
    private static Path quantized;
    private static CommandRun quantizing;

    @TempDir private Path folder;

    @BeforeAll
    static void quantize() throws IOException {
        source = ShapesDemo.in(home).model();
        data = Files.createDirectory(home.resolve("calibration"));
        RenderedData.write(data.resolve("a.npz"), 0, 60);
        RenderedData.write(data.resolve("b.npz"), 60, 40);
        test = home.resolve("test.npz");
        labels = RenderedData.writeLabelled(test, home.resolve("test.txt"), 200);
        quantized = home.resolve("int8.onnx");
        quantizing = quantize(quantized, "--json");
    }

    @Test
    void quantizesWithTheDataOfAFolder() throws IOException {
        assertThat(quantizing.err()).isEmpty();
        assertThat(quantizing.code()).isZero();
        JsonObject json = json(quantizing);
        assertThat(json.keySet())
                .containsExactly(
                        "file",
                        "sourceBytes",
                        "bytes",
                        "provenance",
                        "evaluation",
                        "trials",
                        "kernels",
                        "warnings",
                        "seconds",
                        "plan",
                        "notes");
        assertThat(json)
                .as("one schema, printed and beside the artifact")
                .isEqualTo(
                        JsonParser.parseString(
                                Files.readString(
                                        quantized.resolveSibling("int8.onnx.quant.json"))));
        assertThat(json.getAsJsonObject("provenance").get("calibrationSamples").getAsInt())
                .isEqualTo(100);
        assertThat(json.get("bytes").getAsLong())
                .isEqualTo(quantized.toFile().length())
                .isLessThan(json.get("sourceBytes").getAsLong() / 2);
        assertThat(json.getAsJsonObject("plan").get("int8MacShare").getAsDouble())
                .isGreaterThan(0.95);
        assertThat(json.getAsJsonArray("kernels").asList())
                .anyMatch(
                        k ->
                                k.getAsJsonObject().get("op").getAsString().equals("QLinearConv")
                                        && k.getAsJsonObject().get("int8").getAsBoolean());
        assertThat(json.getAsJsonObject("seconds").keySet())
                .contains("read", "calibrate", "write", "verify");
    }

    @Test
    void inspectTellsWhoMadeTheResult() {
        CommandRun run = CommandRun.of("inspect", quantized);
        assertThat(run.out())
                .contains("quantized     yes", "shapes_cnn.onnx", "recipe static-int8", "100");
        JsonObject json = json(CommandRun.of("inspect", quantized, "--json"));
        assertThat(json.get("form").getAsString()).isEqualTo("qdq");
        JsonObject work = json.getAsJsonObject("multiplyAccumulates");
        JsonObject before =
                json(CommandRun.of("inspect", source, "--json"))
                        .getAsJsonObject("multiplyAccumulates");
        assertThat(work.get("nodesCounted")).isEqualTo(before.get("nodesCounted"));
        assertThat(work.get("count").getAsDouble() / before.get("count").getAsDouble())
                .as("rewrites may add a channel here and there")
                .isBetween(1.0, 1.05);
        assertThat(json.getAsJsonObject("provenance").getAsJsonObject("recipe").get("name"))
                .hasToString("\"static-int8\"");
        assertThat(run.out()).contains("nodes on integers", " Conv", "% of the multiply-adds");
        assertThat(json.getAsJsonObject("plan").getAsJsonArray("nodes")).isNotEmpty();
    }

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
                .contains("drift baseline: %input in [");
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
    void autoKeepsTheBestThatPasses() {
        Path best = folder.resolve("best.onnx");
        Path page = folder.resolve("best.html");
        CommandRun run = quantize(best, "--recipe", "auto", "--json", "--report", page);
        assertThat(run.code()).isZero();
        JsonObject json = json(run);
        String choice = json.getAsJsonArray("warnings").toString();
        String recipe =
                json.getAsJsonObject("provenance")
                        .getAsJsonObject("recipe")
                        .get("name")
                        .getAsString();
        assertThat(choice).contains("chosen: " + recipe);
        assertThat(List.of("static-int8", "dynamic-int8", "optimize")).contains(recipe);
        assertThat(best).isRegularFile();
        assertThat(json.get("file").getAsString()).isEqualTo("best.onnx");
        assertThat(json.getAsJsonArray("trials"))
                .extracting(trial -> trial.getAsJsonObject().get("recipe").getAsString())
                .containsExactly("static-int8", "dynamic-int8", "optimize");
        assertThat(json.getAsJsonArray("trials"))
                .filteredOn(trial -> trial.toString().contains("\"chosen\""))
                .singleElement()
                .satisfies(trial -> assertThat(trial.toString()).contains(recipe));
        assertThat(page)
                .content()
                .contains("table-variants", "dynamic-int8", "optimize")
                .contains("the first rows of the data");
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
                        "latency");
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
    void samplesLimitsTheRows() {
        Path output = folder.resolve("few.onnx");
        CommandRun run = quantize(output, "--samples", 70, "--json");
        assertThat(run.code()).isZero();
        assertThat(json(run).getAsJsonObject("provenance").get("calibrationSamples").getAsInt())
                .isEqualTo(70);
    }

    @Test
    void imagesOfAFolderBecomeInputs() throws IOException {
        Path images = RenderedData.writeImages(folder.resolve("images"), 24);
        Path output = folder.resolve("images.onnx");
        CommandRun run =
                CommandRun.of(
                        "quantize",
                        source,
                        "-o",
                        output,
                        "--calibrate",
                        images,
                        "--size",
                        "32x32",
                        "--mean",
                        "0.5",
                        "--std",
                        "0.5,0.5,0.5",
                        "--json");
        assertThat(run.err()).isEmpty();
        assertThat(json(run).getAsJsonObject("provenance").get("calibrationSamples").getAsInt())
                .isEqualTo(24);
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

    @Test
    void verifiesOnTheRowsOfItsOwnThatAreGiven() throws IOException {
        Path camera =
                Files.writeString(
                        folder.resolve("meta.csv"),
                        "camera\n" + "front\n".repeat(100) + "rear\n".repeat(100));
        Path classes = Files.writeString(folder.resolve("classes.txt"), "disc\nring\n");
        Path report = folder.resolve("report.json");
        CommandRun run =
                quantize(
                        folder.resolve("out.onnx"),
                        "--verify",
                        test,
                        "--labels",
                        labels,
                        "--classes",
                        classes,
                        "--slices",
                        camera + ":camera",
                        "--gate",
                        "slice-drop=50,flips=0.5",
                        "--report",
                        report);

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains(
                        "over 200 samples", "of 200 labelled", "verified on the data given for it");
        Evaluation kept = EvaluationJson.read(report);
        assertThat(kept.slices()).extracting(Slices::by).contains("camera", "label");
        assertThat(kept.slices())
                .flatExtracting(Slices::slices)
                .extracting(Slice::name)
                .contains("front", "rear", "disc");
        assertThat(kept.gate().orElseThrow().checks())
                .anyMatch(c -> c.name().equals("slice-drop") && c.limit() == 0.5)
                .anyMatch(c -> c.name().equals("flips") && c.limit() == 0.5);
        assertThat(kept.subject().orElseThrow().provenance().orElseThrow().calibrationSamples())
                .isEqualTo(100);
    }

    @Test
    void saysThatItVerifiesOnWhatItCalibratedOn() {
        CommandRun run = quantize(folder.resolve("out.onnx"), "--gate", "drop=1");

        assertThat(run.code()).as("a drop was asked for, and nobody gave labels").isEqualTo(5);
        assertThat(run.err()).contains("drop has a limit and was not measured");
        assertThat(quantize(folder.resolve("out.onnx")).out())
                .contains("verified on the first rows of the data that it was calibrated on");
    }

    @Test
    void forceReplacesAnOlderResult() throws IOException {
        Path output = Files.writeString(folder.resolve("old.onnx"), "old");
        CommandRun run = quantize(output, "--force");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("old.onnx", "SQNR", "latency");
        assertThat(CommandRun.of("inspect", output).code()).isZero();
    }

    @Test
    void anImpossibleGateLeavesNothingBehindUnlessIgnored() throws IOException {
        Path recipe =
                Files.writeString(
                        folder.resolve("strict.json"),
                        "{\"name\": \"strict\", \"gate\": {\"minCosine\": 1.0, \"maxFlips\": 0}}");
        Path output = folder.resolve("strict.onnx");
        CommandRun refused = quantize(output, "--recipe", recipe);
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err().lines())
                .singleElement()
                .asString()
                .contains("--ignore-gate", "--report FILE");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(recipe);
        }
        CommandRun taken = quantize(output, "--recipe", recipe, "--ignore-gate");
        assertThat(taken.code()).isZero();
        assertThat(taken.out()).contains("warning:", "gate");
        assertThat(output).isRegularFile();
    }

    @Test
    void aRefusalLeavesItsReport() throws IOException {
        Path recipe =
                Files.writeString(
                        folder.resolve("strict.json"),
                        "{\"name\": \"strict\", \"gate\": {\"minCosine\": 1.0}}");
        Path output = folder.resolve("strict.onnx");
        Path page = folder.resolve("refused.html");
        CommandRun refused = quantize(output, "--recipe", recipe, "--report", page);
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err().lines()).singleElement().asString().contains("" + page);
        assertThat(output).doesNotExist();
        assertThat(Files.readString(page))
                .contains("Refused", "strict.onnx", "below 1.0000", "table-layers");
        Path kept = folder.resolve("refused.json");
        CommandRun json = quantize(output, "--recipe", recipe, "--report", kept, "--json");
        assertThat(json.code()).isEqualTo(5);
        JsonObject gate =
                JsonParser.parseString(json.out())
                        .getAsJsonObject()
                        .getAsJsonObject("error")
                        .getAsJsonObject("gate");
        assertThat(gate.getAsJsonArray("checks").get(0).toString())
                .contains("\"name\":\"cosine\"", "\"passed\":false");
        Evaluation evaluation = EvaluationJson.read(kept);
        assertThat(evaluation.gate().orElseThrow().failures()).isNotEmpty();
        assertThat(evaluation.layers()).isNotEmpty();
        assertThat(evaluation.subject().orElseThrow().quantized()).isEqualTo("strict.onnx");
    }

    @Test
    void dataOfWrongNamesOrShapesIsRefused() {
        Path wrong = folder.resolve("wrong.npz");
        NpzWriter.write(wrong, Map.of("pixels", Tensor.ofFloats(new float[6], 1, 2, 3)));
        CommandRun run =
                CommandRun.of(
                        "quantize", source, "-o", folder.resolve("out.onnx"), "--calibrate", wrong);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("wrong.npz", "input", "pixels");
        assertThat(folder.resolve("out.onnx")).doesNotExist();
    }

    @Test
    void theDemoPrintsItsTableAndKeepsItsModels() throws IOException {
        Path kept = folder.resolve("kept");
        CommandRun run = CommandRun.of("demo", "--keep", kept);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("top-1", "flips", "SQNR", "float", "int8, any", "int8, here")
                .contains("QLinearConv");
        assertThat(run.out()).contains("The report, for a browser: " + kept.resolve("report.html"));
        assertThat(kept.resolve("report.html"))
                .content()
                .contains("static-int8, here", "Changed answers", "djl-quant demo");
        assertThat(kept.resolve("shapes_cnn-int8-any.onnx")).isRegularFile();
        assertThat(kept.resolve("shapes_cnn-int8-here.onnx")).isRegularFile();
        CommandRun again = CommandRun.of("demo", "--keep", kept);
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("exists already");
    }

    /** Quantizes the source with the data. */
    private static CommandRun quantize(Path output, Object... options) {
        Stream<Object> words = Stream.of("quantize", source, "-o", output, "--calibrate", data);
        return CommandRun.of(Stream.concat(words, Stream.of(options)).toArray());
    }

    private static JsonObject json(CommandRun run) {
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }
}
