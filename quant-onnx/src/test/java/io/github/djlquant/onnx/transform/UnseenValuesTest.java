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
package io.github.djlquant.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that were empty in all calibration data. */
class UnseenValuesTest {

    /** An operand that was empty in all data has no range; protection or not, it stays float. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsFloatWhatCalibrationSawNoElementOf(boolean protectOutliers) {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 64)
                        .random("w", 64, 64)
                        .node("MatMul", "m", "x", "w")
                        .input("past", -1, 64)
                        .random("v", 64, 64)
                        .node("MatMul", "n", "past", "v")
                        .output("m")
                        .output("n")
                        .build();
        Statistics seen = new Statistics(-1, 1).withHistogram(FloatHistogram.of(-1, 0.5f, 1));
        CalibrationTable table = new CalibrationTable(Map.of("x", seen, "past", Statistics.EMPTY));
        Recipe recipe =
                Recipe.staticInt8().withBiasCorrection(false).withProtectOutliers(protectOutliers);
        TransformContext context =
                new TransformContext(OnnxOpCatalog.catalog(), recipe, MiniatureLine.ANY)
                        .withStatistics(table);
        QuantPlan plan = new Planner(graph, context).plan();

        assertThat(plan.node("m").orElseThrow().quantized()).isTrue();
        assertThat(plan.node("n").orElseThrow().reason()).isEqualTo("%past was empty in all data");
        ValueDecision past = plan.value("past").orElseThrow();
        assertThat(past.isQuantized()).isFalse();
        assertThat(past.warning()).contains("empty in all data", "stays float");
    }
}
