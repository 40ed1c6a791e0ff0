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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairedSignatureTest {

    private static final Tensor ANSWER = Tensor.ofFloats(new float[] {1}, 1);

    private boolean closed;

    private static Graph graph(List<String> inputs, List<String> outputs) {
        return new Graph(
                "net",
                values(inputs),
                values(outputs),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static List<Value> values(List<String> names) {
        return names.stream().map(PairedSignatureTest::value).toList();
    }

    private static Value value(String name) {
        return new Value(name, ValueType.UNKNOWN);
    }

    private static PairedSignature pair(Graph first, Graph second) {
        return PairedSignature.of(Path.of("net.onnx"), first, Path.of("net.pt"), second);
    }

    private GraphRunner yields(String output) {
        return new GraphRunner() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> feeds) {
                return Map.of(output, ANSWER);
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }

    @Test
    void otherInputsAreRefusedWithWhatToDo() {
        Graph first = graph(List.of("image"), List.of("y"));
        Graph second = graph(List.of("x"), List.of("y"));
        assertThatThrownBy(() -> pair(first, second))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContainingAll(
                        "net.pt", "[image], as in net.onnx", "[x]", "input_names", "forward");
    }

    @Test
    void theOrderOfInputsDoesNotMatter() {
        Graph first = graph(List.of("ids", "mask"), List.of("y"));
        Graph second = graph(List.of("mask", "ids"), List.of("y"));
        GraphRunner runner = yields("y");
        assertThat(pair(first, second).renamed(runner)).isSameAs(runner);
    }

    @Test
    void theOnlyOutputTakesTheFirstModelsName() {
        GraphRunner renamed =
                pair(graph(List.of("x"), List.of("logits")), graph(List.of("x"), List.of("_7")))
                        .renamed(yields("_7"));
        assertThat(renamed.run(Map.of())).containsExactly(Map.entry("logits", ANSWER));
        renamed.close();
        assertThat(closed).isTrue();
    }

    @Test
    void oneOfSeveralOutputsOfOtherNamesIsRefused() {
        Graph first = graph(List.of("x"), List.of("boxes", "scores"));
        Graph second = graph(List.of("x"), List.of("_7", "_8"));
        assertThatThrownBy(() -> pair(first, second))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContainingAll("[boxes, scores]", "[_7, _8]", "quantized from it");
    }
}
