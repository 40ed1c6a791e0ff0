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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The elements of small integer tensors: what exporters compute shapes with, inside the graph. */
final class ElementRules {

    private static final int MOST_ELEMENTS = 16;

    private final long opset;

    ElementRules(long opset) {
        this.opset = opset;
    }

    /** Infers the only output; empty if its elements can't be told. */
    Optional<Known> infer(Node node, List<Known> inputs) {
        if (!node.op().dialect().equals(OpType.ONNX) || inputs.isEmpty()) {
            return Optional.empty();
        }
        Known data = inputs.get(0);
        return switch (node.op().name()) {
            case "Shape" -> shape(node, data);
            case "Gather" -> gather(node, data, inputs.get(1));
            case "Cast" -> cast(node, data);
            case "Identity" -> data.hasElements() ? Optional.of(data) : Optional.empty();
            case "Unsqueeze" -> reshaped(data, 1);
            case "Squeeze" -> reshaped(data, 0);
            case "Reshape" -> reshaped(data, target(inputs));
            case "Concat" -> concat(inputs);
            case "Slice" -> slice(node, inputs);
            case "Mul" -> pairwise(inputs, Extent::times, data.type());
            case "Add" -> pairwise(inputs, (a, b) -> arithmetic("+", a, b), data.type());
            case "Sub" -> pairwise(inputs, (a, b) -> arithmetic("-", a, b), data.type());
            case "Div" -> pairwise(inputs, ElementRules::quotient, data.type());
            case "Equal" -> pairwise(inputs, ElementRules::same, DataType.BOOL);
            case "Where" -> where(inputs);
            case "ConstantOfShape" -> filled(node, data);
            default -> Optional.empty();
        };
    }

    private static Optional<Known> shape(Node node, Known data) {
        if (!data.hasShape()) {
            return Optional.empty();
        }
        int rank = data.rank();
        int start = clamp(node.intAttribute("start", 0), rank);
        int end = clamp(node.intAttribute("end", rank), rank);
        return Optional.of(
                Known.vector(DataType.INT64, data.shape().subList(start, Math.max(start, end))));
    }

    /** An index that may count from the end, cut off at both ends. */
    private static int clamp(long index, int size) {
        return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }

    private static Optional<Known> gather(Node node, Known data, Known indices) {
        List<Long> places = indices.numbers();
        if (!data.hasElements()
                || data.rank() != 1
                || places == null
                || node.intAttribute("axis", 0) != 0) {
            return Optional.empty();
        }
        List<Extent> picked = new ArrayList<>();
        int size = data.elements().size();
        for (long place : places) {
            long index = place < 0 ? place + size : place;
            if (index < 0 || index >= size) {
                return Optional.empty();
            }
            picked.add(data.elements().get((int) index));
        }
        return Optional.of(new Known(data.type(), indices.shape(), picked));
    }

    private static Optional<Known> cast(Node node, Known data) {
        // The codes of int32 and int64 in ONNX.
        long to = node.intAttribute("to", 0);
        if (!data.hasElements() || to != 6 && to != 7) {
            return Optional.empty();
        }
        DataType type = to == 6 ? DataType.INT32 : DataType.INT64;
        return Optional.of(new Known(type, data.shape(), data.elements()));
    }

    private static Optional<Known> reshaped(Known data, int rank) {
        if (!data.hasElements() || rank < 0 || rank > 1) {
            return Optional.empty();
        }
        if (rank == 1) {
            return Optional.of(Known.vector(data.type(), data.elements()));
        }
        return data.elements().size() == 1
                ? Optional.of(new Known(data.type(), List.of(), data.elements()))
                : Optional.empty();
    }

    /** The rank that a reshape makes, -1 if it is not known. */
    private static int target(List<Known> inputs) {
        return inputs.size() > 1 && inputs.get(1).hasElements()
                ? inputs.get(1).elements().size()
                : -1;
    }

    private static Optional<Known> concat(List<Known> inputs) {
        List<Extent> all = new ArrayList<>();
        for (Known part : inputs) {
            if (!part.hasElements() || part.rank() != 1) {
                return Optional.empty();
            }
            all.addAll(part.elements());
        }
        return all.size() > MOST_ELEMENTS
                ? Optional.empty()
                : Optional.of(Known.vector(inputs.get(0).type(), all));
    }

    private Optional<Known> slice(Node node, List<Known> inputs) {
        Known data = inputs.get(0);
        List<Long> starts = opset < 10 ? node.intsAttribute("starts") : numbers(inputs, 1);
        List<Long> ends = opset < 10 ? node.intsAttribute("ends") : numbers(inputs, 2);
        List<Long> steps = opset < 10 || inputs.size() < 5 ? List.of(1L) : numbers(inputs, 4);
        if (!data.hasElements()
                || data.rank() != 1
                || starts == null
                || ends == null
                || starts.size() != 1
                || ends.size() != 1
                || !List.of(1L).equals(steps)) {
            return Optional.empty();
        }
        int size = data.elements().size();
        int start = clamp(starts.get(0), size);
        int end = Math.max(start, clamp(ends.get(0), size));
        return Optional.of(Known.vector(data.type(), data.elements().subList(start, end)));
    }

    static List<Long> numbers(List<Known> inputs, int index) {
        return index < inputs.size() ? inputs.get(index).numbers() : null;
    }

    /** An operation on two elements; empty if its result can't be told. */
    private interface Operation {
        Optional<Extent> apply(Extent left, Extent right);
    }

    private static Optional<Known> pairwise(
            List<Known> inputs, Operation operation, DataType type) {
        if (inputs.size() != 2 || !inputs.get(0).hasElements() || !inputs.get(1).hasElements()) {
            return Optional.empty();
        }
        List<Extent> left = inputs.get(0).elements();
        List<Extent> right = inputs.get(1).elements();
        int size = common(left.size(), right.size());
        List<Extent> results = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Optional<Extent> result = operation.apply(at(left, i), at(right, i));
            if (result.isEmpty()) {
                return Optional.empty();
            }
            results.add(result.get());
        }
        return size < 0 ? Optional.empty() : Optional.of(made(type, inputs, results));
    }

    private static Known made(DataType type, List<Known> inputs, List<Extent> elements) {
        boolean scalar = inputs.stream().allMatch(input -> input.rank() == 0);
        return scalar ? new Known(type, List.of(), elements) : Known.vector(type, elements);
    }

    /** The length that two vectors broadcast to, -1 if they don't. */
    private static int common(int left, int right) {
        if (left == right || right == 1) {
            return left;
        }
        return left == 1 ? right : -1;
    }

    private static Extent at(List<Extent> elements, int index) {
        return elements.get(elements.size() == 1 ? 0 : index);
    }

    private static Optional<Extent> arithmetic(String operator, Extent left, Extent right) {
        if (left.isFixed() && right.isFixed()) {
            long sign = operator.equals("+") ? 1 : -1;
            return Optional.of(Extent.of(left.factor() + sign * right.factor()));
        }
        return left.combined(operator, right);
    }

    private static Optional<Extent> quotient(Extent left, Extent right) {
        if (right.is(0)) {
            return Optional.empty();
        }
        return left.dividedBy(right).or(() -> left.combined("/", right));
    }

    private static Optional<Extent> same(Extent left, Extent right) {
        if (left.equals(right)) {
            return Optional.of(Extent.ONE);
        }
        boolean differ =
                left.isFixed() && right.isFixed()
                        || left.factor() < 0 && isSize(right)
                        || right.factor() < 0 && isSize(left);
        return differ ? Optional.of(Extent.of(0)) : Optional.empty();
    }

    /** Differences alone may be negative. */
    private static boolean isSize(Extent extent) {
        return extent.factor() >= 0
                && extent.symbols().stream().noneMatch(symbol -> symbol.contains("-"));
    }

    private static Optional<Known> where(List<Known> inputs) {
        if (inputs.size() != 3 || !inputs.stream().allMatch(Known::hasElements)) {
            return Optional.empty();
        }
        int size = 1;
        for (Known input : inputs) {
            size = size < 0 ? size : common(size, input.elements().size());
        }
        List<Extent> chosen = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            boolean first = at(inputs.get(0).elements(), i).is(1);
            chosen.add(at(inputs.get(first ? 1 : 2).elements(), i));
        }
        return size < 0
                ? Optional.empty()
                : Optional.of(made(inputs.get(1).type(), inputs, chosen));
    }

    private static Optional<Known> filled(Node node, Known shape) {
        List<Long> sizes = shape.numbers();
        if (sizes == null
                || sizes.size() != 1
                || sizes.get(0) < 0
                || sizes.get(0) > MOST_ELEMENTS
                || !(node.attributes().get("value") instanceof Attribute.TensorAttribute value)
                || value.value().dataType() != DataType.INT64
                || value.value().elementCount() != 1) {
            return Optional.empty();
        }
        Extent element = Extent.of(value.value().toLongs()[0]);
        return Optional.of(
                Known.vector(
                        DataType.INT64, Collections.nCopies(sizes.get(0).intValue(), element)));
    }
}
