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

import com.google.gson.JsonParser;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of a model can neither move the terminal's cursor nor pass for a line of the result. */
class HostileNamesIT {

    private static final String NAME = "\u001b[2J\u009b1A\u202e\rscores\nforged: line";

    @TempDir private static Path folder;
    private static Path source;
    private static Path data;
    private static Path quantized;
    private static CommandRun quantizing;

    @BeforeAll
    static void write() {
        source = folder.resolve("hostile.onnx");
        Backend backend = Backends.forFile(ShippedModel.in(folder));
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", -1, 16)
                        .random("w", 16, 32)
                        .random("v", 32, 4)
                        .node("MatMul", "hidden" + NAME, "x", "w")
                        .node("Relu", "relu" + NAME, "hidden" + NAME)
                        .node("MatMul", NAME, "relu" + NAME, "v")
                        .output(NAME)
                        .build(),
                new Target("any", null, true, backend.runtimeVersion()),
                source);
        data = folder.resolve("rows.npz");
        NpzWriter.write(data, Map.of("x", GraphBuilder.random(new Random(1), 64, 16)));
        quantized = folder.resolve("int8.onnx");
        quantizing = CommandRun.of("quantize", source, "-o", quantized, "--calibrate", data);
    }

    private static void assertPlain(CommandRun run) {
        String text = run.out() + run.err();
        assertThat(text).contains("scores").doesNotContain("\u001b", "\u009b", "\u202e", "\r");
        assertThat(text.lines()).noneMatch(line -> line.startsWith("forged"));
    }

    @Test
    void ofAResult() {
        assertThat(quantizing.code()).isZero();
        assertPlain(quantizing);
    }

    @Test
    void ofAComparison() {
        assertPlain(CommandRun.of("compare", source, quantized, "--data", data));
    }

    @Test
    void ofAnEvaluation() {
        assertPlain(
                CommandRun.of(
                        "evaluate", source, quantized, "--data", data, "--layers", "--operators"));
    }

    @Test
    void ofAReport() {
        Path kept = folder.resolve("kept.json");
        CommandRun.of("evaluate", source, quantized, "--data", data, "--report", kept);

        assertPlain(CommandRun.of("report", kept));
    }

    @Test
    void ofAModel() {
        assertPlain(CommandRun.of("inspect", source));
        assertPlain(CommandRun.of("inspect", "--plan", quantized));
        assertThat(CommandRun.of("inspect", "--graph", quantized).out())
                .doesNotContain("\u001b", "\u009b", "\u202e", "\r");
    }

    @Test
    void ofARefusal() {
        CommandRun run =
                CommandRun.of(
                        "quantize",
                        source,
                        "-o",
                        folder.resolve("none.onnx"),
                        "--calibrate",
                        data,
                        "--gate",
                        "sqnr=90");
        assertThat(run.code()).isEqualTo(5);
        assertPlain(run);
    }

    @Test
    void jsonKeepsThemAsTheyAre() {
        CommandRun run = CommandRun.of("compare", source, quantized, "--data", data, "--json");

        assertThat(run.out()).doesNotContain("\u001b", "\u009b", "\u202e", "\r");
        assertThat(
                        JsonParser.parseString(run.out())
                                .getAsJsonObject()
                                .getAsJsonArray("outputs")
                                .get(0)
                                .getAsJsonObject()
                                .get("name")
                                .getAsString())
                .isEqualTo(NAME);
    }
}
