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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecurrentStatesTest {

    private static final Node LSTM =
            new Node(
                    "lstm",
                    OpType.onnx("LSTM"),
                    List.of("x", "W", "R", "", "", "p", "q"),
                    List.of("", "r", "s"),
                    Map.of("hidden_size", Attribute.of(8)));

    private static Map<String, String> states(Graph graph) {
        return RecurrentStates.of(graph, OnnxOpCatalog.catalog());
    }

    private static GraphBuilder cell() {
        return GraphBuilder.onnx(17)
                .input("x", 1, 1, 8)
                .input("p", 1, 1, 8)
                .input("q", 1, 1, 8)
                .random("W", 1, 32, 8)
                .random("R", 1, 32, 8);
    }

    /** A graph with more nodes, which make its outputs. */
    private static Graph with(GraphBuilder builder, List<String> outputs, Node... nodes) {
        var editor = builder.build().edit();
        for (Node node : nodes) {
            editor.put(node);
        }
        return editor.outputs(
                        old ->
                                outputs.stream()
                                        .map(
                                                name ->
                                                        new Value(
                                                                name,
                                                                new ValueType.TensorType(
                                                                        DataType.FLOAT, null)))
                                        .toList())
                .build();
    }

    @Test
    void theGraphTellsWhatNamesDoNot() {
        Graph graph = with(cell(), List.of("r", "s"), LSTM);
        assertThat(states(graph)).isEqualTo(Map.of("p", "r", "q", "s"));
    }

    @Test
    void statesMayBeCutFromOneInputAndJoinedToOneOutput() {
        GraphBuilder builder =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, 8)
                        .input("both", 2, 1, 8)
                        .random("W", 1, 32, 8)
                        .random("R", 1, 32, 8)
                        .longs("zero", 0)
                        .longs("one", 1)
                        .node("Gather", "p", "both", "zero")
                        .with("axis", 0)
                        .node("Gather", "q", "both", "one")
                        .with("axis", 0);
        Node joined =
                new Node(
                        "joined",
                        OpType.onnx("Concat"),
                        List.of("r", "s"),
                        List.of("next"),
                        Map.of("axis", Attribute.of(0)));
        assertThat(states(with(builder, List.of("next"), LSTM, joined)))
                .isEqualTo(Map.of("both", "next"));
    }

    @Test
    void looksIntoBranchesOfBranches() {
        Graph inner = with(body(), List.of("r", "s"), LSTM);
        Node innerIf = branch("inner", inner, List.of("r2", "s2"));
        Graph outer = with(body(), List.of("r2", "s2"), innerIf);
        GraphBuilder builder =
                cell().constant("flag", Tensor.ofInts(DataType.UINT8, new int[] {1}));
        Graph graph =
                with(builder, List.of("r3", "s3"), branch("outer", outer, List.of("r3", "s3")));
        assertThat(states(graph)).isEqualTo(Map.of("p", "r3", "q", "s3"));
    }

    private static GraphBuilder body() {
        return GraphBuilder.onnx(17);
    }

    private static Node branch(String name, Graph body, List<String> outputs) {
        return new Node(
                name,
                OpType.onnx("If"),
                List.of("flag"),
                outputs,
                Map.of(
                        "then_branch", new Attribute.GraphAttribute(body),
                        "else_branch", new Attribute.GraphAttribute(body)));
    }

    @Test
    void namesTellWhereNoRecurrentOperatorStands() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 8)
                        .input("state_in", 1, 8)
                        .node("Add", "sum", "x", "state_in")
                        .node("Tanh", "state_out", "sum")
                        .output("state_out")
                        .build();
        assertThat(states(graph)).isEqualTo(Map.of("state_in", "state_out"));
    }

    @Test
    void namesOfOtherShapesTellNothing() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 8)
                        .input("state_in", 1, 8)
                        .node("Concat", "state_out", "x", "state_in")
                        .with("axis", 1)
                        .output("state_out")
                        .build();
        Value wide =
                new Value("state_out", new ValueType.TensorType(DataType.FLOAT, Shape.of(1, 16)));
        assertThat(states(graph.edit().outputs(old -> List.of(wide)).build())).isEmpty();
    }

    @Test
    void anImageThatComesOutAsAnImageIsNoState() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("image", 1, 3, 4, 4)
                        .input("noise", 1, 3, 4, 4)
                        .node("Add", "image_out", "image", "noise")
                        .output("image_out")
                        .build();
        assertThat(states(graph)).isEmpty();
    }

    @Test
    void aModelOfNothingButItsStateHasNoSequence() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("state_in", 1, 8)
                        .node("Tanh", "state_out", "state_in")
                        .output("state_out")
                        .build();
        assertThat(states(graph)).isEmpty();
    }

    @Test
    void inputsFromTheSignatureGiveASequenceToALayerThatReadsTimeFirst() {
        Graph graph = with(cell(), List.of("r", "s"), LSTM);
        Graph open =
                graph.edit()
                        .inputs(
                                old ->
                                        List.of(
                                                floats("x", "steps", "rows", 8),
                                                floats("p", 1, "rows", 8),
                                                floats("q", 1, "rows", 8)))
                        .build();
        Map<String, Tensor> row = new SignatureInputs(open, OnnxOpCatalog.catalog()).row(1);
        assertThat(row.get("x").shape()).hasToString("[32,1,8]");
        assertThat(row.get("p").shape()).hasToString("[1,1,8]");
        assertThat(row.get("p").toFloats()).as("a state starts with zeros").containsOnly(0);
        assertThat(row.get("x").toFloats()).doesNotContain(0);
    }

    @Test
    void equalNamesInTheSignatureHaveEqualExtents() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 8)
                        .node("Identity", "y", "x")
                        .output("y")
                        .build()
                        .edit()
                        .inputs(
                                old ->
                                        List.of(
                                                floats("x", "rows", "length"),
                                                floats("past", 2, "rows", "past"),
                                                floats("mask", "rows", "past + length")))
                        .build();
        Map<String, Tensor> row = new SignatureInputs(graph, OnnxOpCatalog.catalog()).row(1);
        assertThat(row.get("x").shape()).hasToString("[1,32]");
        assertThat(row.get("past").shape()).hasToString("[2,1,32]");
        assertThat(row.get("mask").shape()).hasToString("[1,64]");
    }

    private static Value floats(String name, Object... extents) {
        List<Dimension> dimensions =
                java.util.Arrays.stream(extents)
                        .<Dimension>map(
                                extent ->
                                        extent instanceof Integer size
                                                ? new Dimension.Fixed(size)
                                                : new Dimension.Symbolic(extent.toString()))
                        .toList();
        return new Value(name, new ValueType.TensorType(DataType.FLOAT, new Shape(dimensions)));
    }
}
