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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is computed in the bodies of If, Loop and Scan is part of the work that a plan tells. */
class BodyWorkTest {

    private static final int CHANNELS = 16;
    private static final int SIDE = 8;

    /** One convolution of 3 x 3, padded: as many positions as before. */
    private static final long CONVOLUTION = 9L * CHANNELS * CHANNELS * SIDE * SIDE;

    private static final ValueType FLOATS = new ValueType.TensorType(DataType.FLOAT, null);

    private static Node node(String name, String op, List<String> inputs, String... outputs) {
        return new Node(name, OpType.onnx(op), inputs, List.of(outputs), Map.of());
    }

    private static Node convolution(String input, String output) {
        return node("conv", "Conv", List.of(input, "w"), output)
                .withAttribute("pads", new Attribute.IntsAttribute(List.of(1L, 1L, 1L, 1L)));
    }

    private static Tensor truth() {
        return new Tensor(
                DataType.BOOL, Shape.of(), TensorStorage.of(ByteBuffer.wrap(new byte[] {1})));
    }

    /** A body whose values have no declared shapes. */
    private static Attribute body(List<String> inputs, List<String> outputs, Node... nodes) {
        return new Attribute.GraphAttribute(
                new Graph(
                        "body",
                        values(inputs),
                        values(outputs),
                        List.of(nodes),
                        Map.of(),
                        Map.of(),
                        Map.of(OpType.ONNX, 17L),
                        Map.of(),
                        Map.of()));
    }

    private static List<Value> values(List<String> names) {
        List<Value> values = new ArrayList<>();
        for (String name : names) {
            ValueType type =
                    switch (name) {
                        case "round" -> new ValueType.TensorType(DataType.INT64, Shape.of());
                        case "go", "on", "stop" ->
                                new ValueType.TensorType(DataType.BOOL, Shape.of());
                        default -> FLOATS;
                    };
            values.add(new Value(name, type));
        }
        return values;
    }

    /** A convolution around the body, as large as the one inside, feeds it. */
    private static GraphBuilder start() {
        return GraphBuilder.onnx(17)
                .input("x", 1, CHANNELS, SIDE, SIDE)
                .random("w", CHANNELS, CHANNELS, 3, 3)
                .constant("yes", truth())
                .node("Conv", "a", "x", "w")
                .with("pads", 1, 1, 1, 1);
    }

    private static Graph loop(String next, Node... condition) {
        List<Node> nodes = new ArrayList<>(List.of(condition));
        nodes.add(convolution("s", "t"));
        return start().constant("three", Tensor.ofLongs(new long[] {3}))
                .node(
                        node("loop", "Loop", List.of("three", "yes", "a"), "y")
                                .withAttribute(
                                        "body",
                                        body(
                                                List.of("round", "go", "s"),
                                                List.of(next, "t"),
                                                nodes.toArray(Node[]::new))))
                .output("y")
                .build();
    }

    /** The plan of a static recipe whose ranges don't matter. */
    private static QuantPlan planned(Graph graph) {
        TransformContext context =
                new TransformContext(
                        OnnxOpCatalog.catalog(), MiniatureLine.MIN_MAX, MiniatureLine.ANY);
        Map<String, Statistics> ranges = new HashMap<>();
        new Planner(graph, context)
                .valuesToObserve()
                .keySet()
                .forEach(value -> ranges.put(value, new Statistics(-1, 1)));
        return new Planner(graph, context.withStatistics(new CalibrationTable(ranges))).plan();
    }

    private static NodeDecision decision(QuantPlan plan, String path) {
        return plan.node(path).orElseThrow();
    }

    @Test
    void aLoopOfKnownRoundsCountsThemAll() {
        QuantPlan plan = planned(loop("on", node("next", "Identity", List.of("go"), "on")));
        NodeDecision inside = decision(plan, "loop/body/conv");
        assertThat(inside.quantized()).isFalse();
        assertThat(inside.macs()).isEqualTo(3 * CONVOLUTION);
        assertThat(inside.reason())
                .contains("no calibration reaches into a body")
                .doesNotContain("counted for one run");
        assertThat(plan.layersOfUnknownWork()).isZero();
        assertThat(plan.quantizedMacShare()).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void roundsThatTheDataDecideCountOnce() {
        QuantPlan plan =
                planned(
                        loop(
                                "stop",
                                node("sum", "ReduceSum", List.of("s"), "total"),
                                node("next", "Less", List.of("total", "total"), "stop")));
        NodeDecision inside = decision(plan, "loop/body/conv");
        assertThat(inside.macs()).isEqualTo(CONVOLUTION);
        assertThat(inside.reason()).contains("counted for one run of its body");
        assertThat(plan.quantizedMacShare()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void aBranchSeesTheExtentsAroundIt() {
        Graph graph =
                start().node(
                                node("if", "If", List.of("yes"), "y")
                                        .withAttribute(
                                                "then_branch",
                                                body(
                                                        List.of(),
                                                        List.of("t"),
                                                        convolution("a", "t")))
                                        .withAttribute(
                                                "else_branch",
                                                body(
                                                        List.of(),
                                                        List.of("u"),
                                                        node(
                                                                "same",
                                                                "Identity",
                                                                List.of("a"),
                                                                "u"))))
                        .output("y")
                        .build();
        QuantPlan plan = planned(graph);
        NodeDecision inside = decision(plan, "if/then_branch/conv");
        assertThat(inside.macs()).isEqualTo(CONVOLUTION);
        assertThat(inside.reason()).contains("counted for one run of its body");
    }

    @Test
    void aScanCountsEachStepOfItsSequence() {
        Graph graph =
                start().random("frames", CHANNELS, 5, SIDE, SIDE)
                        .node(
                                node("scan", "Scan", List.of("a", "frames"), "y")
                                        .withAttribute("num_scan_inputs", Attribute.of(1))
                                        .withAttribute(
                                                "scan_input_axes",
                                                new Attribute.IntsAttribute(List.of(-3L)))
                                        .withAttribute(
                                                "body",
                                                body(
                                                        List.of("s", "frame"),
                                                        List.of("t"),
                                                        convolution("s", "m"),
                                                        node(
                                                                "sum",
                                                                "Add",
                                                                List.of("m", "frame"),
                                                                "t"))))
                        .output("y")
                        .build();
        assertThat(decision(planned(graph), "scan/body/conv").macs()).isEqualTo(5 * CONVOLUTION);
    }

    @Test
    void aPlanOfFloatsNamesWhatLiesInBodies() {
        QuantPlan plan =
                QuantPlan.allFloat(
                        loop("on", node("next", "Identity", List.of("go"), "on")),
                        OnnxOpCatalog.catalog());
        assertThat(decision(plan, "loop/body/conv").macs()).isEqualTo(3 * CONVOLUTION);
        assertThat(plan.quantizedMacShare()).isZero();
    }
}
