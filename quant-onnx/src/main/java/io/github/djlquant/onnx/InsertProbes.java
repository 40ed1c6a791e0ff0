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
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Computes probes inside the graph, so that only small results leave the runtime. What the graph's
 * own outputs alone need is dropped, unless they are kept.
 *
 * <pre>
 *   v ---------------------------------> rest of the graph
 *     \-> ReduceMin -> Reshape [-1] ----+
 *      \-> ReduceMax -> Reshape [-1] ---+
 *       \-> Reshape [-1] -> Slice ------+-> Concat with the parts of other values
 *       |\-> Reshape [.., C, -1] -> ReduceMean
 *       |\-> Flatten [-1, C] -> ReduceMin, ReduceMax, ReduceMean of squares
 *        \-> ReduceSum (NaN if there is one) -> Reshape [-1]
 * </pre>
 *
 * <p>A sample starts at the phase modulo its step, which is the size by the limit, rounded up.
 *
 * <p>The convolutions of ONNX Runtime work in a blocked channel layout. A reduction would have the
 * whole feature map converted back, a pooling works in the blocked form, and so does a batch
 * normalization, which can negate. So feature maps are probed as
 *
 * <pre>
 *   v ---------------------------------> rest of the graph
 *     \-> GlobalMaxPool ----------------------------------------> maxima
 *      \-> BatchNormalization (scale -1) -> GlobalMaxPool ------> -minima
 *       \-> MaxPool 1x1 with strides -+-> GlobalAveragePool ----> channel means of each row
 *                                     \-> Reshape [-1] -> Slice -> sample
 * </pre>
 *
 * <p>(the poolings of several values leave that layout together, see {@link PooledChannels}; a map
 * whose channels don't fill its blocks is converted back for a pooling too, and reduced instead if
 * both extremes are wanted) where the strides leave a lattice of at least 7 by 7 points of a plane,
 * if there are as many: neighbours in a feature map are alike, and the lattice is what is converted
 * back.
 */
final class InsertProbes {

    /** The first opset whose arithmetic broadcasts. */
    private static final long LOWEST_OPSET = 7;

    /** From here on a slice has computed bounds, and there is a remainder. */
    private static final long COMPUTED_SLICES = 10;

    /** Points along each axis that a lattice has at least. */
    private static final long LATTICE = 7;

    private final Graph graph;
    private final List<Value> kept;
    private final GraphEditor editor;
    private final ProbeNodes nodes;
    private final ConvolutionLayouts layouts;
    private final Map<String, Integer> depths = new HashMap<>();
    private final Map<String, Integer> sums = new HashMap<>();
    private final Map<String, String> floats = new HashMap<>();
    private final Map<String, String> lattices = new HashMap<>();
    private final Map<SampleSize, Steps> steps = new HashMap<>();
    private String phaseInput;

    /** Values of the same size share what is computed of it. */
    private record SampleSize(ConvolutionLayouts.FeatureMap map, String alone, int limit) {}

    /** The start and step of a slice, and where its length is told. */
    private record Steps(String start, String step, int size) {}

    private InsertProbes(Graph graph, List<Value> kept) {
        this.graph = graph;
        this.kept = kept;
        this.editor = graph.edit();
        this.nodes = new ProbeNodes(graph, editor);
        this.layouts = new ConvolutionLayouts(graph);
        for (Node node : graph.nodes()) {
            int depth = depths.size() + 1;
            node.outputs().forEach(output -> depths.put(output, depth));
        }
    }

    static ProbedGraph into(Graph graph, List<Probe> probes) {
        return new InsertProbes(graph, List.of()).apply(probes);
    }

    /** Keeps the graph's own outputs, before those of the probes. */
    static ProbedGraph beside(Graph graph, List<Probe> probes) {
        return new InsertProbes(graph, graph.outputs()).apply(probes);
    }

    private ProbedGraph apply(List<Probe> probes) {
        if (nodes.opset() < LOWEST_OPSET) {
            throw new UnsupportedModelException(
                    Problem.of("the model's opset is too old to be calibrated")
                            .expected("opset " + LOWEST_OPSET + " or newer")
                            .actual("opset " + nodes.opset())
                            .next("Export the model again with a newer opset"));
        }
        Map<Probe, ProbedGraph.Reading> readings = new LinkedHashMap<>();
        for (Probe probe : probes) {
            requireValue(probe);
            readings.computeIfAbsent(probe, this::insert);
        }
        ProbedGraph.Joined joined = nodes.join();
        List<Value> outputs = new ArrayList<>(kept);
        outputs.add(new Value(joined.output(), new ValueType.TensorType(DataType.FLOAT, null)));
        if (joined.sizes() != null) {
            outputs.add(new Value(joined.sizes(), new ValueType.TensorType(DataType.INT64, null)));
        }
        return new ProbedGraph(PruneToOutputs.apply(editor, outputs), phaseInput, joined, readings);
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
            return new ProbedGraph.Part(sample(sample));
        }
        if (probe instanceof Probe.NanSign sign) {
            return nanSign(sign.value());
        }
        if (probe instanceof Probe.ChannelSizes sizes) {
            return new ProbedGraph.Part(channelSizes(sizes.value()));
        }
        if (probe instanceof Probe.Measured measured) {
            return new ProbedGraph.Part(measured(measured));
        }
        return channelMean((Probe.ChannelMean) probe);
    }

    private int measured(Probe.Measured probe) {
        String read = asFloat(probe.value());
        String result =
                probe.measure()
                        .computation(OpType.ONNX)
                        .at(new ProbeSite(graph, editor, nodes, read));
        String numbers = nodes.node("Cast", List.of(result), Map.of("to", Attribute.of(1)));
        List<String> inputs = List.of(numbers, nodes.vector(-1));
        return nodes.part(
                depth(probe.value()),
                "Reshape",
                inputs,
                nodes.freshName("measure"),
                nodes.size(numbers));
    }

    private int depth(String value) {
        return depths.getOrDefault(value, 0);
    }

    /** A sum carries NaN, so the sums of the value and of what maxima read before it tell. */
    private ProbedGraph.Reading nanSign(String value) {
        List<Integer> signs = new ArrayList<>();
        for (String summed : NanLosers.summedFor(graph, value)) {
            signs.add(sums.computeIfAbsent(summed, this::sum));
        }
        return new ProbedGraph.AnyNan(signs);
    }

    /** As with maxima: the averages of a feature map are taken in its blocked layout. */
    private int sum(String value) {
        String parts =
                layouts.of(value).isPresent()
                        ? nodes.node("GlobalAveragePool", List.of(value), Map.of())
                        : asFloat(value);
        return nodes.scalarPart(depth(value), nodes.reduced("ReduceSum", parts));
    }

    private ProbedGraph.Reading minMax(String value) {
        boolean nonNegative = NonNegativeValues.contains(graph, value);
        long channels = layouts.of(value).map(map -> map.channels()).orElse(0L);
        if (channels > 0 && (nonNegative || PooledChannels.isWholeBlocks(channels))) {
            Integer min =
                    nonNegative ? null : pool("GlobalMaxPool", value, negated(value, channels));
            return new ProbedGraph.PooledExtremes(min, pool("GlobalMaxPool", value, value));
        }
        Integer min = nonNegative ? null : extreme("ReduceMin", value);
        return new ProbedGraph.Extremes(min, extreme("ReduceMax", value));
    }

    private int extreme(String op, String value) {
        return nodes.scalarPart(depth(value), nodes.reduced(op, asFloat(value)));
    }

    /** A number of each channel; to look through them is less work than one more operator. */
    private int pool(String op, String value, String read) {
        return nodes.pool(depth(value), op, read, layouts.of(value).orElseThrow());
    }

    private String negated(String value, long channels) {
        String zeros = nodes.filled(0, channels);
        return nodes.node(
                "BatchNormalization",
                List.of(value, nodes.filled(-1, channels), zeros, zeros, nodes.filled(1, channels)),
                Map.of("epsilon", Attribute.of(0f)));
    }

    private int sample(Probe.Sample probe) {
        String value = probe.value();
        ConvolutionLayouts.FeatureMap map = layouts.sized(value).orElse(null);
        boolean sized = map != null && map.channels() > 0 && map.plane().isKnown();
        String flat = nodes.node("Reshape", List.of(lattice(value), nodes.vector(-1)), Map.of());
        String sample = nodes.freshName("sample");
        SampleSize size = new SampleSize(sized ? map : null, sized ? null : value, probe.limit());
        if (nodes.opset() < COMPUTED_SLICES) {
            String indices = indices(flat, probe.limit());
            return nodes.part(
                    depth(value), "Gather", List.of(flat, indices), sample, nodes.size(indices));
        }
        Steps slice = steps.computeIfAbsent(size, key -> steps(flat, sample, probe.limit()));
        List<String> inputs =
                List.of(
                        flat,
                        slice.start(),
                        nodes.vector(Long.MAX_VALUE),
                        nodes.vector(0),
                        slice.step());
        return nodes.part(depth(value), "Slice", inputs, sample, slice.size());
    }

    private Steps steps(String flat, String sample, int limit) {
        String step = step(flat, limit);
        String start = nodes.node("Mod", List.of(phase(), step), Map.of());
        return new Steps(start, step, nodes.size(sample));
    }

    private String step(String flat, int limit) {
        // So written, an empty value (a past of length 0) has the step 1: -1 / limit is 0.
        String size = nodes.node("Size", List.of(flat), Map.of());
        String below = nodes.node("Sub", List.of(size, nodes.vector(1)), Map.of());
        String whole = nodes.node("Div", List.of(below, nodes.vector(limit)), Map.of());
        return nodes.node("Add", List.of(whole, nodes.vector(1)), Map.of());
    }

    /** What the slice would take; ONNX Runtime's own Range is older than the standard's. */
    private String indices(String flat, int limit) {
        String step = step(flat, limit);
        String size = nodes.node("Size", List.of(flat), Map.of());
        String turns = nodes.node("Div", List.of(phase(), step), Map.of());
        String passed = nodes.node("Mul", List.of(turns, step), Map.of());
        String start = nodes.node("Sub", List.of(phase(), passed), Map.of());
        return nodes.ownNode("Range", List.of(start, size, step));
    }

    /** The points of a feature map that samples and means look at; another value as it is. */
    private String lattice(String value) {
        PlaneSize plane = layouts.of(value).map(map -> map.plane()).orElse(PlaneSize.NONE);
        long down = stride(plane.height());
        long across = stride(plane.width());
        if (!plane.isKnown() || down * across == 1) {
            return asFloat(value);
        }
        return lattices.computeIfAbsent(
                value,
                v ->
                        nodes.node(
                                "MaxPool",
                                List.of(v),
                                Map.of("kernel_shape", ints(1, 1), "strides", ints(down, across))));
    }

    /** Every second point of 8 has the same share of the border as all of them. */
    private static long stride(long extent) {
        return extent == 8 ? 2 : Math.max(1, extent / LATTICE);
    }

    private static Attribute ints(long... elements) {
        return new Attribute.IntsAttribute(LongStream.of(elements).boxed().toList());
    }

    private String phase() {
        if (phaseInput == null) {
            phaseInput = nodes.numberInput("probe/phase");
        }
        return phaseInput;
    }

    private ProbedGraph.Reading channelMean(Probe.ChannelMean probe) {
        String value = probe.value();
        int axis = probe.axis();
        int rank = graph.shape(value).map(Shape::rank).orElse(0);
        if (axis < 0) {
            axis = rank + axis;
        }
        long channels = layouts.of(value).map(map -> map.channels()).orElse(0L);
        if (axis == 1 && channels > 0) {
            return new ProbedGraph.PooledMeans(pool("GlobalAveragePool", value, lattice(value)));
        }
        if (axis >= 0) {
            long[] target = new long[axis + 2];
            // Of an empty value the runtime computes no extent.
            target[axis + 1] = axis == rank - 1 ? 1 : -1;
            List<String> planes = List.of(asFloat(value), nodes.vector(target));
            int channelAxis = axis;
            long[] others =
                    LongStream.rangeClosed(0, axis + 1L).filter(i -> i != channelAxis).toArray();
            return mean(value, nodes.node("Reshape", planes, Map.of()), others);
        }
        if (probe.axis() == -1) {
            return mean(value, nodes.rows(asFloat(value), 0), 0);
        }
        throw new IllegalArgumentException(
                "the rank of " + value + " is not known, so axis " + axis + " is not");
    }

    private int channelSizes(String value) {
        int rank = graph.shape(value).map(Shape::rank).orElse(0);
        String rows = nodes.rows(asFloat(value), rank);
        String squares = nodes.node("Mul", List.of(rows, rows), Map.of());
        List<String> parts =
                List.of(
                        nodes.reduced("ReduceMin", rows, 0),
                        nodes.reduced("ReduceMax", rows, 0),
                        nodes.reduced("ReduceMean", squares, 0));
        String joined = nodes.node("Concat", parts, Map.of("axis", Attribute.of(0L)));
        String part = nodes.freshName("sizes");
        List<String> inputs = List.of(joined, nodes.vector(-1));
        return nodes.part(depth(value), "Reshape", inputs, part, nodes.size(joined));
    }

    private ProbedGraph.Reading mean(String value, String planes, long... axes) {
        String means = nodes.reduced("ReduceMean", planes, axes);
        String part = nodes.freshName("means");
        List<String> inputs = List.of(means, nodes.vector(-1));
        return new ProbedGraph.Part(
                nodes.part(depth(value), "Reshape", inputs, part, nodes.size(means)));
    }

    /** A cast to the type that a value has already is removed by the runtime. */
    private String asFloat(String value) {
        return isFloat(value)
                ? value
                : floats.computeIfAbsent(
                        value, v -> nodes.node("Cast", List.of(v), Map.of("to", Attribute.of(1))));
    }

    private boolean isFloat(String value) {
        return layouts.sized(value).isPresent()
                || graph.type(value) instanceof ValueType.TensorType type
                        && type.dataType() == DataType.FLOAT;
    }
}
