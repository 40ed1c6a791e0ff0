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
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.foreign.ForeignRuntime;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.LoudSkip;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the target {@code any} promises, for dynamic quantization. */
class DynamicAnyCpuIT {

    private static final int ROWS = 8;
    private static final int STEPS = 6;
    private static final int FEATURES = 256;

    @TempDir Path folder;

    /** Weights of one sign and size: every pair of full-range integers would saturate. */
    private enum Network {
        PRODUCTS(new long[] {ROWS, FEATURES}, 0.05) {
            @Override
            Graph graph(Random random) {
                return GraphBuilder.onnx(17)
                        .input("x", input())
                        .constant("w", positive(random, 1, FEATURES, FEATURES))
                        .random("b", FEATURES)
                        .node("Gemm", "h", "x", "w", "b")
                        .node("Relu", "r", "h")
                        .constant("v", positive(random, 1, FEATURES, FEATURES))
                        .node("MatMul", "y", "r", "v")
                        .output("y")
                        .build();
            }
        },
        LSTM(new long[] {STEPS, 1, FEATURES}, 0.01) {
            @Override
            Graph graph(Random random) {
                float size = 1f / FEATURES;
                return GraphBuilder.onnx(17)
                        .input("x", input())
                        .constant("W", positive(random, size, 1, 4L * FEATURES, FEATURES))
                        .constant("R", positive(random, size, 1, 4L * FEATURES, FEATURES))
                        .node("LSTM", "y", "x", "W", "R")
                        .with("hidden_size", FEATURES)
                        .output("y")
                        .build();
            }
        };

        private final long[] input;
        private final double saturated;

        Network(long[] input, double saturated) {
            this.input = input;
            this.saturated = saturated;
        }

        abstract Graph graph(Random random);

        long[] input() {
            return input;
        }
    }

    private static Tensor positive(Random random, float size, long... shape) {
        float[] values = new float[(int) Shape.of(shape).elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = size * (0.9f + 0.1f * random.nextFloat());
        }
        return Tensor.ofFloats(values, shape);
    }

    private Path quantized(Network network, Target.Name target) {
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(network.graph(new Random(7)), backend.target(target), source);
        return Quantizer.builder()
                .optRecipe(Recipe.dynamicInt8())
                .optTarget(target)
                .optLatency(false)
                .build()
                .quantize(source, folder.resolve(target.text() + ".onnx"))
                .file();
    }

    /**
     * The largest difference between the runtime here and another one, relative to the largest
     * output.
     */
    private static double difference(Network network, Path model, ForeignRuntime other) {
        Map<String, Tensor> feeds = Map.of("x", positive(new Random(3), 1, network.input()));
        float[] expected = ForeignRuntime.PLAIN.run(model, feeds).get("y").toFloats();
        float[] actual = other.run(model, feeds).get("y").toFloats();
        assertThat(actual).hasSameSizeAs(expected);
        double scale = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            scale = Math.max(scale, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        return difference / scale;
    }

    @ParameterizedTest
    @EnumSource
    void answersTheSameOnTheLowestRuntime(Network network) {
        Path any = quantized(network, Target.Name.ANY);
        assertThat(difference(network, any, ForeignRuntime.LOWEST_RUNTIME)).isLessThan(1e-3);
    }

    @ParameterizedTest
    @EnumSource
    void answersTheSameWithoutVnni(Network network) {
        Path any = quantized(network, Target.Name.ANY);
        assertThat(difference(network, any, ForeignRuntime.WITHOUT_VNNI)).isLessThan(1e-3);
        assertThat(difference(network, any, ForeignRuntime.LOWEST_RUNTIME_WITHOUT_VNNI))
                .isLessThan(1e-3);
    }

    /** The reason for pair-safe scales. */
    @ParameterizedTest
    @EnumSource
    void aModelForVnniDoesNotAnswerTheSameWithoutIt(Network network) {
        LoudSkip.unless(CpuClass.here() == CpuClass.X86_VNNI, "this CPU has no VNNI");
        Path tuned = quantized(network, Target.Name.X86_VNNI);
        assertThat(difference(network, tuned, ForeignRuntime.WITHOUT_VNNI))
                .isGreaterThan(network.saturated);
    }
}
