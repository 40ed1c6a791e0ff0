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

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.cross.Operand.Extents;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.op.TypeCodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the calls that a crossing makes. What is made for a node of the source is named after
 * it; the last call that makes its result bears its name.
 */
final class Emitter {

    private static final ValueType INT = new ValueType.OtherType("int", null);

    private final Set<String> taken;
    private final Map<String, Tensor> constants;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Integer> fresh = new LinkedHashMap<>();
    private final Map<String, ValueType> types = new LinkedHashMap<>();
    private final Set<String> named = new HashSet<>();
    private String stem = "";

    /**
     * Creates an emitter.
     *
     * @param taken every name of the source, to which new ones are added
     * @param constants where constants are put
     */
    Emitter(Set<String> taken, Map<String, Tensor> constants) {
        this.taken = taken;
        this.constants = constants;
    }

    /** An emitter for a body: its calls are its own, names and constants are shared. */
    Emitter nested() {
        Emitter nested = new Emitter(taken, constants);
        nested.stem = stem;
        return nested;
    }

    /** An argument that is given by name. */
    record Named(String name, Object argument) {}

    static Named named(String name, Object argument) {
        return new Named(name, argument);
    }

    /** Starts the calls for a node of the source. */
    void start(String name) {
        stem = name;
        fresh.clear();
    }

    /**
     * Calls an operator that makes one tensor.
     *
     * @param op its name in the dialect {@code aten}
     * @param facts what is known of the result
     * @param arguments tensors, integers, lists of {@link Int}, literals, null for None; those by
     *     name last
     */
    TensorOf tensor(String op, Facts facts, Object... arguments) {
        return new TensorOf(call(aten(op), arguments), facts.type(), facts.shape());
    }

    /** Calls an operator that makes an integer. */
    Int integer(String op, boolean natural, Object... arguments) {
        String made = call(aten(op), arguments);
        types.put(made, INT);
        return Int.computed(made, natural);
    }

    /** Calls an operator that makes what is neither. */
    String value(String op, ValueType type, Object... arguments) {
        String made = call(aten(op), arguments);
        types.put(made, type);
        return made;
    }

    /** Calls an operator that makes several tensors, of which nothing is known yet. */
    List<String> several(String op, int count, Object... arguments) {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(freshName(op));
        }
        put(aten(op), made, arguments);
        return made;
    }

    /** Takes a list of tensors apart. */
    List<String> unpack(String list, int count) {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(freshName("part"));
        }
        put(PrimOps.TUPLE_UNPACK, made, Argument.of(list));
        return made;
    }

    /** Makes a list of tensors. */
    Argument list(List<TensorOf> tensors) {
        return Argument.of(call(PrimOps.LIST_CONSTRUCT, tensors.toArray()));
    }

    /** Makes a list of tensors of which some may be absent. */
    Argument optionalList(List<TensorOf> tensors) {
        List<Object> arguments = new ArrayList<>(tensors);
        arguments.add(named(PrimOps.TYPE, "List[Optional[Tensor]]"));
        return Argument.of(call(PrimOps.LIST_CONSTRUCT, arguments.toArray()));
    }

    /** Adds a constant. */
    TensorOf constant(String wanted, Tensor tensor) {
        String name = freshName(wanted);
        fresh.remove(name);
        constants.put(name, tensor);
        return new TensorOf(name, tensor.dataType(), tensor.shape());
    }

    /** Adds a node that is none of TorchScript's own calls. */
    void put(Node node) {
        nodes.add(node);
        node.outputs().forEach(output -> fresh.put(output, nodes.size() - 1));
    }

    /** A tensor of what never was one: integers, or the extents of a tensor. */
    TensorOf tensor(Operand operand) {
        if (operand instanceof TensorOf tensor) {
            return tensor;
        } else if (operand instanceof Extents extents) {
            return tensor("_shape_as_tensor", Facts.ofRank(DataType.INT64, 1), extents.of());
        }
        Ints ints = (Ints) operand;
        long[] sizes = ints.scalar() ? new long[0] : new long[] {ints.elements().size()};
        Optional<List<Long>> known = ints.known();
        if (known.isPresent()) {
            long[] elements = known.get().stream().mapToLong(Long::longValue).toArray();
            return constant(
                    "value",
                    ints.type() == DataType.INT64
                            ? Tensor.ofLongs(elements, sizes)
                            : Tensor.ofInts(
                                    ints.type(),
                                    Arrays.stream(elements).mapToInt(Math::toIntExact).toArray(),
                                    sizes));
        }
        Facts facts = Facts.of(ints.type(), sizes);
        Object elements = ints.scalar() ? ints.elements().get(0) : ints.elements();
        return tensor("tensor", facts, elements, named("dtype", ints.type()));
    }

    /** A literal list of floats, which has no attribute of its own. */
    static Argument floats(List<Double> values) {
        return new Argument.Literal(new Attribute.LiteralAttribute(values.toString()));
    }

    String freshName(String wanted) {
        String base = stem + "/" + wanted;
        String candidate = base;
        for (int i = 1; !taken.add(candidate); i++) {
            candidate = base + "_" + i;
        }
        return candidate;
    }

    /**
     * Gives a value made since {@link #start} the name that it has in the source.
     *
     * @return false if it was not made here, so that it keeps its name
     */
    boolean rename(String made, String name, String nodeName) {
        Integer at = fresh.remove(made);
        if (at == null) {
            return false;
        }
        Node node = nodes.get(at);
        boolean first = named.add(nodeName);
        List<String> outputs = node.outputs().stream().map(o -> o.equals(made) ? name : o).toList();
        nodes.set(
                at,
                new Node(
                        first ? nodeName : node.name(),
                        node.op(),
                        node.inputs(),
                        outputs,
                        node.attributes()));
        for (int i = at + 1; i < nodes.size(); i++) {
            Node later = nodes.get(i);
            nodes.set(
                    i,
                    later.withInputs(
                            later.inputs().stream()
                                    .map(read -> read.equals(made) ? name : read)
                                    .toList()));
        }
        ValueType type = types.remove(made);
        if (type != null) {
            types.put(name, type);
        }
        return true;
    }

    /** Tells whether an operator makes a value. */
    boolean makes(String value, OpType op) {
        return nodes.stream().anyMatch(n -> n.op().equals(op) && n.outputs().contains(value));
    }

    List<Node> nodes() {
        return nodes;
    }

    Map<String, ValueType> types() {
        return types;
    }

    private String call(OpType op, Object... arguments) {
        String made = freshName(op.name());
        put(op, List.of(made), arguments);
        return made;
    }

    private void put(OpType op, List<String> outputs, Object... arguments) {
        List<Argument> positional = new ArrayList<>();
        Map<String, Argument> named = new LinkedHashMap<>();
        for (Object given : arguments) {
            if (given instanceof Named keyword) {
                named.put(keyword.name(), argument(keyword.argument()));
            } else {
                positional.add(argument(given));
            }
        }
        put(new Call(op, positional, named).node(freshName(op.name() + "/node"), outputs));
    }

    private Argument argument(Object given) {
        if (given == null) {
            return Argument.NONE;
        } else if (given instanceof Argument argument) {
            return argument;
        } else if (given instanceof TensorOf tensor) {
            return Argument.of(tensor.name());
        } else if (given instanceof Int integer) {
            return integer.isKnown()
                    ? Argument.literal(integer.known())
                    : Argument.of(integer.value());
        } else if (given instanceof Long || given instanceof Integer) {
            return Argument.literal(((Number) given).longValue());
        } else if (given instanceof Double number) {
            return Argument.literal(number);
        } else if (given instanceof Boolean truth) {
            return Argument.literal(truth);
        } else if (given instanceof String text) {
            return Argument.literal(text);
        } else if (given instanceof DataType type) {
            return Argument.literal(code(type));
        }
        return list(given);
    }

    private Argument list(Object given) {
        List<Int> elements = new ArrayList<>();
        List<?> all =
                given instanceof long[] array
                        ? Arrays.stream(array).boxed().toList()
                        : (List<?>) given;
        for (Object element : all) {
            elements.add(element instanceof Int i ? i : Int.of(((Number) element).longValue()));
        }
        if (elements.stream().allMatch(Int::isKnown)) {
            return Argument.literal(elements.stream().map(Int::known).toList());
        }
        String made = call(PrimOps.LIST_CONSTRUCT, elements.toArray());
        types.put(made, new ValueType.ListType(INT));
        return Argument.of(made);
    }

    private static OpType aten(String name) {
        return new OpType(OpType.ATEN, name);
    }

    private static long code(DataType type) {
        return TypeCodes.of(type)
                .orElseThrow(
                        () ->
                                new UnsupportedModelException(
                                        Problem.of("libtorch does not compute with this type")
                                                .actual(type)));
    }
}
