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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recurrent layers between layers whose ranges come from calibration. */
class StaticRecurrentTest {

    private static final int STEPS = 12;
    private static final int ROWS = 2;
    private static final int FEATURES = 64;
    private static final int HIDDEN = 96;

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    /** As trained ones: a sum over all columns stays near 1. */
    private static Tensor weight(int seed, int columns, long... sizes) {
        float[] values = GraphBuilder.random(new Random(seed), sizes).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] /= (float) Math.sqrt(columns);
        }
        return Tensor.ofFloats(values, sizes);
    }

    /** A product, a recurrent layer, two products; what the layer yields is read outside too. */
    private static Graph network(String op, int gates) {
        return GraphBuilder.onnx(17)
                .input("x", STEPS, ROWS, FEATURES)
                .constant("w", weight(1, FEATURES, FEATURES, FEATURES))
                .node("MatMul", "before", "x", "w")
                .constant("W", weight(2, FEATURES, 1, (long) gates * HIDDEN, FEATURES))
                .constant("R", weight(3, HIDDEN, 1, (long) gates * HIDDEN, HIDDEN))
                .node(op, "y", "before", "W", "R")
                .with("hidden_size", HIDDEN)
                .constant("v", weight(4, HIDDEN, HIDDEN, 256))
                .node("MatMul", "behind", "y", "v")
                .node("Relu", "positive", "behind")
                .constant("u", weight(5, 256, 256, 64))
                .node("MatMul", "z", "positive", "u")
                .output("y")
                .output("z")
                .build();
    }

    private QuantizedModel quantize(Graph graph) {
        Path source = folder.resolve("float.onnx");
        backend.write(graph, MiniatureLine.ANY, source);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int row = 0; row < 8; row++) {
            feeds.add(Map.of("x", GraphBuilder.random(new Random(row), STEPS, ROWS, FEATURES)));
        }
        return Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optTarget(Target.Name.X86_VNNI)
                .optCalibration(CalibrationData.ofFeeds(feeds))
                .optLatency(false)
                .build()
                .quantize(source, folder.resolve("int8.onnx"));
    }

    @Test
    void anLstmFindsItsScalesAtRunTime() {
        QuantizedModel model = quantize(network("LSTM", 4));
        assertThat(model.plan().node("y").orElseThrow().form()).isEqualTo(Form.DYNAMIC);
        assertThat(model.plan().node("y").orElseThrow().reason())
                .isEqualTo("an integer kernel with constant weights pays");
        assertThat(model.plan().node("behind").orElseThrow().form()).isEqualTo(Form.INTEGER);
        assertThat(model.plan().quantizedMacShare()).isEqualTo(1);
        assertThat(model.execution().kernels())
                .filteredOn(Execution.Kernel::int8)
                .extracting(Execution.Kernel::op)
                .contains("DynamicQuantizeLSTM");
        assertThat(model.evaluation().sqnr()).isGreaterThan(25);
    }

    @Test
    void whatAnLstmYieldsIsNoIntegerForOtherReaders() {
        quantize(network("LSTM", 4));
        Graph written = backend.read(folder.resolve("int8.onnx"));
        assertThat(written.producer("y").orElseThrow().op().name())
                .isEqualTo("DynamicQuantizeLSTM");
    }

    @Test
    void theWeightsOfAGruAreStoredAsIntegers() {
        QuantizedModel model = quantize(network("GRU", 3));
        assertThat(model.plan().node("y").orElseThrow().form()).isEqualTo(Form.STORED);
        assertThat(model.plan().node("y").orElseThrow().reason())
                .contains("the engine has no integer kernel for GRU", "stored as int8");
        assertThat(model.plan().node("before").orElseThrow().form()).isEqualTo(Form.INTEGER);
        assertThat(backend.read(folder.resolve("int8.onnx")).constants()).doesNotContainKey("W");
        assertThat(model.evaluation().sqnr()).isGreaterThan(25);
    }
}
