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

import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target that promises the lowest runtime gets no file that this runtime can't read. */
class LowestRuntimeTest {

    private static final Target NEWEST = new Target("here", null, false, "1.29.0");

    @TempDir private Path folder;

    private final OnnxBackend backend = new OnnxBackend();
    private final Target any = backend.target(Target.Name.ANY);

    private static GraphBuilder network(long opset) {
        return GraphBuilder.onnx(opset).input("x", 1, 2).node("Relu", "y", "x").output("y");
    }

    @Test
    void refusesANewerOpset() {
        Path file = folder.resolve("m.onnx");
        Graph graph = network(23).build();
        assertThatThrownBy(() -> backend.write(graph, any, file))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("ONNX opset")
                .hasMessageContaining("at most 22")
                .hasMessageContaining("23")
                .hasMessageContaining("target here");
        assertThat(file).doesNotExist();
        backend.write(graph, NEWEST, file);
        assertThat(file).exists();
    }

    @Test
    void refusesBeforeAnyWork() {
        Graph graph =
                GraphBuilder.onnx(23)
                        .input("x", 1, 4)
                        .random("w", 4, 4)
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build();
        Path source = folder.resolve("m.onnx");
        backend.write(graph, NEWEST, source);
        Quantizer quantizer =
                Quantizer.builder()
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        () -> {
                                            throw new AssertionError("data is asked for");
                                        }))
                        .build();
        assertThatThrownBy(() -> quantizer.quantize(source, folder.resolve("q.onnx")))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(source.toString())
                .hasMessageContaining("ONNX opset");
    }

    @Test
    void refusesANewerIrVersion() {
        Path file = folder.resolve("m.onnx");
        Tensor tiny =
                new Tensor(
                        DataType.FLOAT4E2M1,
                        Shape.of(2),
                        TensorStorage.of(ByteBuffer.wrap(new byte[1])));
        Graph graph = network(22).constant("t", tiny).build();
        assertThatThrownBy(() -> backend.write(graph, any, file))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("IR version")
                .hasMessageContaining("at most 10");
        assertThat(file).doesNotExist();
    }

    @Test
    void writesTheNewestThatTheLowestRuntimeReads() {
        Path file = folder.resolve("m.onnx");
        backend.write(network(22).build(), any, file);
        assertThat(file).exists();
    }
}
