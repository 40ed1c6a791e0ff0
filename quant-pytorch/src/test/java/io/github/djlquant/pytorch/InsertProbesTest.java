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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.MeasureSite;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What probes compute, where they stand, and what they leave out. */
class InsertProbesTest {

    private static final RunOptions ONE_THREAD = new RunOptions(1, false);

    /** x, mul 2 (a), relu (b), argmax (c), and a branch that nobody probes (d). */
    private static final Graph GRAPH =
            graph(
                    call("mul", "a", Argument.of("x"), Argument.literal(2L)),
                    call("relu", "b", Argument.of("a")),
                    call("argmax", "c", Argument.of("b")),
                    call("exp", "d", Argument.of("x")));

    @Test
    void aProbeStandsRightBehindItsValue() {
        List<String> ops =
                InsertProbes.into(GRAPH, List.of(new Probe.MinMax("a"), new Probe.MinMax("b")))
                        .graph()
                        .nodes()
                        .stream()
                        .map(node -> node.op().name())
                        .toList();

        assertThat(ops)
                .containsExactly(
                        "mul",
                        "to",
                        "numel",
                        "Bool",
                        "If",
                        "relu",
                        "to",
                        "numel",
                        "Bool",
                        "If",
                        "ListConstruct",
                        "stack");
    }

    @Test
    void whatNoProbeNeedsIsDropped() {
        Graph probed = InsertProbes.into(GRAPH, List.of(new Probe.NanSign("b"))).graph();

        assertThat(probed.nodes()).noneMatch(node -> node.op().name().startsWith("arg"));
        assertThat(probed.nodes()).noneMatch(node -> node.op().name().equals("exp"));
    }

    @Test
    void extremesOfARectifierStartAtZero() {
        assertThat(one(new Probe.MinMax("b"), -3, 1, 4)).containsExactly(0, 8);
        assertThat(one(new Probe.MinMax("a"), -3, 1, 4)).containsExactly(-6, 8);
    }

    @Test
    void extremesOfIntegersAndOfInputsAreFloats() {
        assertThat(one(new Probe.MinMax("c"), -3, 1, 4)).containsExactly(2, 2);
        assertThat(one(new Probe.MinMax("x"), -3, 1, 4)).containsExactly(-3, 4);
    }

    @Test
    void infinityIsNoNan() {
        float infinity = Float.POSITIVE_INFINITY;
        assertThat(one(new Probe.NanSign("a"), infinity, -infinity, 4)[0]).isNotNaN();
        assertThat(one(new Probe.MinMax("a"), infinity, -infinity, 4))
                .containsExactly(-infinity, infinity);
    }

    /** The place of the largest element is a number whatever the elements are. */
    @Test
    void nanShowsBehindAnOperatorThatLosesIt() {
        assertThat(one(new Probe.NanSign("c"), 1, Float.NaN, 4)[0]).isNaN();
        assertThat(one(new Probe.NanSign("c"), 1, 2, 4)[0]).isNotNaN();
    }

    @Test
    void aSampleTakesEveryNthElement() {
        float[] all = new float[103];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        Probe probe = new Probe.Sample("a", 10);
        try (ProbeRunner runner = open(probe)) {
            List<Float> starts = new ArrayList<>();
            for (int batch = 0; batch < 4; batch++) {
                float[] sample = runner.run(feed(all), batch).get(probe).toFloats();
                assertThat(sample.length).isBetween(9, 10);
                for (int i = 1; i < sample.length; i++) {
                    assertThat(sample[i] - sample[i - 1]).isEqualTo(2 * 11);
                }
                starts.add(sample[0]);
            }
            assertThat(starts).doesNotHaveDuplicates();
        }
    }

    @Test
    void channelsAreCountedFromEitherEnd() {
        Tensor cube = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 2);
        float[] middle = {2 * 4.5f, 2 * 6.5f, 2 * 8.5f};
        float[] last = {2 * 6, 2 * 7};
        assertThat(one(new Probe.ChannelMean("a", 1), cube)).containsExactly(middle, within(1e-4f));
        assertThat(one(new Probe.ChannelMean("a", -2), cube))
                .containsExactly(middle, within(1e-4f));
        assertThat(one(new Probe.ChannelMean("a", 2), cube)).containsExactly(last, within(1e-4f));
        assertThat(one(new Probe.ChannelMean("a", -1), cube)).containsExactly(last, within(1e-4f));
        assertThat(one(new Probe.ChannelSizes("x"), cube))
                .containsExactly(
                        new float[] {1, 2, 11, 12, (1 + 9 + 25 + 49 + 81 + 121) / 6f, 364 / 6f},
                        within(1e-4f));
    }

    @Test
    void aMeasureOfSomebodyElsesIsComputedInTheEngine() {
        Measure above =
                Measure.of("ElementsAboveRows", Measure.Merge.SUM)
                        .in(OpType.ATEN, InsertProbesTest::countAboveThree);
        Tensor rows = Tensor.ofFloats(new float[] {1, 2, 3, -4}, 2, 2);

        assertThat(one(new Probe.Measured("a", above), rows)).containsExactly(1, 1);
        assertThat(one(new Probe.Measured("c", above), rows)).containsExactly(0);
        Probe elsewhere =
                new Probe.Measured("a", Measure.of("Elsewhere", Measure.Merge.MAX).in("", s -> ""));
        assertThatThrownBy(() -> one(elsewhere, rows))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("measure Elsewhere", "aten");
    }

    /** How many of each row, as integers. */
    private static String countAboveThree(MeasureSite site) {
        String three = site.constant(Tensor.ofFloat(3));
        String above =
                site.insert(
                        new Call(
                                        new OpType(OpType.ATEN, "gt"),
                                        List.of(Argument.of(site.value()), Argument.of(three)))
                                ::node);
        return site.insert(
                new Call(
                                new OpType(OpType.ATEN, "sum"),
                                List.of(Argument.of(above), Argument.literal(List.of(-1L))))
                        ::node);
    }

    @Test
    void aValueThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> InsertProbes.into(GRAPH, List.of(new Probe.MinMax("nothing"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing");
    }

    private static float[] one(Probe probe, float... elements) {
        return one(probe, Tensor.ofFloats(elements, elements.length));
    }

    private static float[] one(Probe probe, Tensor fed) {
        try (ProbeRunner runner = open(probe)) {
            return runner.run(Map.of("x", fed), 0).get(probe).toFloats();
        }
    }

    private static ProbeRunner open(Probe probe) {
        return new PyTorchBackend().probe(GRAPH, List.of(probe), ONE_THREAD);
    }

    private static Map<String, Tensor> feed(float[] elements) {
        return Map.of("x", Tensor.ofFloats(elements, elements.length));
    }

    private static Graph graph(Node... nodes) {
        return new Graph(
                "probed",
                List.of(new Value("x", new ValueType.TensorType(DataType.FLOAT, null))),
                List.of(new Value("c", ValueType.UNKNOWN), new Value("d", ValueType.UNKNOWN)),
                List.of(nodes),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static Node call(String op, String output, Argument... arguments) {
        return new Call(new OpType(OpType.ATEN, op), List.of(arguments))
                .node("node/" + output, List.of(output));
    }
}
