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
package io.github.djlquant.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.write.OnnxWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;

/** Reads damaged models and requires a legal graph, the same when written, or a typed error. */
final class Mutants {

    /** A model that takes this long to refuse would stop a server. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private int read;
    private int refused;

    Mutants(Path folder) {
        this.folder = folder;
    }

    int read() {
        return read;
    }

    int refused() {
        return refused;
    }

    void attempt(byte[] bytes, String what) throws Exception {
        Path file = folder.resolve("mutant.onnx");
        // A file that is mapped must not change, so every mutant is a new one.
        Files.deleteIfExists(file);
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        Assertions.assertTimeoutPreemptively(PATIENCE, () -> attempt(file, what), what);
    }

    private void attempt(Path file, String what) {
        try {
            Graph graph = OnnxReader.read(file);
            assertThat(GraphChecker.problems(graph, what)).isEmpty();
            touch(graph);
            Path copy = folder.resolve("copy.onnx");
            OnnxWriter.write(graph, copy);
            assertThat(OnnxReader.read(copy)).as(what).hasToString(graph.toString());
            read++;
        } catch (QuantizationException expected) {
            assertThat(expected).hasMessageContaining(".onnx");
            refused++;
        } catch (RuntimeException | StackOverflowError wrong) {
            throw new AssertionError(what + " fails with " + wrong, wrong);
        }
    }

    /** Reads every element: views of the file must not reach beyond it. */
    private static void touch(Graph graph) {
        graph.constants().values().forEach(Mutants::touch);
        for (Node node : graph.nodes()) {
            for (Attribute attribute : node.attributes().values()) {
                if (attribute instanceof Attribute.TensorAttribute t) {
                    touch(t.value());
                }
            }
            node.bodies().forEach(Mutants::touch);
        }
    }

    private static void touch(Tensor tensor) {
        if (tensor.dataType() != DataType.STRING
                && tensor.dataType() != DataType.COMPLEX64
                && tensor.dataType() != DataType.COMPLEX128) {
            tensor.forEach((index, value) -> {});
        }
    }
}
