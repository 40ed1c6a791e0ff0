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

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.foreign.ForeignRuntime;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the target {@code any} promises, for an LSTM. */
class RecurrentAnyCpuIT {

    private static final int STEPS = 6;
    private static final int FEATURES = 64;

    @TempDir Path folder;

    /** Weights of one sign and size: every pair of full-range integers would saturate. */
    private static Graph network() {
        Random random = new Random(7);
        return GraphBuilder.onnx(17)
                .input("x", STEPS, 1, FEATURES)
                .constant("W", positive(random, 1f / FEATURES, 1, 4L * FEATURES, FEATURES))
                .constant("R", positive(random, 1f / FEATURES, 1, 4L * FEATURES, FEATURES))
                .node("LSTM", "y", "x", "W", "R")
                .with("hidden_size", FEATURES)
                .output("y")
                .build();
    }

    private static Tensor positive(Random random, float size, long... shape) {
        int count = 1;
        for (long extent : shape) {
            count *= (int) extent;
        }
        float[] values = new float[count];
        for (int i = 0; i < values.length; i++) {
            values[i] = size * (0.9f + 0.1f * random.nextFloat());
        }
        return Tensor.ofFloats(values, shape);
    }

    private Path quantized(Target.Name target) {
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(network(), backend.target(target), source);
        return Quantizer.builder()
                .optRecipe(Recipe.dynamicInt8())
                .optTarget(target)
                .optLatency(false)
                .build()
                .quantize(source, folder.resolve(target.text() + ".onnx"))
                .file();
    }

    private static double difference(Path model, ForeignRuntime one, ForeignRuntime other) {
        Map<String, Tensor> feeds = Map.of("x", positive(new Random(3), 1, STEPS, 1, FEATURES));
        float[] expected = one.run(model, feeds).get("y").toFloats();
        float[] actual = other.run(model, feeds).get("y").toFloats();
        double scale = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            scale = Math.max(scale, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        return difference / scale;
    }

    @Test
    void answersTheSameOnTheLowestRuntimeAndWithoutVnni() {
        Path any = quantized(Target.Name.ANY);
        assertThat(difference(any, ForeignRuntime.PLAIN, ForeignRuntime.LOWEST_RUNTIME))
                .isLessThan(1e-3);
        assertThat(difference(any, ForeignRuntime.PLAIN, ForeignRuntime.WITHOUT_VNNI))
                .isLessThan(1e-3);
    }

    /** The reason for pair-safe scales. */
    @Test
    void aModelForVnniDoesNotAnswerTheSameWithoutIt() {
        Assumptions.assumeTrue(
                CpuClass.here() == CpuClass.X86_VNNI, "SKIPPED: this CPU has no VNNI");
        Path tuned = quantized(Target.Name.X86_VNNI);
        assertThat(difference(tuned, ForeignRuntime.PLAIN, ForeignRuntime.WITHOUT_VNNI))
                .isGreaterThan(0.01);
    }
}
