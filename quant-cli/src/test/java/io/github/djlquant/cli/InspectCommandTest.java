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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {

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
        CommandRun run = CommandRun.of("inspect", "--json", half);
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

    private JsonObject inspectJson() {
        CommandRun run = CommandRun.of("inspect", "--json", ShippedModel.in(folder));
        assertThat(run.code()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }
}
