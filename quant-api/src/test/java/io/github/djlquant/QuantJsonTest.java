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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.djlquant.evaluate.Detections;
import io.github.djlquant.evaluate.Divergences;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.InputView;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.ShapeDifference;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuantJsonTest {

    private static Evaluation of(OutputError... outputs) {
        return new Evaluation(List.of(outputs), 200, true, Optional.empty(), Optional.empty());
    }

    @Test
    void withoutNumbersThereIsNoCosine() {
        assertThat(QuantJson.evaluation(of()).get("cosine").isJsonNull()).isTrue();
        assertThat(
                        QuantJson.evaluation(
                                        of(new OutputError("y", 200, 30, 0.97, 1, false, 0, 0)))
                                .get("cosine")
                                .getAsDouble())
                .isEqualTo(0.97);
    }

    @Test
    void tokensBoxesAndShapesAreToldToo() {
        Evaluation evaluation =
                of().with()
                        .optDivergences(
                                List.of(
                                        new Divergences(
                                                "text",
                                                200,
                                                12,
                                                Optional.empty(),
                                                Optional.of(new Divergences.Tokens(4_000, 84)),
                                                List.of(
                                                        new Divergences.Divergence(
                                                                3,
                                                                1,
                                                                5,
                                                                6,
                                                                Optional.of(
                                                                        InputView.ofText(
                                                                                "private")))))))
                        .optDetections(new Detections(List.of("boxes"), 200, 9, 8, 7, 0.9))
                        .optShapes(List.of(new ShapeDifference("m", 20, 3, 32, "(7)", "(6)", true)))
                        .build();

        JsonObject json = QuantJson.evaluation(evaluation);

        JsonObject text = json.getAsJsonArray("divergences").get(0).getAsJsonObject();
        assertThat(text.getAsJsonObject("tokens").get("changed").getAsLong()).isEqualTo(84);
        assertThat(json.getAsJsonObject("detections").get("agreement").getAsDouble())
                .isEqualTo(0.9);
        assertThat(json.getAsJsonArray("shapes").get(0).getAsJsonObject().get("different"))
                .hasToString("3");
        assertThat(json.toString()).doesNotContain("private");
    }
}
