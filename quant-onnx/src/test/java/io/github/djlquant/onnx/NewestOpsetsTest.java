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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operator sets that only the newest runtime reads, for the target that is this machine. */
class NewestOpsetsTest {

    @TempDir Path folder;

    private Path network(long opset) {
        Graph graph = graph(opset);
        Path source = folder.resolve("float.onnx");
        OnnxBackend backend = new OnnxBackend();
        backend.write(graph, backend.target(Target.Name.HERE), source);
        return source;
    }

    private static Graph graph(long opset) {
        return GraphBuilder.onnx(opset)
                .input("x", 4, 3, 8, 8)
                .random("w", 8, 3, 1, 1)
                .node("Conv", "c", "x", "w")
                .node("Relu", "r", "c")
                .node("Flatten", "f", "r")
                .random("v", 512, 256)
                .node("MatMul", "y", "f", "v")
                .output("y")
                .build();
    }

    private static Quantizer quantizer(Recipe recipe) {
        return Quantizer.builder()
                .optRecipe(recipe)
                .optCalibration(
                        CalibrationData.ofFeeds(
                                List.of(
                                        TransformAssert.feeds(graph(17), 1),
                                        TransformAssert.feeds(graph(17), 2))))
                .optTarget(Target.Name.HERE)
                .optLatency(false)
                .build();
    }

    @ParameterizedTest
    @ValueSource(longs = {23, 24, 25, 26})
    void becomeIntegerHere(long opset) {
        Path source = network(opset);
        QuantizedModel fixed =
                quantizer(Recipe.staticInt8()).quantize(source, folder.resolve("s.onnx"));
        assertThat(fixed.plan().quantizedMacShare()).isGreaterThan(0.95);
        assertThat(fixed.evaluation().sqnr()).isGreaterThan(25);
        QuantizedModel dynamic =
                quantizer(Recipe.dynamicInt8()).quantize(source, folder.resolve("d.onnx"));
        assertThat(dynamic.evaluation().sqnr()).isGreaterThan(25);
    }

    @Test
    void areRefusedWhereTheRuntimeHereDoesNotReadThem() {
        Path source = network(99);
        assertThatThrownBy(
                        () ->
                                quantizer(Recipe.staticInt8())
                                        .quantize(source, folder.resolve("s.onnx")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(source.toString())
                .hasMessageContaining("99")
                .hasMessageContaining("export the model with a lower opset");
    }
}
