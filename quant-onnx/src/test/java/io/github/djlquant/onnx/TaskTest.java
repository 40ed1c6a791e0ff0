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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.PairedComparison;
import io.github.djlquant.evaluate.Task;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outputs are for, told by the graph that yields them. */
class TaskTest {

    @TempDir private Path folder;
    private final OnnxBackend backend = new OnnxBackend();

    private Evaluation compare(Graph graph, Map<String, Tensor> inputs, Optional<Task> task) {
        Path file = folder.resolve("net.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), file);
        PairedComparison.Builder comparison =
                PairedComparison.builder().optGraph(backend.read(file), backend.catalog());
        task.ifPresent(comparison::optTask);
        try (GraphRunner runner = backend.open(file, RunOptions.DEFAULT)) {
            return comparison
                    .build()
                    .compare(runner, runner, List.of(new Feed(inputs, 8, 0)).iterator());
        }
    }

    private static GraphBuilder product() {
        return GraphBuilder.onnx(17)
                .input("x", -1, 16)
                .random("m", 16, 4)
                .node("MatMul", "p", "x", "m");
    }

    private static final Map<String, Tensor> ROWS =
            Map.of("x", GraphBuilder.random(new Random(1), 8, 16));

    @Test
    void aSoftmaxYieldsScoresAndANormalizationDoesNot() {
        assertThat(
                        compare(
                                        product().node("Softmax", "y", "p").output("y").build(),
                                        ROWS,
                                        Optional.empty())
                                .flipped())
                .hasSize(1);
        Graph normalized =
                product()
                        .random("g", 4)
                        .random("b", 4)
                        .node("LayerNormalization", "n", "p", "g", "b")
                        .node("Identity", "y", "n")
                        .output("y")
                        .build();
        Evaluation vectors = compare(normalized, ROWS, Optional.empty());
        assertThat(vectors.flipped()).isEmpty();
        assertThat(vectors.errors()).hasSize(1);
        assertThat(compare(normalized, ROWS, Optional.of(Task.CLASSIFICATION)).flipped())
                .hasSize(1);
        assertThat(
                        compare(product().output("p").build(), ROWS, Optional.of(Task.EMBEDDING))
                                .flipped())
                .isEmpty();
    }

    /** As many scores at each position as the table of embeddings has rows. */
    @Test
    void aLanguageModelIsKnownByItsVocabulary() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .integers("ids", -1, 5)
                        .random("table", 23, 6)
                        .node("Gather", "e", "table", "ids")
                        .random("m", 6, 23)
                        .node("MatMul", "y", "e", "m")
                        .output("e")
                        .output("y")
                        .build();
        Evaluation evaluation =
                compare(graph, Map.of("ids", Tensor.ofLongs(new long[40], 8, 5)), Optional.empty());
        assertThat(evaluation.divergences())
                .singleElement()
                .satisfies(text -> assertThat(text.output()).isEqualTo("y"))
                .satisfies(
                        text -> assertThat(text.tokens().orElseThrow().compared()).isEqualTo(40));
    }
}
