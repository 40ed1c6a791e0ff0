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
package io.github.djlquant.onnx.shape;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Output shapes of the operators that networks on sequences are made of. {@link Extent#UNTOLD}
 * stands for an extent that can't be told although the rank is known.
 */
final class ShapeRules {

    /** Operators without a role of their own whose output is like their first input. */
    private static final Set<String> LIKE_FIRST =
            Set.of("Identity", "Not", "Sign", "CumSum", "Trilu", "Dropout", "Pow", "Clip");

    private static final Set<String> BROADCAST =
            Set.of("Sub", "Div", "Pow", "Max", "Min", "Sum", "Mean", "Mod", "And", "Or", "Xor");

    private static final Set<String> COMPARE =
            Set.of("Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual");

    /** Made by a rewrite of ours; its last output is the sum. */
    private static final OpType SKIP_NORM = new OpType(OpType.MICROSOFT, "SkipLayerNormalization");

    private final OpCatalog catalog;
    private final long opset;
    private final PartRules parts;

    ShapeRules(OpCatalog catalog, long opset) {
        this.catalog = catalog;
        this.opset = opset;
        this.parts = new PartRules(opset);
    }

    /** Infers the outputs from the first on; what is missing is not known. */
    List<Known> infer(Node node, List<Known> inputs) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        Known data = inputs.get(0);
        if (node.op().equals(SKIP_NORM)) {
            return List.of(data, Known.NOTHING, Known.NOTHING, data);
        }
        if (!node.op().dialect().equals(OpType.ONNX)) {
            return List.of();
        }
        Role role = catalog.role(node);
        String op = node.op().name();
        if (role == Role.ADD || role == Role.MULTIPLY || BROADCAST.contains(op)) {
            return broadcast(inputs, data.type());
        }
        if (COMPARE.contains(op)) {
            return broadcast(inputs, DataType.BOOL);
        }
        if (op.equals("Where")) {
            return inputs.size() == 3 ? broadcast(inputs, inputs.get(1).type()) : List.of();
        }
        if (!data.hasShape()) {
            return List.of();
        }
        return switch (role) {
            case ACTIVATION, SOFTMAX, NORM, BATCH_NORM ->
                    List.of(Known.of(data.type(), data.shape()));
            case MATRIX_PRODUCT -> product(data, inputs.get(1));
            case LINEAR -> linear(node, data, inputs.get(1));
            default ->
                    LIKE_FIRST.contains(op)
                            ? List.of(Known.of(data.type(), data.shape()))
                            : moved(node, op, inputs);
        };
    }

    private List<Known> moved(Node node, String op, List<Known> inputs) {
        Known data = inputs.get(0);
        return switch (op) {
            case "Cast" -> List.of(Known.of(castType(node), data.shape()));
            case "Gather" -> gather(node, data, inputs.get(1));
            case "Reshape" -> inputs.size() < 2 ? List.of() : reshape(node, data, inputs.get(1));
            case "Transpose" -> transpose(node, data);
            case "Unsqueeze" -> unsqueeze(data, axes(node, inputs, 13));
            case "Squeeze" -> squeeze(data, axes(node, inputs, 13));
            case "Concat" -> parts.concat(node, inputs);
            case "Split" -> parts.split(node, inputs);
            case "Slice" -> parts.slice(node, inputs);
            case "Expand" -> expand(data, inputs.get(1));
            case "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2" ->
                    reduce(node, data, axes(node, inputs, 18));
            case "ReduceSum" -> reduce(node, data, axes(node, inputs, 13));
            default -> List.of();
        };
    }

    private static DataType castType(Node node) {
        return switch ((int) node.intAttribute("to", 0)) {
            case 1 -> DataType.FLOAT;
            case 6 -> DataType.INT32;
            case 7 -> DataType.INT64;
            case 9 -> DataType.BOOL;
            default -> null;
        };
    }

    private static List<Known> broadcast(List<Known> inputs, DataType type) {
        List<Extent> common = List.of();
        for (Known input : inputs) {
            if (!input.hasShape()) {
                return List.of();
            }
            common = broadcast(common, input.shape());
        }
        return List.of(Known.of(type, common));
    }

    private static List<Extent> broadcast(List<Extent> left, List<Extent> right) {
        int rank = Math.max(left.size(), right.size());
        List<Extent> common = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            Extent a = aligned(left, axis, rank);
            Extent b = aligned(right, axis, rank);
            common.add(
                    a.factor() < 0 || b.factor() < 0
                            ? Extent.UNTOLD
                            : a.broadcast(b).orElse(Extent.UNTOLD));
        }
        return common;
    }

    private static Extent aligned(List<Extent> shape, int axis, int rank) {
        int own = axis - (rank - shape.size());
        return own < 0 ? Extent.ONE : shape.get(own);
    }

    private static List<Known> product(Known left, Known right) {
        if (!left.hasRankOver(1) || !right.hasRankOver(1)) {
            return List.of();
        }
        int a = left.rank();
        int b = right.rank();
        List<Extent> shape =
                new ArrayList<>(
                        broadcast(left.shape().subList(0, a - 2), right.shape().subList(0, b - 2)));
        shape.add(left.extent(a - 2));
        shape.add(right.extent(b - 1));
        return List.of(Known.of(left.type(), shape));
    }

    private static List<Known> linear(Node node, Known data, Known weight) {
        if (data.rank() != 2 || !weight.hasShape() || weight.rank() != 2) {
            return List.of();
        }
        Extent rows = data.extent(node.intAttribute("transA", 0) == 0 ? 0 : 1);
        Extent columns = weight.extent(node.intAttribute("transB", 0) == 0 ? 1 : 0);
        return List.of(Known.of(data.type(), List.of(rows, columns)));
    }

    private static List<Known> gather(Node node, Known data, Known indices) {
        int axis = Known.axis(node.intAttribute("axis", 0), data.rank());
        if (!indices.hasShape() || axis < 0) {
            return List.of();
        }
        List<Extent> shape = new ArrayList<>(data.shape().subList(0, axis));
        shape.addAll(indices.shape());
        shape.addAll(data.shape().subList(axis + 1, data.rank()));
        return List.of(Known.of(data.type(), shape));
    }

    private static List<Known> reshape(Node node, Known data, Known target) {
        if (!target.hasElements()) {
            return List.of();
        }
        List<Extent> shape = new ArrayList<>();
        int open = -1;
        for (int i = 0; i < target.elements().size(); i++) {
            Extent element = target.elements().get(i);
            if (element.is(0) && node.intAttribute("allowzero", 0) == 0) {
                if (i >= data.rank()) {
                    return List.of();
                }
                element = data.extent(i);
            } else if (element.is(-1)) {
                open = i;
            }
            shape.add(element);
        }
        if (open >= 0) {
            shape.set(open, rest(data.shape(), shape, open).orElse(Extent.UNTOLD));
        }
        return List.of(Known.of(data.type(), shape));
    }

    /** What one extent must be so that the number of elements stays. */
    private static Optional<Extent> rest(List<Extent> from, List<Extent> to, int open) {
        List<Extent> others = new ArrayList<>(to);
        others.remove(open);
        Optional<Extent> all = volume(from);
        Optional<Extent> known = volume(others);
        return all.isPresent() && known.isPresent()
                ? all.get().dividedBy(known.get())
                : Optional.empty();
    }

    private static Optional<Extent> volume(List<Extent> shape) {
        Optional<Extent> volume = Optional.of(Extent.ONE);
        for (Extent extent : shape) {
            volume = volume.flatMap(so -> so.times(extent));
        }
        return volume;
    }

    private static List<Known> transpose(Node node, Known data) {
        List<Long> order = node.intsAttribute("perm");
        if (order.isEmpty()) {
            List<Extent> reversed = new ArrayList<>(data.shape());
            Collections.reverse(reversed);
            return List.of(Known.of(data.type(), reversed));
        }
        if (order.size() != data.rank()
                || order.stream().anyMatch(axis -> axis < 0 || axis >= data.rank())) {
            return List.of();
        }
        return List.of(
                Known.of(
                        data.type(),
                        order.stream().map(axis -> data.extent(axis.intValue())).toList()));
    }

    /** Axes: an attribute up to some opset, an input from then on; null if they are not known. */
    private List<Long> axes(Node node, List<Known> inputs, int inputSince) {
        if (opset < inputSince) {
            return node.intsAttribute("axes");
        }
        return node.hasInput(1) ? ElementRules.numbers(inputs, 1) : List.of();
    }

    private static List<Known> unsqueeze(Known data, List<Long> axes) {
        if (axes == null) {
            return List.of();
        }
        int rank = data.rank() + axes.size();
        List<Integer> places = axes.stream().map(axis -> Known.axis(axis, rank)).sorted().toList();
        List<Extent> shape = new ArrayList<>(data.shape());
        for (int place : places) {
            if (place < 0 || place > shape.size()) {
                return List.of();
            }
            shape.add(place, Extent.ONE);
        }
        return List.of(Known.of(data.type(), shape));
    }

    private static List<Known> squeeze(Known data, List<Long> axes) {
        if (axes == null || axes.isEmpty()) {
            return List.of();
        }
        List<Integer> places = axes.stream().map(axis -> Known.axis(axis, data.rank())).toList();
        List<Extent> shape = new ArrayList<>();
        for (int axis = 0; axis < data.rank(); axis++) {
            if (!places.contains(axis)) {
                shape.add(data.extent(axis));
            }
        }
        return places.contains(-1) ? List.of() : List.of(Known.of(data.type(), shape));
    }

    private static List<Known> reduce(Node node, Known data, List<Long> axes) {
        if (axes == null || axes.isEmpty()) {
            return List.of();
        }
        if (node.intAttribute("keepdims", 1) == 0) {
            return squeeze(data, axes);
        }
        List<Extent> shape = new ArrayList<>(data.shape());
        for (long reduced : axes) {
            int axis = Known.axis(reduced, data.rank());
            if (axis < 0) {
                return List.of();
            }
            shape.set(axis, Extent.ONE);
        }
        return List.of(Known.of(data.type(), shape));
    }

    private static List<Known> expand(Known data, Known target) {
        return target.hasElements()
                ? List.of(Known.of(data.type(), broadcast(data.shape(), target.elements())))
                : List.of();
    }
}
