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
package io.github.djlquant.pytorch.cross;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.cross.Operand.Extents;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import io.github.djlquant.pytorch.op.TypeCodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One graph, or one body, on its way: what its values have become, and the calls made so far. */
final class Crossing {

    private final Graph source;
    private final long opset;
    private final String path;
    private final Map<String, Operand> operands;
    private final Map<String, Tensor> constants;
    final Emitter emit;

    Crossing(Graph source, long opset, Emitter emit, Map<String, Tensor> constants) {
        this(source, opset, "", emit, new HashMap<>(), constants);
    }

    private Crossing(
            Graph source,
            long opset,
            String path,
            Emitter emit,
            Map<String, Operand> operands,
            Map<String, Tensor> constants) {
        this.source = source;
        this.opset = opset;
        this.path = path;
        this.emit = emit;
        this.operands = operands;
        this.constants = constants;
    }

    /** The crossing of a body, which sees everything made so far and keeps its own to itself. */
    Crossing nested(Graph body, String attribute, Operation op) {
        return new Crossing(
                body,
                opset,
                op.path() + "/" + attribute + "/",
                emit.nested(),
                new HashMap<>(operands),
                constants);
    }

    /** Crosses everything in order. */
    void run() {
        source.constants().forEach(this::constant);
        for (Node node : source.nodes()) {
            Operation op = new Operation(node, opset, path + node.name());
            emit.start(node.name());
            requireTypes(op);
            OnnxRows.row(node.op()).orElseThrow().cross(op, this);
            op.requireAllSeen();
            for (String output : node.outputs()) {
                if (!output.isEmpty() && !operands.containsKey(output)) {
                    throw op.refuse("its output has no counterpart", "no reader", output);
                }
            }
        }
    }

    /** Two bodies may have constants of one name. */
    private void constant(String name, Tensor tensor) {
        if (constants.containsKey(name)) {
            emit.start(name);
            operands.put(name, emit.constant("constant", tensor));
            return;
        }
        constants.put(name, tensor);
        operands.put(name, new TensorOf(name, tensor.dataType(), tensor.shape()));
    }

    private void requireTypes(Operation op) {
        for (String input : op.node().inputs()) {
            if (operands.get(input) instanceof TensorOf tensor
                    && tensor.type() != null
                    && TypeCodes.of(tensor.type()).isEmpty()) {
                throw op.refuse("an input's element type", "one of libtorch", tensor.type());
            }
        }
    }

    void input(Value value) {
        Facts known =
                value.type() instanceof ValueType.TensorType type
                        ? new Facts(type.dataType(), type.shape())
                        : Facts.NONE;
        operands.put(value.name(), new TensorOf(value.name(), known.type(), known.shape()));
    }

    void put(String value, Operand operand) {
        operands.put(value, operand);
    }

    /** Returns what an input is. */
    Operand operand(Operation op, int input) {
        Operand known = operands.get(op.node().input(input));
        if (known == null) {
            throw op.refuse("input " + input + " is missing", "a value", null);
        }
        return known;
    }

    /** Returns an input as a tensor, which it is made if it is none. */
    TensorOf tensor(Operation op, int input) {
        TensorOf made = emit.tensor(operand(op, input));
        operands.put(op.node().input(input), made);
        return made;
    }

    /** Returns an input as a tensor, null if it is absent. */
    TensorOf optional(Operation op, int input) {
        return op.has(input) ? tensor(op, input) : null;
    }

    /** Returns a value of the source as a tensor. */
    TensorOf tensor(String value) {
        return emit.tensor(operands.get(value));
    }

    /** Returns a constant that an input is. */
    Optional<Tensor> constant(Operation op, int input) {
        return operands.get(op.node().input(input)) instanceof TensorOf tensor
                ? Optional.ofNullable(constants.get(tensor.name()))
                : Optional.empty();
    }

    /** Returns a constant. */
    Optional<Tensor> constant(TensorOf tensor) {
        return Optional.ofNullable(constants.get(tensor.name()));
    }

    /** Returns a constant of one number. */
    Optional<Double> number(Operation op, int input) {
        if (operands.get(op.node().input(input)) instanceof Ints ints
                && ints.elements().size() == 1) {
            return ints.known().map(known -> (double) known.get(0));
        }
        return constant(op, input)
                .filter(tensor -> tensor.elementCount() == 1)
                .map(
                        tensor -> {
                            double[] found = new double[1];
                            tensor.forEach((index, value) -> found[0] = value);
                            return found[0];
                        });
    }

    /** Returns an input as integers if it is used as such: a computed shape or a short constant. */
    Optional<Ints> whole(Operation op, int input) {
        Operand operand = operands.get(op.node().input(input));
        if (operand instanceof Ints ints) {
            return Optional.of(ints);
        }
        if (operand instanceof Extents extents && extents.of().rank() >= 0) {
            return Optional.of(extentsOf(extents.of()));
        }
        return constant(op, input).flatMap(Ints::of);
    }

    /** The extents of a tensor of known rank, as numbers where they are known. */
    Ints extentsOf(TensorOf tensor) {
        List<Int> sizes = new ArrayList<>();
        for (int axis = 0; axis < tensor.rank(); axis++) {
            sizes.add(extent(tensor, axis));
        }
        return new Ints(sizes, false, DataType.INT64);
    }

    /** One extent, as a number if it is known. */
    Int extent(TensorOf tensor, long axis) {
        if (tensor.rank() >= 0) {
            long size = tensor.size((int) axis);
            if (size >= 0) {
                return Int.of(size);
            }
        }
        return emit.integer("size", true, tensor, axis);
    }

    /**
     * Returns an input as a list of integers: known ones, computed ones, or the elements of a
     * tensor whose length is known.
     */
    List<Int> integers(Operation op, int input) {
        Optional<Ints> whole = whole(op, input);
        if (whole.isPresent()) {
            return whole.get().elements();
        }
        TensorOf tensor = tensor(op, input);
        if (tensor.rank() == 0) {
            return List.of(emit.integer("Int", false, tensor));
        }
        if (tensor.rank() != 1 || tensor.size(0) < 0) {
            throw op.refuse(
                    "input " + input + " decides about axes", "a list of known length", tensor);
        }
        List<Int> elements = new ArrayList<>();
        for (int i = 0; i < tensor.size(0); i++) {
            TensorOf element = emit.tensor("select", Facts.of(tensor.type()), tensor, 0, i);
            elements.add(emit.integer("Int", false, element));
        }
        return elements;
    }

    /** Returns an input as one integer. */
    Int integer(Operation op, int input) {
        List<Int> elements;
        TensorOf tensor = operand(op, input) instanceof TensorOf t ? t : null;
        if (tensor != null && constant(tensor).isEmpty()) {
            return emit.integer("Int", false, tensor);
        }
        elements = integers(op, input);
        if (elements.size() != 1) {
            throw op.refuse("input " + input, "one number", elements.size());
        }
        return elements.get(0);
    }

    /** Returns an input as integers that are known. */
    Optional<List<Long>> known(Operation op, int input) {
        return whole(op, input).flatMap(Ints::known);
    }

    /** Axes, given as an attribute or, in newer opsets, as an input. Empty if there are none. */
    Optional<List<Long>> axes(Operation op, int input) {
        Optional<List<Long>> attribute = op.integers("axes");
        if (attribute.isPresent() || !op.has(input)) {
            return attribute;
        }
        return Optional.of(
                known(op, input)
                        .orElseThrow(
                                () ->
                                        op.refuse(
                                                "its axes are computed",
                                                "axes that are constant",
                                                "a value")));
    }

    /** Counts an axis from the front, as far as the rank is known. */
    long axis(Operation op, long axis, TensorOf tensor) {
        if (tensor.rank() >= 0 && (axis >= tensor.rank() || axis < -tensor.rank())) {
            throw op.refuse("there is no such axis", tensor.rank() + " axes", axis);
        }
        return axis < 0 && tensor.rank() >= 0 ? axis + tensor.rank() : axis;
    }

    int rank(Operation op, TensorOf tensor) {
        if (tensor.rank() < 0) {
            throw op.refuse(
                    "the number of axes of %" + tensor.name() + " is not known",
                    "a model whose inputs have shapes",
                    null);
        }
        return tensor.rank();
    }

    DataType type(Operation op, TensorOf tensor) {
        if (tensor.type() == null) {
            throw op.refuse("the element type of %" + tensor.name() + " is not known", null, null);
        }
        return tensor.type();
    }

    /** The element type of one of an operation's outputs as far as the source tells it. */
    Facts declared(Operation op, int output) {
        return source.type(op.node().outputs().get(output)) instanceof ValueType.TensorType type
                ? new Facts(
                        type.dataType(),
                        type.shape() == null ? null : Facts.open(type.shape().rank()))
                : Facts.NONE;
    }

    /** Returns a tensor of another element type. */
    TensorOf cast(TensorOf tensor, DataType type) {
        return tensor.type() == type
                ? tensor
                : emit.tensor("to", tensor.facts().withType(type), tensor, type, false, false);
    }

    /** Returns the source's node that makes an input. */
    Optional<Node> producer(Operation op, int input) {
        return source.producer(op.node().input(input));
    }

    /** Tells whether only nodes of one operator read what a node makes. */
    boolean isReadOnlyBy(Operation op, String reader) {
        String value = op.node().output();
        return !source.isOutput(value)
                && source.consumers(value).stream().allMatch(node -> node.op().isOnnx(reader));
    }

    /** Tells whether a value is made by the node that made it in the source. */
    boolean isKept(String value) {
        return emit.makes(value, source.producer(value).orElseThrow().op());
    }

    /** Says what an output of an operation has become. */
    void define(Operation op, int output, Operand made) {
        if (!op.makes(output)) {
            return;
        }
        String name = op.node().outputs().get(output);
        if (!(made instanceof TensorOf tensor)) {
            operands.put(name, made);
            return;
        }
        Facts declared = declared(op, output);
        DataType type = tensor.type() == null ? declared.type() : tensor.type();
        Shape shape = tensor.shape() == null ? declared.shape() : tensor.shape();
        boolean renamed = emit.rename(tensor.name(), name, op.node().name());
        operands.put(name, new TensorOf(renamed ? name : tensor.name(), type, shape));
    }

    /** Defines the first output. */
    void define(Operation op, Operand made) {
        define(op, 0, made);
    }

    /** Returns the name under which a value of the source leaves the graph. */
    String leave(String value) {
        TensorOf tensor = tensor(value);
        boolean own = tensor.name().equals(value) && !constants.containsKey(value);
        if (own && source.inputs().stream().noneMatch(input -> input.name().equals(value))) {
            return value;
        }
        emit.start(value);
        TensorOf alias = emit.tensor("clone", tensor.facts(), tensor);
        // A graph may return an input or a constant, or one value twice under two names.
        boolean free = !tensor.name().equals(value);
        if (free && emit.rename(alias.name(), value, value + "/clone")) {
            return value;
        }
        return alias.name();
    }

    /** What is known of a value that leaves. */
    Facts facts(String value) {
        return operands.get(value) instanceof TensorOf tensor ? tensor.facts() : Facts.NONE;
    }

    /** The types of tensors made so far, by name. */
    Map<String, ValueType> types() {
        Map<String, ValueType> types = new LinkedHashMap<>(emit.types());
        for (Operand operand : operands.values()) {
            if (operand instanceof TensorOf tensor && tensor.type() != null) {
                types.put(tensor.name(), new ValueType.TensorType(tensor.type(), tensor.shape()));
            }
        }
        return types;
    }

    /** The types of what a body makes. */
    Map<String, ValueType> innerTypes() {
        Map<String, ValueType> types = types();
        Set<String> made = new HashSet<>();
        emit.nodes().forEach(node -> made.addAll(node.outputs()));
        types.keySet().retainAll(made);
        return types;
    }

    Graph source() {
        return source;
    }
}
