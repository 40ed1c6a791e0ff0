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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.GateException;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose answer to a row depends on the rows beside it. */
class OtherBatchesTest {

    private static final int SIZE = 64;

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    /** The mean of a batch's rows varies less, the more rows there are. */
    private static Graph mixing() {
        return GraphBuilder.onnx(17)
                .input("x", -1, SIZE)
                .random("w", SIZE, SIZE)
                .random("v", SIZE, SIZE)
                .node("ReduceMean", "m", "x")
                .with("axes", new Attribute.IntsAttribute(List.of(0L)))
                .node("MatMul", "a", "m", "w")
                .node("Mul", "none", "x", "zero")
                .constant("zero", Tensor.ofFloat(0))
                .node("Add", "b", "a", "none")
                .node("Relu", "r", "b")
                .node("MatMul", "y", "r", "v")
                .output("y")
                .build();
    }

    private static Graph plain() {
        return GraphBuilder.onnx(17)
                .input("x", -1, SIZE)
                .random("w", SIZE, SIZE)
                .random("v", SIZE, SIZE)
                .node("MatMul", "a", "x", "w")
                .node("Relu", "r", "a")
                .node("MatMul", "y", "r", "v")
                .output("y")
                .build();
    }

    private static CalibrationData rows() {
        return CalibrationData.ofFeeds(
                List.of(Map.of("x", GraphBuilder.random(new Random(5), 256, SIZE))));
    }

    private Quantizer.Builder quantizer() {
        return Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optCalibration(rows())
                .optOverwrite(true)
                .optLatency(false);
    }

    private QuantizedModel quantize(Graph graph, Quantizer quantizer) {
        Path source = folder.resolve("float.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
        return quantizer.quantize(source, folder.resolve("int8.onnx"));
    }

    @Test
    void whatFailsInBatchesOfOneRowIsRefusedAndToldApart() {
        assertThatThrownBy(() -> quantize(mixing(), quantizer().build()))
                .isInstanceOf(GateException.class)
                .hasMessageContainingAll(
                        "in batches of 1 row y: mean cosine",
                        "but not in batches of 16: the model mixes the rows of a batch",
                        "--batch")
                .satisfies(
                        e ->
                                assertThat(
                                                ((GateException) e)
                                                        .evaluation()
                                                        .orElseThrow()
                                                        .gate()
                                                        .orElseThrow()
                                                        .checks())
                                        .anySatisfy(
                                                check -> {
                                                    assertThat(check.subject())
                                                            .isEqualTo("y in batches of 1 row");
                                                    assertThat(check.passed()).isFalse();
                                                })
                                        .anySatisfy(
                                                check -> {
                                                    assertThat(check.subject()).isEqualTo("y");
                                                    assertThat(check.passed()).isTrue();
                                                }));
    }

    @Test
    void whoCalibratesAsItIsFedIsNotRefused() {
        QuantizedModel model = quantize(mixing(), quantizer().optBatchSize(1).build());
        assertThat(model.evaluation().gate().orElseThrow().passed()).isTrue();
    }

    @Test
    void whoSaysHowLargeBatchesAreIsWarnedOfOthers() {
        QuantizedModel model =
                quantize(mixing(), quantizer().optBatchSize(16).optIgnoreGate(true).build());
        assertThat(model.warnings())
                .anySatisfy(
                        w -> assertThat(w).contains("batches of 16 only", "in batches of 1 row"))
                .noneMatch(w -> w.contains("by force") && w.contains("in batches of 1 row"));
    }

    @Test
    void aForcedOneKeepsTheJudgement() {
        QuantizedModel model = quantize(mixing(), quantizer().optIgnoreGate(true).build());
        assertThat(model.warnings())
                .anySatisfy(w -> assertThat(w).contains("taken by force", "in batches of 1 row"));
    }

    @Test
    void rowsThatDontMeetAreNoMatter() {
        QuantizedModel model = quantize(plain(), quantizer().build());
        assertThat(model.evaluation().gate().orElseThrow().checks())
                .extracting(GateResult.Check::subject)
                .containsOnly("y");
    }

    /** The first row is too small for the others' scale, one of 64 but also one of 4. */
    @Test
    void rowsThatAreWorseThanTheRestAreNoMatter() {
        Tensor rows = GraphBuilder.random(new Random(5), 256, SIZE);
        float[] elements = rows.toFloats();
        for (int i = 0; i < SIZE; i++) {
            elements[i] *= 1e-3f;
        }
        CalibrationData data =
                CalibrationData.ofFeeds(List.of(Map.of("x", Tensor.ofFloats(elements, 256, SIZE))));
        QuantizedModel model =
                quantize(plain(), quantizer().optCalibration(data).optBatchSize(64).build());
        assertThat(model.evaluation().gate().orElseThrow().checks())
                .extracting(GateResult.Check::subject)
                .containsOnly("y");
        assertThat(model.warnings()).noneMatch(w -> w.contains("to be fed in batches"));
    }
}
