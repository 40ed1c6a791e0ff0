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
import io.github.djlquant.testkit.RealFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real language model, calibrated and compared on real sentences. */
class TextDataIT {

    @TempDir private Path folder;

    private final Path model = RealFiles.find("minilm/minilm_l6_v2.onnx");
    private final Path tokenizer = RealFiles.find("minilm/tokenizer.json");
    private final Path sentences = RealFiles.find("stsb/sts-dev.csv");

    private static CommandRun run(List<Object> first, Object... more) {
        List<Object> words = new ArrayList<>(first);
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray());
    }

    private CommandRun quantize(Path output, Object... options) {
        return run(List.of("quantize", model, "-o", output, "--json"), options);
    }

    private static JsonObject json(CommandRun run) {
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @Test
    void calibratesAndComparesOnSentences() {
        Path output = folder.resolve("static.onnx");
        JsonObject made =
                json(
                        quantize(
                                output,
                                "--calibrate",
                                sentences,
                                "--tokenizer",
                                tokenizer,
                                "--text-column",
                                6,
                                "--samples",
                                100));
        JsonObject provenance = made.getAsJsonObject("provenance");
        assertThat(provenance.get("calibrationSamples").getAsInt()).isEqualTo(100);
        assertThat(provenance.getAsJsonObject("recipe").get("name").getAsString())
                .isEqualTo("static-int8");
        JsonObject evaluation = made.getAsJsonObject("evaluation");
        assertThat(evaluation.get("samples").getAsInt()).isEqualTo(100);
        assertThat(evaluation.get("realData").getAsBoolean()).isTrue();
        assertThat(evaluation.get("cosine").getAsDouble()).isGreaterThan(0.97);
        JsonObject others =
                json(
                        run(
                                List.of("compare", model, output, "--json"),
                                "--data",
                                RealFiles.find("sst2/test.tsv"),
                                "--tokenizer",
                                tokenizer,
                                "--text-column",
                                1,
                                "--samples",
                                200));
        assertThat(others.get("samples").getAsInt()).isEqualTo(200);
        assertThat(others.get("cosine").getAsDouble()).isGreaterThan(0.95);
    }

    @Test
    void dynamicModelsAreVerifiedOnSentences() throws IOException {
        List<String> lines =
                Files.readAllLines(sentences).stream()
                        .limit(60)
                        .map(line -> line.split("\t")[5])
                        .toList();
        Path file = Files.write(folder.resolve("sentences.txt"), lines);
        JsonObject made =
                json(
                        quantize(
                                folder.resolve("dynamic.onnx"),
                                "--recipe",
                                "dynamic-int8",
                                "--calibrate",
                                file,
                                "--tokenizer",
                                tokenizer));
        JsonObject evaluation = made.getAsJsonObject("evaluation");
        assertThat(evaluation.get("samples").getAsInt()).isEqualTo(60);
        assertThat(evaluation.get("realData").getAsBoolean()).isTrue();
        assertThat(evaluation.get("cosine").getAsDouble()).isGreaterThan(0.98);
    }

    @Test
    void whatDoesNotFitIsBadData() {
        Path output = folder.resolve("out.onnx");
        CommandRun column =
                quantize(
                        output,
                        "--calibrate",
                        sentences,
                        "--tokenizer",
                        tokenizer,
                        "--text-column",
                        "sentence1");
        assertThat(column.code()).isEqualTo(4);
        assertThat(column.out()).contains("there is no column 'sentence1'");
        CommandRun absent =
                quantize(
                        output,
                        "--calibrate",
                        sentences,
                        "--tokenizer",
                        folder.resolve("none.json"),
                        "--text-column",
                        6);
        assertThat(absent.code()).isEqualTo(4);
        assertThat(absent.out()).contains("there is no tokenizer");
        CommandRun images =
                CommandRun.of(
                        "quantize",
                        ShippedModel.in(folder),
                        "-o",
                        output,
                        "--calibrate",
                        sentences,
                        "--tokenizer",
                        tokenizer,
                        "--text-column",
                        6);
        assertThat(images.code()).isEqualTo(4);
        assertThat(images.err()).contains("texts do not feed this input");
        CommandRun plain = quantize(output, "--calibrate", sentences);
        assertThat(plain.code()).isEqualTo(4);
        assertThat(plain.out()).contains("--tokenizer");
        assertThat(output).doesNotExist();
    }
}
