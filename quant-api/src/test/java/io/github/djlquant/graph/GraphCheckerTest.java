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
package io.github.djlquant.graph;

import static io.github.djlquant.graph.Graphs.graph;
import static io.github.djlquant.graph.Graphs.node;
import static io.github.djlquant.graph.Graphs.withBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphCheckerTest {

    private static List<String> whats(Graph graph) {
        return GraphChecker.problems(graph, "test").stream().map(Problem::render).toList();
    }

    @Test
    void acceptsALegalGraph() {
        Graph legal =
                graph(
                        List.of("x"),
                        List.of("y"),
                        Map.of("w", Tensor.ofFloat(1)),
                        node("a", "Mul", List.of("x", "w"), "m"),
                        node("b", "Clip", List.of("m", "", "w"), "y", ""));

        assertThat(GraphChecker.check(legal, "test")).isSameAs(legal);
    }

    @Test
    void findsACycle() {
        Graph cyclic =
                graph(
                        List.of("x"),
                        List.of("b"),
                        Map.of(),
                        node("na", "Add", List.of("x", "b"), "a"),
                        node("nb", "Relu", List.of("a"), "b"));

        assertThat(whats(cyclic))
                .containsExactly(
                        "test: node na, input 1: reads a value of a later node (a cycle or a wrong"
                                + " order); found 'b'");
        assertThat(whats(cyclic.edit().build())).hasSize(1);
        assertThatThrownBy(() -> GraphChecker.check(cyclic, "test"))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void findsANodeThatReadsItself() {
        Graph cyclic =
                graph(List.of(), List.of("a"), Map.of(), node("n", "Relu", List.of("a"), "a"));

        assertThat(whats(cyclic)).singleElement().asString().contains("cycle");
    }

    @Test
    void findsMissingAndDoubleValues() {
        Graph wrong =
                graph(
                        List.of("x"),
                        List.of("nowhere"),
                        Map.of("x", Tensor.ofFloat(1)),
                        node("a", "Relu", List.of("absent"), "r"),
                        node("a", "Relu", List.of("x"), "r"));

        assertThat(whats(wrong))
                .anyMatch(p -> p.contains("constant x") && p.contains("made twice"))
                .anyMatch(p -> p.contains("input 0") && p.contains("nothing makes"))
                .anyMatch(p -> p.contains("node a (Relu)") && p.contains("given twice"))
                .anyMatch(p -> p.contains("node a:") && p.contains("'r'"))
                .anyMatch(p -> p.contains("output nowhere"))
                .hasSize(5);
    }

    @Test
    void looksIntoBodies() {
        Graph body =
                graph(
                        List.of(),
                        List.of("t"),
                        Map.of(),
                        node("inner", "Add", List.of("x", "absent"), "t"));
        Graph outer =
                graph(
                        List.of("c", "x"),
                        List.of("y"),
                        Map.of(),
                        withBody(node("if", "If", List.of("c"), "y"), "then_branch", body));

        assertThat(whats(outer))
                .containsExactly(
                        "test: node if / node inner, input 1: reads a value that nothing makes;"
                                + " found 'absent'");
    }

    @Test
    void refusesABodyThatHidesAnOuterValue() {
        Graph body =
                graph(List.of(), List.of("x"), Map.of(), node("inner", "Relu", List.of("c"), "x"));
        Graph outer =
                graph(
                        List.of("c", "x"),
                        List.of("y"),
                        Map.of(),
                        withBody(node("if", "If", List.of("c"), "y"), "then_branch", body));

        assertThat(whats(outer)).singleElement().asString().contains("node if / node inner");
    }

    @Test
    void siblingBodiesMayUseTheSameNames() {
        Graph body =
                graph(List.of(), List.of("t"), Map.of(), node("inner", "Relu", List.of("x"), "t"));
        Node both =
                withBody(
                        withBody(node("if", "If", List.of("c"), "y"), "then_branch", body),
                        "else_branch",
                        body);

        assertThat(whats(graph(List.of("c", "x"), List.of("y"), Map.of(), both))).isEmpty();
    }
}
