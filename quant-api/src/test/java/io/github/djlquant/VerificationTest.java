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

import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.recipe.Recipe;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerificationTest {

    private static final Graph GRAPH =
            new Graph(
                    "rows",
                    List.of(
                            new Value(
                                    "x", new ValueType.TensorType(DataType.FLOAT, Shape.of(1, 2)))),
                    List.of(),
                    List.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of());

    @ParameterizedTest
    @CsvSource({"10, 0, 4", "10, 3, 3", "2, 0, 2"})
    void provesOnTheFirstFewRows(int given, long samples, int proven) {
        CalibrationData data =
                CalibrationData.ofFeeds(
                        IntStream.range(0, given)
                                .mapToObj(
                                        row ->
                                                Map.of(
                                                        "x",
                                                        Tensor.ofFloats(
                                                                new float[] {row, -row}, 1, 2)))
                                .toList());
        QuantizationSettings settings =
                new QuantizationSettings(
                        Recipe.staticInt8(),
                        Target.Name.ANY,
                        new RunData(data, null, null, samples, 16, UnaryOperator.identity()),
                        KeptStatistics.NONE,
                        1,
                        null,
                        new Handover(false, false, false, false),
                        false);
        List<Map<String, Tensor>> batches = new Verification(settings, null, GRAPH).proofBatches();
        assertThat(batches).hasSize(proven);
        for (int row = 0; row < proven; row++) {
            assertThat(batches.get(row).get("x").toFloats()).containsExactly(row, -row);
        }
    }
}
