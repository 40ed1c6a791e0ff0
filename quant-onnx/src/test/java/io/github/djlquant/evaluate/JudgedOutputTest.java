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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier that yields its features first, and the scores of an auxiliary head. */
class JudgedOutputTest {

    private static final int ROWS = 64;

    @TempDir private Path folder;

    private final OnnxBackend backend = new OnnxBackend();
    private final Map<String, Tensor> data =
            Map.of("x", GraphBuilder.random(new Random(3), ROWS, 32));
    private Path source;
    private Path quantized;

    @BeforeEach
    void quantize() {
        source = folder.resolve("heads.onnx");
        quantized = folder.resolve("heads-int8.onnx");
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", -1, 32)
                        .random("w", 32, 24)
                        .node("MatMul", "h", "x", "w")
                        .node("Relu", "hidden", "h")
                        .random("v", 24, 10)
                        .node("MatMul", "scores", "hidden", "v")
                        .random("u", 24, 10)
                        .node("MatMul", "aux_scores", "hidden", "u")
                        .output("hidden")
                        .output("scores")
                        .output("aux_scores")
                        .build(),
                backend.target(Target.Name.ANY),
                source);
        Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optCalibration(CalibrationData.ofFeeds(List.of(data)))
                .optLatency(false)
                .optIgnoreGate(true)
                .build()
                .quantize(source, quantized);
    }

    /** What the source itself answers there: it is right on all of them. */
    private Labels answersOf(String output) {
        try (GraphRunner runner = backend.open(source, RunOptions.DEFAULT)) {
            PairedBatch.Rows rows =
                    new PairedBatch.Rows(runner.run(data).get(output).toFloats(), ROWS, false);
            int[] answers = new int[ROWS];
            for (int row = 0; row < ROWS; row++) {
                answers[row] = rows.largest(row);
            }
            return Labels.of(answers);
        }
    }

    private ModelEvaluator.Builder evaluator(String output) {
        return ModelEvaluator.builder()
                .setModels(source, quantized)
                .setData(CalibrationData.ofFeeds(List.of(data)))
                .optLabels(answersOf(output));
    }

    @Test
    void labelsBelongToTheNamedOutput() {
        for (String output : List.of("scores", "aux_scores")) {
            Evaluation evaluation = evaluator(output).optJudgedOutput(output).build().evaluate();
            assertThat(evaluation.accuracy().orElseThrow().source()).isEqualTo(1);
            assertThat(evaluation.metrics().get(0).source()).isEqualTo(1);
            assertThat(evaluation.judged().orElseThrow().output()).isEqualTo(output);
            assertThat(evaluation.toString())
                    .contains("labels and metrics belong to the output " + output + ", not to ");
            assertThat(EvaluationJson.parse(EvaluationJson.print(evaluation), "").judged())
                    .isEqualTo(evaluation.judged());
        }
    }

    @Test
    void headsThatAnswerOtherwiseNeedAName() {
        ModelEvaluator evaluator = evaluator("scores").build();
        assertThatThrownBy(evaluator::evaluate)
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("scores [32,10], aux_scores [32,10]");
    }
}
