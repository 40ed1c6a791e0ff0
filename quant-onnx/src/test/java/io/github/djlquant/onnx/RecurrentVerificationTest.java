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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with its state in and out is verified over a sequence. */
class RecurrentVerificationTest {

    private static final int SIZE = 64;

    @TempDir Path folder;

    /**
     * One huge weight, of a unit that never opens: with one scale for all, the others round to 0.
     */
    private Path source() {
        Random random = new Random(5);
        Tensor recurrence = GraphBuilder.random(random, 1, 4L * SIZE, SIZE);
        float[] weights = recurrence.toFloats();
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= 2.5f / 8;
        }
        weights[0] = 2000;
        float[] biases = new float[8 * SIZE];
        biases[0] = -4000;
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, SIZE)
                        .input("h0", 1, 1, SIZE)
                        .input("c0", 1, 1, SIZE)
                        .random("W", 1, 4L * SIZE, SIZE)
                        .constant("R", Tensor.ofFloats(weights, 1, 4L * SIZE, SIZE))
                        .constant("B", Tensor.ofFloats(biases, 1, 8L * SIZE))
                        .node("LSTM", "y", "x", "W", "R", "B", "", "h0", "c0")
                        .with("hidden_size", SIZE)
                        .output("y")
                        .build();
        Graph stateful =
                graph.edit()
                        .put(graph.node("y").orElseThrow().withOutputs(List.of("y", "hn", "cn")))
                        .outputs(old -> List.of(floats("y"), floats("hn"), floats("cn")))
                        .build();
        Path file = folder.resolve("lstm.onnx");
        OnnxBackend backend = new OnnxBackend();
        backend.write(stateful, backend.target(Target.Name.ANY), file);
        return file;
    }

    private static Value floats(String name) {
        return new Value(name, new ValueType.TensorType(DataType.FLOAT, null));
    }

    /** Frames as they come: each begins with a state of zeros. */
    private static CalibrationData frames(int count) {
        List<Map<String, Tensor>> frames = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            frames.add(
                    Map.of(
                            "x", GraphBuilder.random(random, 1, 1, SIZE),
                            "h0", Tensor.ofFloats(new float[SIZE], 1, 1, SIZE),
                            "c0", Tensor.ofFloats(new float[SIZE], 1, 1, SIZE)));
        }
        return CalibrationData.ofFeeds(frames);
    }

    private QuantizedModel quantize(Recipe recipe) {
        return Quantizer.builder()
                .optRecipe(recipe)
                .optCalibration(frames(8))
                .optLatency(false)
                .build()
                .quantize(source(), folder.resolve("int8.onnx"));
    }

    @Test
    void aScalePerRowKeepsTheModel() {
        QuantizedModel model = quantize(Recipe.dynamicInt8());
        assertThat(model.evaluation().cosine()).isGreaterThan(0.99);
        assertThat(model.evaluation().samples())
                .as("eight frames are no sequence yet: they are run again")
                .isGreaterThanOrEqualTo(32);
    }

    @Test
    void aCollapseThatOneStepHidesIsRefused() {
        Recipe oneScale =
                Recipe.dynamicInt8()
                        .withWeights(
                                Recipe.dynamicInt8()
                                        .weights()
                                        .withGranularity(Granularity.PER_TENSOR));
        assertThatThrownBy(() -> quantize(oneScale))
                .isInstanceOf(GateException.class)
                .hasMessageContaining("cosine")
                .hasMessageContaining("Worst layers: ");
        assertThat(folder.resolve("int8.onnx")).doesNotExist();
    }

    /** Weights of the size of trained ones: errors of the state fade. */
    private static Tensor trained(int seed, long gates, long features) {
        Tensor normal = GraphBuilder.random(new Random(seed), 1, gates, features);
        float[] weights = normal.toFloats();
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= (float) Math.sqrt(features);
        }
        return Tensor.ofFloats(weights, 1, gates, features);
    }

    @Test
    void aGruIsHandedOverAtLessThanAThirdOfItsSize() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 16, 1, 2 * SIZE)
                        .constant("W", trained(1, 6L * SIZE, 2L * SIZE))
                        .constant("R", trained(2, 6L * SIZE, 2L * SIZE))
                        .node("GRU", "y", "x", "W", "R")
                        .with("hidden_size", 2 * SIZE)
                        .output("y")
                        .build();
        Path file = folder.resolve("gru.onnx");
        OnnxBackend backend = new OnnxBackend();
        backend.write(graph, backend.target(Target.Name.ANY), file);
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.dynamicInt8())
                        .optLatency(false)
                        .build()
                        .quantize(file, folder.resolve("int8.onnx"));
        assertThat(model.bytes()).isLessThan(model.sourceBytes() / 3);
        assertThat(model.plan().quantizedMacShare()).as("it computes on floats").isZero();
        assertThat(model.evaluation().cosine()).isGreaterThan(0.999);
    }
}
