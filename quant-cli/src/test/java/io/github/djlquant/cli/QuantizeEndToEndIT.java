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
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.graph.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quantize} at work on the shipped network, with data as users bring it. */
class QuantizeEndToEndIT extends QuantizedShapes {

    @TempDir private Path folder;

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
                        "{\"name\": \"static-int8\", \"gate\": {\"minCosine\": 1.0, \"maxFlips\": 0}}");
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
                        "{\"name\": \"static-int8\", \"gate\": {\"minCosine\": 1.0}}");
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

    /** They would agree with themselves, whatever the ranges. */
    @Test
    void blackImagesAreNoDataToCalibrateWith() throws IOException {
        Path images = Files.createDirectory(folder.resolve("black"));
        for (int i = 0; i < 12; i++) {
            ImageIO.write(
                    new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB),
                    "png",
                    images.resolve(i + ".png").toFile());
        }
        Path output = folder.resolve("out.onnx");
        CommandRun run = CommandRun.of("quantize", source, "-o", output, "--calibrate", images);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains(
                        images + ": there is no range to calibrate with",
                        "all 12 rows are the same",
                        "--ignore-gate");
        assertThat(output).doesNotExist();

        CommandRun forced =
                CommandRun.of(
                        "quantize", source, "-o", output, "--calibrate", images, "--ignore-gate");
        assertThat(forced.code()).isZero();
        assertThat(forced.out())
                .contains("warning: calibration: no range: all 12", "warning: HARDLY VERIFIED");
    }
}
