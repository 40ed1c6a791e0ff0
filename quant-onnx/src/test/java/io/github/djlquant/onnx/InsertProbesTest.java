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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.MeasureSite;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probes of feature maps against what the values themselves say. */
class InsertProbesTest {

    private static final int ROWS = 3;

    private final OnnxBackend backend = new OnnxBackend();

    /** A convolution, a Relu, a pooling, and a sum that may be negative. */
    private static Graph network(long opset, int channels, int size) {
        Random random = new Random(3);
        return GraphBuilder.onnx(opset)
                .input("x", -1, 3, size, size)
                .constant("w1", weights(random, channels, 3))
                .node("Conv", "signed", "x", "w1")
                .with("pads", 1, 1, 1, 1)
                .node("Relu", "relu", "signed")
                .node("MaxPool", "pooled", "relu")
                .with("kernel_shape", 2, 2)
                .with("strides", 2, 2)
                .constant("w2", weights(random, channels, channels))
                .node("Conv", "second", "pooled", "w2")
                .with("pads", 1, 1, 1, 1)
                .node("Add", "sum", "second", "pooled")
                .node("Relu", "y", "sum")
                .output("y")
                .build();
    }

    private static Tensor weights(Random random, int out, int in) {
        float[] weights = new float[out * in * 9];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian() / 9;
        }
        return Tensor.ofFloats(weights, out, in, 3, 3);
    }

    private static Map<String, Tensor> feeds(int size) {
        Random random = new Random(5);
        float[] x = new float[ROWS * 3 * size * size];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return Map.of("x", Tensor.ofFloats(x, ROWS, 3, size, size));
    }

    private Tensor value(Graph graph, String name, Map<String, Tensor> feeds) {
        Graph exposed =
                graph.edit()
                        .outputs(present -> List.of(new Value(name, ValueType.UNKNOWN)))
                        .build();
        try (GraphRunner runner = backend.open(exposed, RunOptions.DEFAULT)) {
            return runner.run(feeds).get(name);
        }
    }

    @Test
    void aMeasureOfSomebodyElsesIsComputedInTheEngine() {
        Measure above =
                Measure.of("ElementsAboveHalf", Measure.Merge.SUM)
                        .in(OpType.ONNX, InsertProbesTest::countAboveHalf);
        Graph graph = network(17, 16, 8);
        Map<String, Tensor> feeds = feeds(8);
        Probe probe = new Probe.Measured("signed", above);
        float[] expected = new float[ROWS];
        value(graph, "signed", feeds)
                .forEach(
                        (index, element) ->
                                expected[(int) (index / 1024)] += element > 0.5 ? 1 : 0);
        try (ProbeRunner runner =
                backend.probe(graph, List.of(probe, new Probe.MinMax("y")), RunOptions.DEFAULT)) {
            assertThat(runner.run(feeds, 0).get(probe).toFloats()).containsExactly(expected);
        }
        Probe elsewhere =
                new Probe.Measured(
                        "y", Measure.of("Elsewhere", Measure.Merge.MAX).in("aten", s -> ""));
        assertThatThrownBy(() -> backend.probe(graph, List.of(elsewhere), RunOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll("measure Elsewhere", "aten");
    }

    /** How many of each row, as integers. */
    private static String countAboveHalf(MeasureSite site) {
        String half = site.constant(Tensor.ofFloat(0.5f));
        String above = site.insert(node("Greater", Map.of(), site.value(), half));
        String counted = site.insert(node("Cast", Map.of("to", Attribute.of(7)), above));
        String axes = site.constant(Tensor.ofLongs(new long[] {1, 2, 3}, 3));
        return site.insert(node("ReduceSum", Map.of(), counted, axes));
    }

    private static BiFunction<String, List<String>, Node> node(
            String op, Map<String, Attribute> attributes, String... inputs) {
        return (name, outputs) ->
                new Node(name, OpType.onnx(op), List.of(inputs), outputs, attributes);
    }

    @ParameterizedTest
    @CsvSource({"9, 16, 32", "13, 24, 32", "18, 5, 20", "17, 32, 57", "11, 16, 8"})
    void probesOfFeatureMapsTellWhatTheValuesAre(long opset, int channels, int size) {
        Graph graph = network(opset, channels, size);
        Map<String, Tensor> feeds = feeds(size);
        int limit = 300;
        List<String> values = List.of("signed", "relu", "pooled", "sum", "y");
        List<Probe> probes = new ArrayList<>();
        for (String value : values) {
            probes.add(new Probe.MinMax(value));
            probes.add(new Probe.Sample(value, limit));
            probes.add(new Probe.ChannelMean(value, 1));
        }
        probes.add(new Probe.NanSign("y"));
        try (ProbeRunner runner = backend.probe(graph, probes, RunOptions.DEFAULT)) {
            Map<Probe, Tensor> results = runner.run(feeds, 2);
            for (String name : values) {
                Tensor value = value(graph, name, feeds);
                FeatureMap map = new FeatureMap(value.toFloats(), value.shape().toArray());
                float min = name.equals("signed") || name.equals("sum") ? map.min() : 0;
                assertThat(results.get(new Probe.MinMax(name)).toFloats())
                        .as(name)
                        .containsExactly(min, map.max());
                assertThat(results.get(new Probe.ChannelMean(name, 1)).toFloats())
                        .as(name)
                        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-5 ? 0 : 1)
                        .containsExactly(map.latticeMeans());
                float[] sample = results.get(new Probe.Sample(name, limit)).toFloats();
                int step = -Math.floorDiv(-map.lattice().size(), limit);
                assertThat(sample.length)
                        .as(name)
                        .isBetween(map.lattice().size() / step, map.lattice().size() / step + 1);
                Set<Float> known = new HashSet<>(map.lattice());
                for (float element : sample) {
                    assertThat(known).as(name).contains(element);
                }
            }
            assertThat(results.get(new Probe.NanSign("y")).toFloats()[0]).isCloseTo(0, within(0f));
        }
    }

    /** A feature map and the points of it that are looked at. */
    private record FeatureMap(float[] elements, long[] shape) {

        float min() {
            float min = elements[0];
            for (float element : elements) {
                min = Math.min(min, element);
            }
            return min;
        }

        float max() {
            float max = elements[0];
            for (float element : elements) {
                max = Math.max(max, element);
            }
            return max;
        }

        private int stride() {
            return shape[2] == 8 ? 2 : Math.max(1, (int) shape[2] / 7);
        }

        List<Float> lattice() {
            List<Float> points = new ArrayList<>();
            for (int channel = 0; channel < shape[1]; channel++) {
                points.addAll(lattice(channel));
            }
            return points;
        }

        private List<Float> lattice(int channel) {
            List<Float> points = new ArrayList<>();
            int size = (int) shape[2];
            for (int row = 0; row < shape[0]; row++) {
                int plane = (row * (int) shape[1] + channel) * size * size;
                for (int h = 0; h < size; h += stride()) {
                    for (int w = 0; w < size; w += stride()) {
                        points.add(elements[plane + h * size + w]);
                    }
                }
            }
            return points;
        }

        float[] latticeMeans() {
            float[] means = new float[(int) shape[1]];
            for (int channel = 0; channel < means.length; channel++) {
                means[channel] =
                        (float)
                                lattice(channel).stream()
                                        .mapToDouble(Float::doubleValue)
                                        .average()
                                        .orElseThrow();
            }
            return means;
        }
    }

    /** The runtime runs the probes in the opposite order, each when its value is there. */
    @Test
    void partsAreWrittenDeepestFirst() {
        Graph graph = network(17, 16, 32);
        List<Probe> probes =
                List.of(
                        new Probe.Sample("relu", 64),
                        new Probe.Sample("pooled", 64),
                        new Probe.Sample("y", 64),
                        new Probe.MinMax("relu"),
                        new Probe.MinMax("y"));
        ProbedGraph probed = InsertProbes.into(graph, probes);
        List<Node> nodes = probed.graph().nodes();
        Node joined = nodes.get(nodes.size() - 1);
        assertThat(joined.output()).isEqualTo(probed.joined().output());
        // Written as the probes were named, that is in the order of the network.
        List<Integer> places =
                joined.inputs().stream()
                        .map(part -> nodes.indexOf(probed.graph().producer(part).orElseThrow()))
                        .toList();
        assertThat(places.subList(0, 3)).isSortedAccordingTo(Comparator.reverseOrder());
        // What is pooled together comes with the first value of it.
        assertThat(places).hasSize(4).last().isEqualTo(Collections.max(places));
    }

    /** Exporters of old opsets declare no inner shapes. */
    @ParameterizedTest
    @CsvSource({"7", "9", "10", "11", "17"})
    void theLastAxisIsFoundWhereNothingTellsTheRank(long opset) {
        Graph graph =
                GraphBuilder.onnx(opset)
                        .input("x", 1, 2, 3)
                        .node("Neg", "unknown", "x")
                        .node("Sqrt", "y", "unknown")
                        .output("y")
                        .build();
        Tensor x = Tensor.ofFloats(new float[] {1, -2, 3, 4, 5, -6}, 1, 2, 3);
        Probe sizes = new Probe.ChannelSizes("unknown");
        Probe means = new Probe.ChannelMean("unknown", -1);
        try (ProbeRunner runner = backend.probe(graph, List.of(sizes, means), RunOptions.DEFAULT)) {
            Map<Probe, Tensor> results = runner.run(Map.of("x", x), 0);
            assertThat(results.get(sizes).toFloats())
                    .containsExactly(-4, -5, -3, -1, 2, 6, 8.5f, 14.5f, 22.5f);
            assertThat(results.get(means).toFloats()).containsExactly(-2.5f, -1.5f, 1.5f);
        }
    }

    /** So few numbers are not worth a conversion each. */
    @Test
    void pooledFeatureMapsLeaveTheBlockedLayoutTogether() {
        Graph graph = network(17, 16, 32);
        List<Probe> probes = new ArrayList<>();
        for (String value : List.of("signed", "relu", "pooled", "sum", "y")) {
            probes.add(new Probe.MinMax(value));
            probes.add(new Probe.ChannelMean(value, 1));
        }
        Graph probed = InsertProbes.into(graph, probes).graph();
        List<String> pools = List.of("GlobalMaxPool", "GlobalAveragePool");
        List<Node> readers =
                probed.nodes().stream()
                        .filter(node -> pools.contains(node.op().name()))
                        .flatMap(node -> probed.consumers(node.output()).stream())
                        .distinct()
                        .toList();
        assertThat(readers).hasSize(1);
        assertThat(readers.get(0).op().name()).isEqualTo("Concat");
        assertThat(readers.get(0).inputs()).hasSize(12);
    }

    /** A reduction would have the runtime convert whole feature maps to another layout. */
    @Test
    void featureMapsAreOnlyPooled() {
        Graph graph = network(17, 16, 32);
        Graph probed =
                InsertProbes.into(
                                graph,
                                List.of(
                                        new Probe.MinMax("sum"),
                                        new Probe.Sample("sum", 64),
                                        new Probe.ChannelMean("sum", 1)))
                        .graph();
        assertThat(probed.nodes())
                .filteredOn(node -> node.inputs().contains("sum"))
                .extracting(node -> node.op().name())
                .containsExactlyInAnyOrder("GlobalMaxPool", "BatchNormalization", "MaxPool");
    }
}
