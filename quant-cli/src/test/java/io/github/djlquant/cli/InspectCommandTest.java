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
import io.github.djlquant.Provenance;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectCommandTest {

    private static final String PLAN =
            """
            {"int8MacShare": 0.875,
             "nodes": [
              {"node": "conv1", "op": "Conv", "int8": true, "macs": 7,
               "reason": "all its inputs are quantized"},
              {"node": "relu1", "op": "Relu", "int8": true, "macs": 0, "reason": "absorbed"},
              {"node": "head", "op": "Softmax", "int8": false, "macs": 1,
               "reason": "an exponential needs floats"},
              {"node": "tail", "op": "Softmax", "int8": false, "macs": 0,
               "reason": "an exponential needs floats"}],
             "values": [
              {"value": "x", "kind": "activation", "type": "uint8", "scale": 0.5,
               "zeroPoint": 3, "reason": "observed"},
              {"value": "y", "kind": "activation", "reason": "nobody asked"}]}
            """;

    @TempDir private Path folder;

    @Test
    void tellsWhatIsInTheModel() {
        CommandRun run = CommandRun.of("inspect", ShippedModel.in(folder));
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        "inputs        input float[",
                        "outputs       logits float[",
                        "BatchNormalization",
                        "quantized     no");
    }

    @Test
    void theKeysOfItsJsonAreStable() {
        JsonObject json = inspectJson();
        assertThat(json.keySet())
                .containsExactly(
                        "file",
                        "bytes",
                        "inputs",
                        "outputs",
                        "opsets",
                        "nodes",
                        "operators",
                        "parameters",
                        "parameterBytes",
                        "multiplyAccumulates",
                        "form");
        JsonObject input = json.getAsJsonArray("inputs").get(0).getAsJsonObject();
        assertThat(input.get("name").getAsString()).isEqualTo("input");
        assertThat(input.get("type").getAsString()).isEqualTo("float");
        assertThat(input.getAsJsonArray("shape")).hasSize(4);
        assertThat(input.getAsJsonArray("shape").get(1).getAsInt()).isEqualTo(3);
        assertThat(json.get("form").getAsString()).isEqualTo("float");
    }

    @Test
    void itsCountsAgree() {
        JsonObject json = inspectJson();
        int sum =
                json.getAsJsonObject("operators").entrySet().stream()
                        .mapToInt(e -> e.getValue().getAsInt())
                        .sum();
        assertThat(json.get("nodes").getAsInt()).isEqualTo(sum);
        // All parameters of this network are binary32.
        assertThat(json.get("parameterBytes").getAsLong())
                .isEqualTo(4 * json.get("parameters").getAsLong())
                .isLessThan(json.get("bytes").getAsLong());
        JsonObject work = json.getAsJsonObject("multiplyAccumulates");
        assertThat(work.get("nodesUnknown").getAsInt()).isZero();
        assertThat(work.get("count").getAsLong()).isGreaterThan(json.get("parameters").getAsLong());
    }

    @Test
    void printsEveryNodeWhenAsked() {
        CommandRun run = CommandRun.of("inspect", "--graph", ShippedModel.in(folder));
        assertThat(run.out()).contains("= Conv<", "= GlobalAveragePool(");
    }

    @Test
    void aMissingFileIsABadModel() {
        CommandRun run = CommandRun.of("inspect", folder.resolve("none.onnx"));
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).singleElement().asString().contains("none.onnx");
    }

    @Test
    void aTruncatedFileIsABadModelAndNamesTheFile() throws IOException {
        byte[] whole = Files.readAllBytes(ShippedModel.in(folder));
        Path half =
                Files.write(folder.resolve("half.onnx"), Arrays.copyOf(whole, whole.length / 2));
        CommandRun run = CommandRun.of("inspect", half);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).singleElement().asString().contains("half.onnx");
    }

    @Test
    void withoutAFileItTellsHowToGoOn() {
        CommandRun run = CommandRun.of("inspect");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("FILE", "djl-quant inspect --help");
    }

    @Test
    void tellsWhatStaysFloatAndWhy() {
        CommandRun run = CommandRun.of("inspect", withPlan(PLAN));
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        "plan          2 nodes on integers (1 Conv, 1 Relu); 2 stay float; 87.5 % of"
                                + " the multiply-adds are on integers",
                        "  float 2 Softmax: an exponential needs floats (head, tail)")
                .doesNotContain("conv1", "all its inputs");
    }

    @Test
    void saysWhichMultiplyAddsTheShareIsOf() {
        String partly = PLAN.replaceFirst("\\{", "{\"layersOfUnknownWork\": 2, ");
        assertThat(CommandRun.of("inspect", withPlan(partly)).out())
                .contains(
                        "87.5 % of the multiply-adds that are known (those of 2 layers are not) are"
                                + " on integers");
    }

    @Test
    void printsTheWholePlanWhenAsked() {
        CommandRun run = CommandRun.of("inspect", "--plan", withPlan(PLAN));
        assertThat(run.out())
                .contains(
                        "int8  conv1 (Conv): all its inputs are quantized",
                        "float head (Softmax): an exponential needs floats",
                        "%x: activation, uint8: observed",
                        "%y: activation, float: nobody asked");
        CommandRun none = CommandRun.of("inspect", "--plan", folder.resolve("shapes_cnn.onnx"));
        assertThat(none.code()).isZero();
        assertThat(none.out()).contains("no plan");
    }

    @Test
    void itsJsonHoldsThePlan() {
        CommandRun run = CommandRun.of("inspect", "--json", withPlan(PLAN));
        JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(json.get("plan")).isEqualTo(JsonParser.parseString(PLAN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"int8MacShare\": 1, \"nodes\": [",
                "[]",
                "{}",
                "{\"int8MacShare\": null, \"nodes\": [], \"values\": []}",
                "{\"int8MacShare\": 1, \"nodes\": {}, \"values\": []}",
                "{\"int8MacShare\": 1, \"nodes\": [7], \"values\": []}",
                "{\"int8MacShare\": 1, \"nodes\": [{\"node\": \"a\"}], \"values\": []}",
                "{\"int8MacShare\": \"much\", \"nodes\": [], \"values\": []}"
            })
    void aDamagedPlanIsABadModel(String plan) {
        CommandRun run = CommandRun.of("inspect", withPlan(plan));
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("planned.onnx", "'djl-quant.plan' is damaged");
    }

    /** The shipped network with a plan in its metadata, as quantizing writes it. */
    private Path withPlan(String plan) {
        Path source = ShippedModel.in(folder);
        Path file = folder.resolve("planned.onnx");
        Backend backend = Backends.forFile(source);
        Graph graph = backend.read(source).edit().metadata(Provenance.PLAN_KEY, plan).build();
        backend.write(graph, backend.target(Target.Name.ANY), file);
        return file;
    }

    private JsonObject inspectJson() {
        CommandRun run = CommandRun.of("inspect", "--json", ShippedModel.in(folder));
        assertThat(run.code()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }
}
