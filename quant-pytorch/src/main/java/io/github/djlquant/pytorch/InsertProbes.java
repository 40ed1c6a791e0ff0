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

import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Computes probes inside the graph, so that only small results leave libtorch. What the graph's own
 * outputs alone need is dropped, unless they are kept.
 *
 * <pre>
 *   v ----------------------------------------> rest of the graph
 *    |\-> numel -> if any: amin, amax (NaN if there is one), else a minimum above the maximum -> stack of all single numbers
 *    |\-> reshape [-1] -> slice -> contiguous -> sample
 *    |\-> mean over all axes but one ----------> channel means
 *     \-> flatten [-1, C] -> amin, amax, mean of squares -> cat
 * </pre>
 *
 * <p>A sample starts at the phase modulo its step, which is the size by the limit, rounded up. A
 * value may be empty, such as a past of length 0: libtorch refuses the extremes of nothing, so the
 * least one is then infinity and the largest minus infinity, as in ONNX Runtime.
 *
 * <p>Measured (libtorch 2.7.1, one thread, 393,216 floats): {@code amin} and {@code amax} take 17
 * microseconds each, {@code aminmax} 84 for both, {@code max} 78, and a rectifier over the same
 * value 90.
 */
final class InsertProbes {

    /** libtorch's number for 32-bit floats. */
    private static final long FLOAT = 6;

    /** They may yield a number where they read a NaN; maxima, pools and activations hand it on. */
    private static final Set<String> NAN_LOSERS =
            Set.of("argmax", "argmin", "argsort", "fmax", "fmin", "sign");

    private final Graph graph;
    private final List<Value> kept;
    private final ProbeCalls calls;
    private final List<String> numbers = new ArrayList<>();
    private final List<String> vectors = new ArrayList<>();
    private final Map<String, String> floats = new HashMap<>();
    private final Map<String, ProbedGraph.Extremes> extremes = new HashMap<>();
    private final Set<String> minima = new HashSet<>();
    private String phaseInput;
    private String phase;

    private InsertProbes(Graph graph, List<Value> kept) {
        this.graph = graph;
        this.kept = kept;
        this.calls = new ProbeCalls(graph);
    }

    static ProbedGraph into(Graph graph, List<Probe> probes) {
        return new InsertProbes(graph, List.of()).apply(probes);
    }

    /** Keeps the graph's own outputs, before those of the probes. */
    static ProbedGraph beside(Graph graph, List<Probe> probes) {
        return new InsertProbes(graph, graph.outputs()).apply(probes);
    }

    private ProbedGraph apply(List<Probe> probes) {
        Map<Probe, ProbedGraph.Reading> readings = new LinkedHashMap<>();
        probes.stream()
                .filter(probe -> probe instanceof Probe.MinMax)
                .map(Probe::value)
                .filter(value -> !NonNegativeValues.contains(graph, value))
                .forEach(minima::add);
        for (Probe probe : probes) {
            requireValue(probe.value());
            if (!readings.containsKey(probe)) {
                readings.put(probe, insert(probe));
            }
        }
        List<Node> nodes = new ArrayList<>();
        if (phase != null) {
            nodes.add(
                    new Call(aten("Int"), List.of(Argument.of(phaseInput)))
                            .node(calls.freshName("probe"), List.of(phase)));
        }
        nodes.addAll(calls.placed(kept));
        List<Value> outputs = new ArrayList<>(kept);
        String stacked = null;
        if (!numbers.isEmpty()) {
            stacked = calls.freshName("probe/numbers");
            nodes.addAll(stack(stacked));
            outputs.add(output(stacked));
        }
        vectors.forEach(vector -> outputs.add(output(vector)));
        return new ProbedGraph(probed(nodes, outputs), phaseInput, stacked, readings);
    }

    private Graph probed(List<Node> nodes, List<Value> outputs) {
        List<Value> inputs = new ArrayList<>(graph.inputs());
        if (phaseInput != null) {
            inputs.add(
                    new Value(phaseInput, new ValueType.TensorType(DataType.INT64, Shape.of(1))));
        }
        Set<String> made =
                nodes.stream().flatMap(node -> node.outputs().stream()).collect(Collectors.toSet());
        Map<String, ValueType> types = new LinkedHashMap<>(graph.types());
        types.keySet().retainAll(made);
        Graph probed =
                new Graph(
                        graph.name(),
                        inputs,
                        outputs,
                        nodes,
                        calls.constants(),
                        types,
                        graph.opsets(),
                        // How forward's result was put together does not hold for the probes'.
                        Map.of(),
                        Map.of());
        return GraphChecker.check(probed, "InsertProbes");
    }

    private static Value output(String name) {
        return new Value(name, new ValueType.TensorType(DataType.FLOAT, null));
    }

    private void requireValue(String value) {
        if (graph.producer(value).isEmpty()
                && graph.constant(value).isEmpty()
                && !graph.isInput(value)) {
            throw new IllegalArgumentException(
                    "the graph " + graph.name() + " has no value " + value + " to probe");
        }
    }

    private ProbedGraph.Reading insert(Probe probe) {
        String value = probe.value();
        if (probe instanceof Probe.MinMax) {
            return extremes(value);
        }
        if (probe instanceof Probe.NanSign) {
            return new ProbedGraph.AnyNan(
                    nanSigns(value).stream().map(v -> extremes(v).max()).toList());
        }
        if (probe instanceof Probe.Sample sample) {
            return vector(sample(value, sample.limit()));
        }
        if (probe instanceof Probe.ChannelSizes) {
            return vector(channelSizes(value));
        }
        if (probe instanceof Probe.Measured measured) {
            return vector(measured(value, measured.measure()));
        }
        return vector(channelMean(value, ((Probe.ChannelMean) probe).axis()));
    }

    private String measured(String value, Measure measure) {
        String result =
                measure.computation(OpType.ATEN)
                        .at(new ProbeSite(graph, calls, value, asFloat(value)));
        String flat =
                calls.call(value, "reshape", Argument.of(result), Argument.literal(List.of(-1L)));
        return calls.call(value, "to", Argument.of(flat), Argument.literal(FLOAT));
    }

    private ProbedGraph.Reading vector(String made) {
        vectors.add(made);
        return new ProbedGraph.Whole(made);
    }

    /** libtorch's maximum is NaN if any element is. */
    private ProbedGraph.Extremes extremes(String value) {
        return extremes.computeIfAbsent(value, this::findExtremes);
    }

    private ProbedGraph.Extremes findExtremes(String value) {
        Argument floating = Argument.of(asFloat(value));
        String size = calls.call(value, "numel", floating);
        String any = calls.call(value, "Bool", Argument.of(size));
        boolean signed = minima.contains(value);
        List<Call> some = new ArrayList<>();
        List<Call> none = new ArrayList<>();
        if (signed) {
            some.add(new Call(aten("amin"), List.of(floating)));
            none.add(number(Float.MAX_VALUE));
        }
        some.add(new Call(aten("amax"), List.of(floating)));
        none.add(number(-Float.MAX_VALUE));
        numbers.addAll(calls.either(value, any, some, none));
        int max = numbers.size() - 1;
        return new ProbedGraph.Extremes(signed ? max - 1 : null, max);
    }

    /** Made when it is needed: a constant would be a weight for whoever trains the graph. */
    private static Call number(float number) {
        return new Call(aten("scalar_tensor"), List.of(Argument.literal((double) number)));
    }

    private static OpType aten(String name) {
        return new OpType(OpType.ATEN, name);
    }

    /** The value, and what is read by operators before it that may lose a NaN. */
    private Set<String> nanSigns(String value) {
        Set<String> signs = new LinkedHashSet<>();
        Set<String> seen = new HashSet<>(Set.of(value));
        Deque<String> open = new ArrayDeque<>(seen);
        if (mayHoldNan(value)) {
            signs.add(value);
        }
        while (!open.isEmpty()) {
            Node node = graph.producer(open.pop()).orElse(null);
            if (node == null) {
                continue;
            }
            if (NAN_LOSERS.contains(node.op().name()) && mayHoldNan(node.input(0))) {
                signs.add(node.input(0));
            }
            node.inputs().stream()
                    .filter(input -> !input.isEmpty() && seen.add(input))
                    .forEach(open::push);
        }
        return signs;
    }

    private boolean mayHoldNan(String value) {
        ValueType type = graph.type(value);
        if (type instanceof ValueType.TensorType tensor) {
            return tensor.dataType() == null || tensor.dataType().isFloatingPoint();
        }
        return type instanceof ValueType.UnknownType;
    }

    private String sample(String value, int limit) {
        String flat =
                calls.call(
                        value,
                        "reshape",
                        Argument.of(asFloat(value)),
                        Argument.literal(List.of(-1L)));
        String size = calls.call(value, "numel", Argument.of(flat));
        String above = calls.call(value, "add", Argument.of(size), Argument.literal(limit - 1L));
        String whole =
                calls.call(value, "floordiv", Argument.of(above), Argument.literal((long) limit));
        String step =
                calls.call(
                        value,
                        new OpType(OpType.PRIM, "max"),
                        Argument.of(whole),
                        Argument.literal(1L));
        String start = calls.call(value, "remainder", Argument.of(phase()), Argument.of(step));
        String slice =
                calls.call(
                        value,
                        "slice",
                        Argument.of(flat),
                        Argument.literal(0L),
                        Argument.of(start),
                        Argument.literal(Long.MAX_VALUE),
                        Argument.of(step));
        // A view would keep the whole value until the end of the run.
        return calls.call(value, "contiguous", Argument.of(slice));
    }

    /** The number that the extra input holds, made before all else. */
    private String phase() {
        if (phaseInput == null) {
            phaseInput = calls.freshName("probe_phase");
            phase = calls.freshName("probe/phase");
        }
        return phase;
    }

    private String channelMean(String value, int axis) {
        if (axis < 0) {
            List<Long> others =
                    LongStream.rangeClosed(0, -axis).filter(i -> i != 1).boxed().toList();
            String planes = merged(value, axis - 1L);
            return calls.call(value, "mean", Argument.of(planes), Argument.literal(others));
        }
        // One axis more, so that there is one behind the channels.
        String longer =
                calls.call(value, "unsqueeze", Argument.of(asFloat(value)), Argument.literal(-1L));
        String planes =
                calls.call(
                        value,
                        "flatten",
                        Argument.of(longer),
                        Argument.literal(axis + 1L),
                        Argument.literal(-1L));
        List<Long> others =
                LongStream.rangeClosed(0, axis + 1L).filter(i -> i != axis).boxed().toList();
        return calls.call(value, "mean", Argument.of(planes), Argument.literal(others));
    }

    private String channelSizes(String value) {
        String rows = merged(value, -2);
        String squares = calls.call(value, "mul", Argument.of(rows), Argument.of(rows));
        Argument first = Argument.literal(List.of(0L));
        String parts =
                calls.call(
                        value,
                        new OpType(OpType.PRIM, "ListConstruct"),
                        Argument.of(calls.call(value, "amin", Argument.of(rows), first)),
                        Argument.of(calls.call(value, "amax", Argument.of(rows), first)),
                        Argument.of(calls.call(value, "mean", Argument.of(squares), first)));
        return calls.call(value, "cat", Argument.of(parts), Argument.literal(0L));
    }

    /** All axes down to one that is counted from the end as one axis, also if there is none. */
    private String merged(String value, long last) {
        String longer =
                calls.call(value, "unsqueeze", Argument.of(asFloat(value)), Argument.literal(0L));
        return calls.call(
                value,
                "flatten",
                Argument.of(longer),
                Argument.literal(0L),
                Argument.literal(last));
    }

    /** A conversion to the type that a value has already costs nothing. */
    private String asFloat(String value) {
        return graph.type(value) instanceof ValueType.TensorType type
                        && type.dataType() == DataType.FLOAT
                ? value
                : floats.computeIfAbsent(
                        value, v -> calls.call(v, "to", Argument.of(v), Argument.literal(FLOAT)));
    }

    private List<Node> stack(String output) {
        String list = calls.freshName("probe/list");
        return List.of(
                new Call(
                                new OpType(OpType.PRIM, "ListConstruct"),
                                numbers.stream().map(Argument::of).toList())
                        .node(calls.freshName("probe"), List.of(list)),
                new Call(aten("stack"), List.of(Argument.of(list)))
                        .node(calls.freshName("probe"), List.of(output)));
    }
}
