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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Flip;
import io.github.djlquant.evaluate.InputView;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A viewer of one's own says what people see of a changed answer. */
class ViewerTest {

    @TempDir private Path folder;

    private Path scaled(String name, float factor) {
        OnnxBackend backend = new OnnxBackend();
        Path file = folder.resolve(name);
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", -1, 3)
                        .constant("factor", Tensor.ofFloat(factor))
                        .node("Mul", "y", "x", "factor")
                        .output("y")
                        .build(),
                backend.target(Target.Name.ANY),
                file);
        return file;
    }

    @Test
    void flipsShowWhatItMakes() {
        float[] scores = {3, 2, 1, 1, 2, 3, 1, 3, 2};
        Evaluation evaluation =
                ModelEvaluator.builder()
                        .setModels(scaled("one.onnx", 1), scaled("other.onnx", -1))
                        .setData(
                                CalibrationData.ofFeeds(
                                        List.of(Map.of("x", Tensor.ofFloats(scores, 3, 3)))))
                        .optViewer(
                                (batch, row) ->
                                        Optional.of(
                                                InputView.ofText("number " + batch.sample(row))))
                        .build()
                        .evaluate();
        List<Flip> flips = evaluation.flipped().get(0).worst();
        assertThat(flips).hasSize(3);
        assertThat(flips)
                .extracting(flip -> flip.input().orElseThrow().texts().orElseThrow())
                .containsExactlyInAnyOrder("number 0", "number 1", "number 2");
    }
}
