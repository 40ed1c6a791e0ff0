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
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Value;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output's ending chooses its format. */
class CrossFormatsIT {

    @TempDir private Path folder;

    private static JsonObject json(CommandRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @Test
    void onnxBecomesIntegersInTorchScript() throws Exception {
        Path source = ShippedModel.in(folder);
        Path rows = folder.resolve("rows.npz");
        RenderedData.write(rows, 0, 60);
        Path output = folder.resolve("int8.pt");

        JsonObject made =
                json(
                        CommandRun.of(
                                "quantize", source, "-o", output, "--calibrate", rows, "--json"));

        assertThat(made.getAsJsonObject("provenance").get("engine").getAsString())
                .isEqualTo("PyTorch");
        assertThat(made.getAsJsonArray("kernels").asList())
                .anyMatch(k -> k.getAsJsonObject().get("op").getAsString().contains("conv2d"));
        assertThat(CommandRun.of("inspect", output).out()).contains("quantized     yes");
        CommandRun compared = CommandRun.of("compare", source, output, "--data", rows, "--json");
        assertThat(json(compared).toString()).contains("cosine");
        // The runtime that counts is the quantized file's, not the source's.
        JsonObject evaluated =
                json(CommandRun.of("evaluate", source, output, "--data", rows, "--json"));
        assertThat(evaluated.getAsJsonObject("hardware").getAsJsonArray("remarks").toString())
                .contains("made for this place")
                .doesNotContain("needs runtime");
    }

    /** As quantization-aware training or somebody else's tool leaves it. */
    @Test
    void quantizeAndDequantizePairsKeepTheirScalesInTorchScript() throws Exception {
        Path rows = folder.resolve("rows.npz");
        RenderedData.write(rows, 0, 60);
        Path ours = folder.resolve("ours.onnx");
        Path float32 = ShippedModel.in(folder);
        json(CommandRun.of("quantize", float32, "-o", ours, "--calibrate", rows, "--json"));
        Path source = folder.resolve("pairs.onnx");
        Backend onnx = Backends.forFile(ours);
        Graph pairs = onnx.read(ours).withMetadata(Map.of());
        onnx.write(pairs, onnx.target(Target.Name.ANY), source);
        Path output = folder.resolve("int8.pt");

        JsonObject made =
                json(
                        CommandRun.of(
                                "quantize", source, "-o", output, "--calibrate", rows, "--json"));

        assertThat(made.getAsJsonObject("evaluation").get("cosine").getAsDouble())
                .isGreaterThan(0.999);
        assertThat(made.getAsJsonArray("kernels").asList())
                .anyMatch(k -> k.getAsJsonObject().get("op").getAsString().contains("conv2d"));
    }

    @Test
    void floatsCrossAsTheyAre() throws Exception {
        Path source = ShippedModel.in(folder);
        Path there = folder.resolve("float.pt");

        CommandRun run = CommandRun.of("quantize", source, "-o", there, "--recipe", "optimize");

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(signature(there)).isEqualTo(signature(source));
        assertThat(CommandRun.of("inspect", there).out()).contains("conv2d");
    }

    private static String signature(Path file) {
        Graph graph = Backends.forFile(file).read(file);
        return graph.inputs().stream().map(Value::name).toList()
                + " -> "
                + graph.outputs().stream().map(Value::name).toList();
    }

    @Test
    void torchScriptBecomesIntegersInOnnx() throws Exception {
        Path source = folder.resolve("float.pt");
        Path original = ShippedModel.in(folder);
        Backend torch = Backends.forEngine("PyTorch");
        Graph crossed = torch.adopt(Backends.forFile(original).read(original));
        torch.write(crossed, torch.target(Target.Name.ANY), source);
        Path rows = folder.resolve("rows.npz");
        RenderedData.write(rows, 0, 60);
        Path output = folder.resolve("int8.onnx");

        JsonObject made =
                json(
                        CommandRun.of(
                                "quantize", source, "-o", output, "--calibrate", rows, "--json"));

        assertThat(made.getAsJsonObject("provenance").get("engine").getAsString())
                .isEqualTo("OnnxRuntime");
        assertThat(signature(output)).isEqualTo(signature(source));
    }
}
