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
package io.github.djlquant.backend;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissingRowsTest {

    @Test
    void listsEveryOperatorOnceWithItsCountAndFirstPlace() {
        Graph body = graph(node("inner", "Rare", Map.of()));
        Graph graph =
                graph(
                        node("a", "Rare", Map.of()),
                        node("b", "Known", Map.of()),
                        node("c", "Odd", Map.of()),
                        node("d", "Known", Map.of("then", new Attribute.GraphAttribute(body))));

        assertThatThrownBy(() -> MissingRows.refuse(graph, this::isKnown, "TorchScript"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("no counterpart in TorchScript")
                .hasMessageContaining("Odd (1, such as node c), Rare (2, such as node a)");
    }

    @Test
    void namesThePathIntoABody() {
        Graph body = graph(node("inner", "Rare", Map.of()));
        Graph graph = graph(node("d", "Known", Map.of("then", new Attribute.GraphAttribute(body))));

        assertThatThrownBy(() -> MissingRows.refuse(graph, this::isKnown, "ONNX"))
                .hasMessageContaining("Rare (1, such as node d/then/inner)");
    }

    @Test
    void isContentWhereNothingIsMissing() {
        Graph graph = graph(node("b", "Known", Map.of()));

        assertThatCode(() -> MissingRows.refuse(graph, this::isKnown, "ONNX"))
                .doesNotThrowAnyException();
    }

    private boolean isKnown(Node node) {
        return node.op().name().equals("Known");
    }

    private static Node node(String name, String op, Map<String, Attribute> attributes) {
        return new Node(name, OpType.onnx(op), List.of(), List.of(name + "/out"), attributes);
    }

    private static Graph graph(Node... nodes) {
        return new Graph(
                "model",
                List.of(),
                List.of(),
                List.of(nodes),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
