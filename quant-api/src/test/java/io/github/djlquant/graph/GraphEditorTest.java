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
import static io.github.djlquant.graph.Graphs.names;
import static io.github.djlquant.graph.Graphs.node;
import static io.github.djlquant.graph.Graphs.withBody;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GraphEditorTest {

    /** Any order of the nodes of a random acyclic graph is sorted into a legal one. */
    @Property(tries = 200)
    void sortsWhateverOrderNodesComeIn(
            @ForAll @IntRange(min = 1, max = 30) int size, @ForAll long seed) {
        Random random = new Random(seed);
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<String> reads = new ArrayList<>(List.of("x"));
            for (int r = random.nextInt(3); r > 0 && i > 0; r--) {
                reads.add("v" + random.nextInt(i));
            }
            nodes.add(node("n" + i, "Sum", reads, "v" + i));
        }
        List<String> output = List.of("v" + (size - 1));
        Graph ordered = graph(List.of("x"), output, Map.of(), nodes.toArray(new Node[0]));
        assertThat(names(ordered.edit().build()))
                .as("an order that is legal stays")
                .isEqualTo(names(ordered));

        Collections.shuffle(nodes, random);
        Graph shuffled = graph(List.of("x"), output, Map.of(), nodes.toArray(new Node[0]));
        Graph sorted = shuffled.edit().build();
        assertThat(GraphChecker.problems(sorted, "test")).isEmpty();
        assertThat(names(sorted)).containsExactlyInAnyOrderElementsOf(names(shuffled));
    }

    @Test
    void namesNodesAfterWhatTheyMake() {
        Node taken = node("y/Relu", "Sum", List.of("x"), "v");
        Graph graph = graph(List.of("x"), List.of("v"), Map.of(), taken);
        GraphEditor editor = graph.edit();
        Map<String, Attribute> attributes = Map.of("alpha", Attribute.of(1L));
        editor.make(OpType.onnx("Relu"), List.of("v"), attributes, "y");

        Node made = editor.node("y/Relu_1").orElseThrow();
        assertThat(editor.node("y/Relu")).hasValue(taken);
        assertThat(made.op()).isEqualTo(OpType.onnx("Relu"));
        assertThat(made.inputs()).containsExactly("v");
        assertThat(made.outputs()).containsExactly("y");
        assertThat(made.attributes()).isEqualTo(attributes);
    }

    @Test
    void sortsLongChainsWithoutDeepRecursion() {
        int length = 20_000;
        List<Node> nodes = new ArrayList<>();
        for (int i = length - 1; i >= 0; i--) {
            nodes.add(node("n" + i, "Relu", List.of(i == 0 ? "x" : "v" + (i - 1)), "v" + i));
        }
        Graph reversed =
                graph(
                        List.of("x"),
                        List.of("v" + (length - 1)),
                        Map.of(),
                        nodes.toArray(new Node[0]));

        assertThat(GraphChecker.problems(reversed.edit().build(), "test")).isEmpty();
    }

    @Test
    void keepsNodesOnACycleWhereTheCheckerFindsThem() {
        Graph cyclic =
                graph(
                        List.of("x"),
                        List.of("c"),
                        Map.of(),
                        node("na", "Add", List.of("x", "b"), "a"),
                        node("nb", "Relu", List.of("a"), "b"),
                        node("nc", "Relu", List.of("x"), "c"));

        Graph built = cyclic.edit().build();

        assertThat(names(built)).containsExactlyInAnyOrder("na", "nb", "nc");
        assertThat(GraphChecker.problems(built, "test")).isNotEmpty();
    }

    @Test
    void aNodeAddedLastStandsBeforeItsReader() {
        Graph before =
                graph(List.of("x"), List.of("y"), Map.of(), node("r", "Relu", List.of("x"), "y"));

        GraphEditor editor = before.edit();
        String quantized = editor.freshName("x");
        editor.replaceReads("x", quantized);
        editor.put(node(editor.freshName("r"), "Identity", List.of("x"), quantized));
        Graph after = editor.build();

        assertThat(names(after)).containsExactly("r_1", "r");
        assertThat(after.consumers("x")).extracting(Node::name).containsExactly("r_1");
        assertThat(before.consumers("x")).extracting(Node::name).containsExactly("r");
    }

    @Test
    void replacesReadsInsideNestedBodies() {
        Graph innermost =
                graph(List.of(), List.of("i"), Map.of(), node("n", "Add", List.of("x", "x"), "i"));
        Graph body =
                graph(
                        List.of(),
                        List.of("t", "x"),
                        Map.of(),
                        withBody(node("inner", "If", List.of("c"), "t"), "then_branch", innermost));
        Graph outer =
                graph(
                        List.of("c", "x"),
                        List.of("y", "z"),
                        Map.of(),
                        withBody(node("if", "If", List.of("c"), "y", "z"), "then_branch", body));
        assertThat(outer.consumers("x")).extracting(Node::name).containsExactly("if");

        GraphEditor editor = outer.edit();
        editor.replaceReads("x", "q");
        editor.put(node("quantize", "Identity", List.of("x"), "q"));
        Graph changed = editor.build();

        assertThat(GraphChecker.problems(changed, "test")).isEmpty();
        assertThat(changed.consumers("q")).extracting(Node::name).containsExactly("if");
        assertThat(changed.consumers("x")).extracting(Node::name).containsExactly("quantize");
        Graph newBody = changed.node("if").orElseThrow().bodies().get(0);
        assertThat(newBody.outputs()).extracting(Value::name).containsExactly("t", "q");
        Graph newInnermost = newBody.nodes().get(0).bodies().get(0);
        assertThat(newInnermost.nodes().get(0).inputs()).containsExactly("q", "q");
    }

    @Test
    void aBodysOwnValueOfTheSameNameIsLeftAlone() {
        Graph body =
                graph(List.of("x"), List.of("t"), Map.of(), node("n", "Relu", List.of("x"), "t"));
        Graph outer =
                graph(
                        List.of("c", "x"),
                        List.of("y"),
                        Map.of(),
                        withBody(node("loop", "Loop", List.of("c"), "y"), "body", body));

        Graph changed = outer.edit().replaceReads("x", "q").build();

        assertThat(changed.node("loop").orElseThrow().bodies().get(0).nodes().get(0).inputs())
                .containsExactly("x");
    }

    @Test
    void dropsWhatNobodyReadsAndMayGoOn() {
        Graph before =
                graph(
                        List.of("x"),
                        List.of("y"),
                        Map.of("w", Tensor.ofFloat(1), "dead", Tensor.ofFloat(2)),
                        node("m", "Mul", List.of("x", "w"), "y"));
        GraphEditor editor = before.edit();
        editor.type("gone", new ValueType.TensorType(DataType.FLOAT, null));

        Graph built = editor.build();
        assertThat(built.constants()).containsOnlyKeys("w");
        assertThat(built.types()).isEmpty();

        editor.put(node("n", "Mul", List.of("x", "dead"), "late"));
        assertThat(editor.build().constants()).containsOnlyKeys("w", "dead");
    }

    @Test
    void freshNamesAvoidBodiesToo() {
        Graph body =
                graph(
                        List.of(),
                        List.of("t"),
                        Map.of("q", Tensor.ofFloat(1)),
                        node("q_1", "Relu", List.of("q"), "t"));
        Graph outer =
                graph(
                        List.of("c"),
                        List.of("y"),
                        Map.of(),
                        withBody(node("if", "If", List.of("c"), "y"), "then_branch", body));

        GraphEditor editor = outer.edit();

        assertThat(editor.freshName("q")).isEqualTo("q_2");
        assertThat(editor.freshName("q")).isEqualTo("q_3");
        assertThat(editor.freshName("free")).isEqualTo("free");
    }
}
