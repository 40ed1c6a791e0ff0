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

import io.github.djlquant.QuantJson;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Target;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.write.OnnxWriter;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.RecipeJson;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizeTest {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Target.Name.class,
            names = {"ANY", "HERE"})
    void keepsFloatsAndMergesOperators(Target.Name target) {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 8, 8)
                        .random("w", 4, 3, 3, 3)
                        .random("b", 4)
                        .node("Conv", "c", "x", "w", "b")
                        .batchNorm("n", "c", 4)
                        .node("Relu", "y", "n")
                        .output("y")
                        .build();
        Path source = folder.resolve("float.onnx");
        OnnxWriter.write(graph, source);
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.optimize())
                        .optTarget(target)
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("fast.onnx"));
        assertThat(model.plan().quantizedMacShare()).isZero();
        assertThat(model.execution().kernels()).noneMatch(Execution.Kernel::int8);
        assertThat(model.evaluation().cosine()).isGreaterThan(0.999999);
        Graph written = new OnnxBackend().read(model.file());
        assertThat(written.nodes()).extracting(n -> n.op().name()).containsExactly("Conv", "Relu");
        assertThat(written.constants().values()).allMatch(t -> t.dataType() == DataType.FLOAT);
    }

    @Test
    void whatOptimizingAndWhatQuantizingGainsShowsApart() {
        Path source = folder.resolve("float.onnx");
        OnnxWriter.write(
                GraphBuilder.onnx(17)
                        .input("x", -1, 1024)
                        .random("w", 1024, 1024)
                        .node("MatMul", "m", "x", "w")
                        .node("Relu", "y", "m")
                        .output("y")
                        .build(),
                source);
        Quantizer.Builder builder = Quantizer.builder().optRecipe(Recipe.dynamicInt8());
        builder.optOptimizedLatency(true);
        QuantizedModel model = builder.build().quantize(source, folder.resolve("int8.onnx"));
        LatencyRatio latency = model.evaluation().latency().orElseThrow();
        double optimized = latency.optimizedMicros().orElseThrow();
        // Two times of the same small model, on a machine that may be busy.
        assertThat(optimized).isBetween(latency.sourceMicros() / 5, latency.sourceMicros() * 5);
        assertThat(latency.toString()).contains("optimized float", "quantizing it");
        assertThat(
                        QuantJson.of(model)
                                .getAsJsonObject("evaluation")
                                .getAsJsonObject("latency")
                                .get("optimizedMicros")
                                .getAsDouble())
                .isEqualTo(optimized);

        builder.optOptimizedLatency(false).optOverwrite(true);
        model = builder.build().quantize(source, folder.resolve("int8.onnx"));
        assertThat(model.evaluation().latency().orElseThrow().optimizedMicros()).isEmpty();
    }

    @Test
    void isAPresetWithAJsonForm() {
        assertThat(Recipe.named("optimize")).contains(Recipe.optimize());
        assertThat(RecipeJson.parse(RecipeJson.print(Recipe.optimize()), "test"))
                .isEqualTo(Recipe.optimize());
    }
}
