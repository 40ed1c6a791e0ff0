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

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Computes probes inside the graph, so that only small results leave the runtime. What the graph's
 * own outputs alone need is dropped.
 *
 * <pre>
 *   v ---------------------------------> rest of the graph
 *     \-> ReduceMin ---+
 *      \-> ReduceMax --+-> Concat with those of other values
 *       \-> Reshape [-1] -> Slice (start: phase mod step, step: ceil(size / limit)) -> sample
 *       |\-> Reshape [.., C, -1] -> ReduceMean -> [C]
 *       |\-> Flatten [-1, C] -> ReduceMin, ReduceMax, ReduceMean of squares -> [3 C]
 *        \-> ReduceSum (NaN if there is one)
 * </pre>
 *
 * <p>The convolutions of ONNX Runtime work in a blocked channel layout. A reduction would have the
 * whole feature map converted back, a pooling works in the blocked form. So where a value can't be
 * negative (nearly all feature maps follow a Relu), its maximum is taken as
 *
 * <pre>
 *   v1 -> GlobalMaxPool --+
 *   v2 -> GlobalMaxPool --+-> Concat (channels) -> ReduceMax over batch and plane -> [C1 + C2]
 * </pre>
 */
final class InsertProbes {

    /** The first opset whose arithmetic broadcasts. */
    private static final long LOWEST_OPSET = 7;

    /** From here on a slice has computed bounds, and there is a remainder. */
    private static final long COMPUTED_SLICES = 10;

    private static final long NEGATIVE_AXES = 11;

    private final Graph graph;
    private final GraphEditor editor;
    private final long opset;
    private final ConvolutionLayouts layouts;
    private final List<Value> outputs = new ArrayList<>();
    private final List<String> extremes = new ArrayList<>();
    private final Map<String, Pools> pools = new LinkedHashMap<>();
    private final Map<String, ProbedGraph.Reading> sums = new LinkedHashMap<>();
    private final Map<String, String> floats = new LinkedHashMap<>();
    private final Map<List<Long>, String> vectors = new LinkedHashMap<>();
    private final String extremesOutput;
    private String phaseInput;

    /** Pooled maxima of feature maps with the same batch, side by side along the channels. */
    private static final class Pools {
        final String output;
        final List<String> values = new ArrayList<>();
        long channels;

        Pools(String output) {
            this.output = output;
        }
    }

    private InsertProbes(Graph graph) {
        this.graph = graph;
        this.editor = graph.edit();
        this.opset = graph.opsets().getOrDefault(OpType.ONNX, 0L);
        this.layouts = new ConvolutionLayouts(graph);
        this.extremesOutput = editor.freshName("probe/extremes");
    }

    static ProbedGraph into(Graph graph, List<Probe> probes) {
        return new InsertProbes(graph).apply(probes);
    }

    private ProbedGraph apply(List<Probe> probes) {
        if (opset < LOWEST_OPSET) {
            throw new UnsupportedModelException(
                    Problem.of("the model's opset is too old to be calibrated")
                            .in(graph.name().isEmpty() ? null : "graph " + graph.name())
                            .expected("opset " + LOWEST_OPSET + " or newer")
                            .actual("opset " + opset)
                            .next("Export the model again with a newer opset"));
        }
        Map<Probe, ProbedGraph.Reading> readings = new LinkedHashMap<>();
        for (Probe probe : probes) {
            requireValue(probe);
            readings.computeIfAbsent(probe, this::insert);
        }
        joinExtremes();
        joinPools();
        return new ProbedGraph(PruneToOutputs.apply(editor, outputs), phaseInput, readings);
    }

    private void requireValue(Probe probe) {
        String value = probe.value();
        if (graph.producer(value).isEmpty()
                && graph.constant(value).isEmpty()
                && !graph.isInput(value)) {
            throw new IllegalArgumentException(
                    "the graph " + graph.name() + " has no value " + value + " to probe");
        }
    }

    private ProbedGraph.Reading insert(Probe probe) {
        if (probe instanceof Probe.MinMax minMax) {
            return minMax(minMax.value());
        }
        if (probe instanceof Probe.Sample sample) {
            return sample(sample);
        }
        if (probe instanceof Probe.NanSign sign) {
            return nanSign(sign.value());
        }
        if (probe instanceof Probe.ChannelSizes sizes) {
            return channelSizes(sizes.value());
        }
        return channelMean((Probe.ChannelMean) probe);
    }

    /** A sum carries NaN, so the sums of the value and of what maxima read before it tell. */
    private ProbedGraph.Reading nanSign(String value) {
        List<ProbedGraph.Reading> signs = new ArrayList<>();
        for (String summed : NanLosers.summedFor(graph, value)) {
            signs.add(sums.computeIfAbsent(summed, this::sum));
        }
        return new ProbedGraph.AnyNan(signs);
    }

    /** As with maxima: the averages of a feature map are taken in its blocked layout. */
    private ProbedGraph.Reading sum(String value) {
        String parts =
                layouts.of(value).isPresent()
                        ? node("GlobalAveragePool", List.of(value), Map.of())
                        : asFloat(value);
        return whole(node("ReduceSum", List.of(parts), Map.of("keepdims", Attribute.of(0))));
    }

    private ProbedGraph.Reading minMax(String value) {
        boolean nonNegative = NonNegativeValues.contains(graph, value);
        ProbedGraph.Reading min =
                nonNegative ? new ProbedGraph.Known(0) : extreme("ReduceMin", value);
        ProbedGraph.Reading max =
                layouts.of(value)
                        .filter(map -> nonNegative && map.channels() > 0)
                        .map(map -> pooled(value, map))
                        .orElseGet(() -> extreme("ReduceMax", value));
        return new ProbedGraph.Extremes(min, max);
    }

    private ProbedGraph.Reading extreme(String op, String value) {
        if (layouts.of(value).isEmpty()) {
            return whole(node(op, List.of(asFloat(value)), Map.of("keepdims", Attribute.of(0))));
        }
        extremes.add(node(op, List.of(value), Map.of("keepdims", Attribute.of(1))));
        return new ProbedGraph.LargestOf(extremesOutput, extremes.size() - 1, 1);
    }

    private ProbedGraph.Reading pooled(String value, ConvolutionLayouts.FeatureMap map) {
        Pools group =
                pools.computeIfAbsent(
                        map.batchOf(), batch -> new Pools(editor.freshName("probe/maxima")));
        group.values.add(node("GlobalMaxPool", List.of(value), Map.of()));
        int from = Math.toIntExact(group.channels);
        group.channels += map.channels();
        return new ProbedGraph.LargestOf(group.output, from, Math.toIntExact(map.channels()));
    }

    private ProbedGraph.Reading sample(Probe.Sample probe) {
        String flat = node("Reshape", List.of(asFloat(probe.value()), vector(-1)), Map.of());
        String size = node("Size", List.of(probe.value()), Map.of());
        String above = node("Add", List.of(size, vector(probe.limit() - 1L)), Map.of());
        String step = node("Div", List.of(above, vector(probe.limit())), Map.of());
        if (opset < COMPUTED_SLICES) {
            return whole(node("Gather", List.of(flat, indices(size, step)), Map.of()));
        }
        String start = node("Mod", List.of(phase(), step), Map.of());
        String part =
                node(
                        "Slice",
                        List.of(flat, start, vector(Long.MAX_VALUE), vector(0), step),
                        Map.of());
        return whole(part);
    }

    /** What the slice would take; ONNX Runtime's own Range is older than the standard's. */
    private String indices(String size, String step) {
        String turns = node("Div", List.of(phase(), step), Map.of());
        String passed = node("Mul", List.of(turns, step), Map.of());
        String start = node("Sub", List.of(phase(), passed), Map.of());
        editor.opset(OpType.MICROSOFT, 1);
        String range = editor.freshName("probe/Range");
        editor.put(
                new Node(
                        editor.freshName("probe/node/Range"),
                        new OpType(OpType.MICROSOFT, "Range"),
                        List.of(start, size, step),
                        List.of(range),
                        Map.of()));
        return range;
    }

    private String phase() {
        if (phaseInput == null) {
            phaseInput = editor.freshName("probe/phase");
            Value input =
                    new Value(phaseInput, new ValueType.TensorType(DataType.INT64, Shape.of(1)));
            editor.inputs(
                    present -> {
                        List<Value> more = new ArrayList<>(present);
                        more.add(input);
                        return more;
                    });
        }
        return phaseInput;
    }

    private ProbedGraph.Reading channelMean(Probe.ChannelMean probe) {
        String data = asFloat(probe.value());
        int axis = probe.axis();
        if (axis < 0) {
            axis = graph.shape(probe.value()).map(Shape::rank).orElse(0) + axis;
        }
        if (axis >= 0) {
            long[] target = new long[axis + 2];
            target[axis + 1] = -1;
            String planes = node("Reshape", List.of(data, vector(target)), Map.of());
            int channelAxis = axis;
            long[] others =
                    LongStream.rangeClosed(0, axis + 1L).filter(i -> i != channelAxis).toArray();
            return whole(mean(planes, others));
        }
        if (probe.axis() == -1 && opset >= NEGATIVE_AXES) {
            Map<String, Attribute> last = Map.of("axis", Attribute.of(-1));
            return whole(mean(node("Flatten", List.of(data), last), 0));
        }
        throw new IllegalArgumentException(
                "the rank of " + probe.value() + " is not known, so axis " + axis + " is not");
    }

    private ProbedGraph.Reading channelSizes(String value) {
        int rank = graph.shape(value).map(Shape::rank).orElse(0);
        if (rank == 0 && opset < NEGATIVE_AXES) {
            throw new IllegalArgumentException(
                    "the rank of " + value + " is not known, so its last axis is not");
        }
        Map<String, Attribute> last = Map.of("axis", Attribute.of(rank == 0 ? -1L : rank - 1L));
        String rows = node("Flatten", List.of(asFloat(value)), last);
        String squares = node("Mul", List.of(rows, rows), Map.of());
        List<String> parts =
                List.of(
                        reduce("ReduceMin", rows, 0),
                        reduce("ReduceMax", rows, 0),
                        reduce("ReduceMean", squares, 0));
        return whole(node("Concat", parts, Map.of("axis", Attribute.of(0L))));
    }

    private String mean(String value, long... axes) {
        return reduce("ReduceMean", value, axes);
    }

    /** The axes became an input with opset 18. */
    private String reduce(String op, String value, long... axes) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("keepdims", Attribute.of(0));
        if (opset >= 18) {
            return node(op, List.of(value, vector(axes)), attributes);
        }
        attributes.put("axes", new Attribute.IntsAttribute(LongStream.of(axes).boxed().toList()));
        return node(op, List.of(value), attributes);
    }

    private ProbedGraph.Reading whole(String value) {
        output(value);
        return new ProbedGraph.Whole(value);
    }

    /** Each output costs a passage from the runtime to Java, so they are joined. */
    private void joinExtremes() {
        if (!extremes.isEmpty()) {
            Map<String, Attribute> axis = Map.of("axis", Attribute.of(0));
            node("Concat", List.copyOf(extremes), axis, extremesOutput);
            output(extremesOutput);
        }
    }

    /** The axes became an input with opset 18. */
    private void joinPools() {
        for (Pools group : pools.values()) {
            String joined = node("Concat", group.values, Map.of("axis", Attribute.of(1)));
            Map<String, Attribute> attributes = new LinkedHashMap<>();
            attributes.put("keepdims", Attribute.of(0));
            List<String> inputs = List.of(joined);
            if (opset >= 18) {
                inputs = List.of(joined, vector(0, 2, 3));
            } else {
                attributes.put("axes", new Attribute.IntsAttribute(List.of(0L, 2L, 3L)));
            }
            node("ReduceMax", inputs, attributes, group.output);
            output(group.output);
        }
    }

    private void output(String value) {
        outputs.add(new Value(value, new ValueType.TensorType(DataType.FLOAT, null)));
    }

    /** A cast to the type that a value has already is removed by the runtime. */
    private String asFloat(String value) {
        return isFloat(value)
                ? value
                : floats.computeIfAbsent(
                        value, v -> node("Cast", List.of(v), Map.of("to", Attribute.of(1))));
    }

    private boolean isFloat(String value) {
        return layouts.of(value).isPresent()
                || graph.type(value) instanceof ValueType.TensorType type
                        && type.dataType() == DataType.FLOAT;
    }

    private String vector(long... elements) {
        return vectors.computeIfAbsent(
                LongStream.of(elements).boxed().toList(),
                key -> editor.newConstant("probe/c", Tensor.ofLongs(elements, elements.length)));
    }

    private String node(String op, List<String> inputs, Map<String, Attribute> attributes) {
        return node(op, inputs, attributes, editor.freshName("probe/" + op));
    }

    private String node(
            String op, List<String> inputs, Map<String, Attribute> attributes, String output) {
        String name = editor.freshName("probe/node/" + op);
        editor.put(new Node(name, OpType.onnx(op), inputs, List.of(output), attributes));
        return output;
    }
}
