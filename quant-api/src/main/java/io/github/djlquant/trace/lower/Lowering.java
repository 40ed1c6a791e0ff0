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
package io.github.djlquant.trace.lower;

import io.github.djlquant.Problem;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.trace.TraceException;
import io.github.djlquant.trace.record.RecordedCall;
import io.github.djlquant.trace.record.RecordedValue;
import io.github.djlquant.trace.record.Recording;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes one graph of several runs of a Block on inputs of different extents. The runs must have
 * called the same operations on the same values; numbers that differ are said by extents.
 */
public final class Lowering {

    /** The lowest opset that has layer normalization; the lowest runtime knows it. */
    public static final long OPSET = 17;

    private final List<Recording> runs;
    private final List<List<String>> axisNames;
    private final Emitter emitter = new Emitter();
    private final Map<Integer, Operand> operands = new HashMap<>();
    private final Map<String, ValueType> types = new LinkedHashMap<>();
    private final Map<Integer, RecordedCall> makers = new HashMap<>();

    private Lowering(List<Recording> runs, List<List<String>> axisNames) {
        this.runs = runs;
        this.axisNames = axisNames;
    }

    /**
     * Makes the graph.
     *
     * @param name its name
     * @param runs recordings of one Block, at least three
     * @param axisNames for each input a name per axis, empty where the extent is fixed
     * @param outputs names of the outputs
     * @return a legal graph
     * @throws TraceException if the runs differ in more than extents, or a number can't be said
     */
    public static Graph lower(
            String name, List<Recording> runs, List<List<String>> axisNames, List<String> outputs) {
        return new Lowering(List.copyOf(runs), axisNames).graph(name, outputs);
    }

    private Recording first() {
        return runs.get(0);
    }

    private Graph graph(String name, List<String> outputNames) {
        SameCourse.require(runs);
        List<Value> inputs = inputs();
        outputNames.forEach(emitter::freshName);
        for (int i = 0; i < first().calls().size(); i++) {
            lower(i);
        }
        List<Value> outputs = outputs(outputNames);
        List<Node> nodes = needed(outputs);
        return GraphChecker.check(
                new Graph(
                        name,
                        inputs,
                        outputs,
                        nodes,
                        constants(nodes),
                        types(nodes, outputs),
                        Map.of(OpType.ONNX, OPSET),
                        Map.of(),
                        Map.of()),
                name);
    }

    private List<Value> inputs() {
        List<Value> inputs = new ArrayList<>();
        for (int i = 0; i < first().inputs().size(); i++) {
            int id = first().inputs().get(i);
            RecordedValue value = first().values().get(id);
            Operand operand = operand(id, emitter.freshName(value.name()), null);
            operands.put(id, operand);
            for (int axis = 0; axis < operand.rank(); axis++) {
                if (!operand.extent(axis).isConstant()) {
                    emitter.extents()
                            .input(
                                    operand.name(),
                                    axis,
                                    operand.extent(axis),
                                    axisNames.get(i).get(axis));
                }
            }
            inputs.add(new Value(operand.name(), type(operand)));
        }
        return inputs;
    }

    private Operand operand(int id, String name, Tensor constant) {
        RecordedValue value = first().values().get(id);
        int rank = value.shape().length;
        List<Observed> extents = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            long[] seen = new long[runs.size()];
            for (int run = 0; run < seen.length; run++) {
                long[] shape = runs.get(run).values().get(id).shape();
                if (shape.length != rank) {
                    throw new TraceException(
                            Problem.of("an array's rank depends on the inputs' extents")
                                    .at(value.name()));
                }
                seen[run] = shape[axis];
            }
            extents.add(new Observed(seen));
        }
        return new Operand(name, value.dataType(), extents, constant);
    }

    private void lower(int index) {
        List<RecordedCall> calls = runs.stream().map(run -> run.calls().get(index)).toList();
        RecordedCall call = calls.get(0);
        for (int id : call.results()) {
            makers.put(id, call);
        }
        if (call.results().stream().allMatch(this::isConstant)) {
            // Becomes a constant when something reads it.
            return;
        }
        emitter.enter(call.path());
        List<Operand> results = call.results().stream().map(id -> operand(id, "", null)).toList();
        List<String> names =
                OperationTable.row(call.operation())
                        .orElseThrow()
                        .lower(new Call(calls, this::operand, results), emitter);
        for (int i = 0; i < names.size(); i++) {
            int id = call.results().get(i);
            Operand result = results.get(i);
            Operand named = new Operand(names.get(i), result.type(), result.extents(), null);
            operands.put(id, named);
            types.putIfAbsent(named.name(), type(named));
            emitter.extents().know(named);
        }
    }

    /** The elements are there and the same in every run. */
    private boolean isConstant(int id) {
        return constant(id) != null;
    }

    private final Map<Integer, Tensor> contents = new HashMap<>();
    private final Set<Integer> varying = new HashSet<>();

    private Tensor constant(int id) {
        Tensor known = contents.get(id);
        if (known != null || varying.contains(id)) {
            return known;
        }
        RecordedValue value = first().values().get(id);
        boolean fixed =
                runs.stream()
                        .allMatch(
                                run ->
                                        run.values().get(id).content() != null
                                                && java.util.Arrays.equals(
                                                        run.values().get(id).shape(),
                                                        value.shape()));
        Tensor content = fixed ? value.content().read() : null;
        // A parameter is the same array in every run.
        if (content != null && value.kind() != RecordedValue.Kind.PARAMETER) {
            for (Recording run : runs.subList(1, runs.size())) {
                if (!content.bytes().equals(run.values().get(id).content().read().bytes())) {
                    content = null;
                    break;
                }
            }
        }
        if (content == null) {
            varying.add(id);
        } else {
            contents.put(id, content);
        }
        return content;
    }

    /** A value that a row reads; constants are written when the first one asks. */
    private Operand operand(int id) {
        Operand known = operands.get(id);
        if (known != null) {
            return known;
        }
        RecordedValue value = first().values().get(id);
        Tensor content = constant(id);
        Operand made;
        if (content != null) {
            String name =
                    value.kind() == RecordedValue.Kind.RESULT
                            ? value.name() + "/constant"
                            : value.name();
            made = operand(id, emitter.constant(name, content), content);
        } else {
            made = operand(id, numbers(id), null);
        }
        operands.put(id, made);
        return made;
    }

    /** Integers that the Block made an array of, and that differ between runs: extents. */
    private String numbers(int id) {
        RecordedValue value = first().values().get(id);
        Operand made = operand(id, "", null);
        boolean integers =
                value.content() != null
                        && (made.type() == DataType.INT64 || made.type() == DataType.INT32)
                        && made.extents().stream().allMatch(Observed::isConstant);
        if (!integers || made.extents().stream().mapToLong(Observed::first).sum() > 16) {
            throw new TraceException(
                    Problem.of("an array that the Block makes itself differs from pass to pass")
                            .at(value.name())
                            .expected("the same elements, or up to 16 integers that are extents")
                            .next(
                                    "Compute it from the inputs, or register it as a parameter of"
                                            + " the Block"));
        }
        List<long[]> perRun =
                runs.stream().map(r -> r.values().get(id).content().read().toLongs()).toList();
        List<Observed> numbers = new ArrayList<>();
        for (int i = 0; i < perRun.get(0).length; i++) {
            long[] seen = new long[perRun.size()];
            for (int run = 0; run < seen.length; run++) {
                seen[run] = perRun.get(run)[i];
            }
            numbers.add(new Observed(seen));
        }
        String vector = emitter.extents().vector(numbers, List.of(), value.name());
        String cast = emitter.cast(vector, DataType.INT64, made.type());
        return emitter.node(
                "Reshape",
                List.of(
                        cast,
                        emitter.integers(made.extents().stream().map(Observed::first).toList())));
    }

    /** The value that an output is gets its name; constants and inputs are handed on. */
    private List<Value> outputs(List<String> names) {
        Set<String> made = new HashSet<>();
        emitter.nodes().forEach(node -> made.addAll(node.outputs()));
        Map<String, String> renamed = new HashMap<>();
        List<Value> outputs = new ArrayList<>();
        List<Node> copies = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Operand operand = operand(first().outputs().get(i));
            outputs.add(new Value(name, type(operand)));
            if (made.contains(operand.name())
                    && renamed.putIfAbsent(operand.name(), name) == null) {
                continue;
            }
            copies.add(
                    new Node(
                            name + "/Identity",
                            OpType.onnx("Identity"),
                            List.of(renamed.getOrDefault(operand.name(), operand.name())),
                            List.of(name),
                            Map.of()));
        }
        emitter.nodes().replaceAll(node -> renamed(node, renamed));
        emitter.nodes().addAll(copies);
        return outputs;
    }

    private static Node renamed(Node node, Map<String, String> names) {
        return node.withInputs(node.inputs().stream().map(v -> names.getOrDefault(v, v)).toList())
                .withOutputs(node.outputs().stream().map(v -> names.getOrDefault(v, v)).toList());
    }

    private ValueType type(Operand operand) {
        List<Dimension> dimensions =
                operand.extents().stream().map(emitter.extents()::dimension).toList();
        return new ValueType.TensorType(operand.type(), new Shape(dimensions));
    }

    /** What the outputs descend from. */
    private List<Node> needed(List<Value> outputs) {
        Map<String, Node> makers = new HashMap<>();
        emitter.nodes().forEach(node -> node.outputs().forEach(o -> makers.put(o, node)));
        Set<Node> reached = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        Deque<String> open = new ArrayDeque<>();
        outputs.forEach(output -> open.add(output.name()));
        while (!open.isEmpty()) {
            Node node = makers.get(open.pop());
            if (node != null && reached.add(node)) {
                open.addAll(node.inputs());
            }
        }
        return emitter.nodes().stream().filter(reached::contains).toList();
    }

    private Map<String, Tensor> constants(List<Node> nodes) {
        Set<String> read = new HashSet<>();
        nodes.forEach(node -> read.addAll(node.inputs()));
        Map<String, Tensor> kept = new LinkedHashMap<>(emitter.constants());
        kept.keySet().retainAll(read);
        return kept;
    }

    private Map<String, ValueType> types(List<Node> nodes, List<Value> outputs) {
        Set<String> made = new HashSet<>();
        nodes.forEach(node -> made.addAll(node.outputs()));
        outputs.forEach(output -> made.remove(output.name()));
        Map<String, ValueType> kept = new LinkedHashMap<>(types);
        kept.keySet().retainAll(made);
        return kept;
    }
}
