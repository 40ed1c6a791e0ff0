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

import io.github.djlquant.graph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Shapes of parts and of what is put together from parts: Concat, Split, Slice. */
final class PartRules {

    private final long opset;

    PartRules(long opset) {
        this.opset = opset;
    }

    List<Known> concat(Node node, List<Known> inputs) {
        Known first = inputs.get(0);
        int axis = Known.axis(node.intAttribute("axis", 0), first.rank());
        if (axis < 0) {
            return List.of();
        }
        List<Extent> shape = new ArrayList<>(first.shape());
        long sum = 0;
        for (Known part : inputs) {
            if (!part.hasShape() || part.rank() != first.rank() || !part.extent(axis).isFixed()) {
                sum = -1;
                break;
            }
            sum += part.extent(axis).factor();
        }
        shape.set(axis, sum < 0 ? Extent.UNTOLD : Extent.of(sum));
        return List.of(Known.of(first.type(), shape));
    }

    List<Known> split(Node node, List<Known> inputs) {
        Known data = inputs.get(0);
        int axis = Known.axis(node.intAttribute("axis", 0), data.rank());
        if (axis < 0) {
            return List.of();
        }
        int parts = node.outputs().size();
        List<Long> sizes =
                opset < 13 ? node.intsAttribute("split") : ElementRules.numbers(inputs, 1);
        boolean given = sizes != null && sizes.size() == parts;
        boolean even = sizes == null ? !node.hasInput(1) : sizes.isEmpty();
        List<Known> made = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            List<Extent> shape = new ArrayList<>(data.shape());
            Optional<Extent> part =
                    given
                            ? Optional.of(Extent.of(sizes.get(i)))
                            : even
                                    ? data.extent(axis).dividedBy(Extent.of(parts))
                                    : Optional.empty();
            shape.set(axis, part.orElse(Extent.UNTOLD));
            made.add(Known.of(data.type(), shape));
        }
        return made;
    }

    List<Known> slice(Node node, List<Known> inputs) {
        Known data = inputs.get(0);
        List<Extent> shape = new ArrayList<>(data.shape());
        if (opset < 10) {
            List<Long> axes = node.intsAttribute("axes");
            int count = axes.isEmpty() ? shape.size() : axes.size();
            for (int i = 0; i < count; i++) {
                int axis = Known.axis(axes.isEmpty() ? i : axes.get(i), data.rank());
                if (axis < 0) {
                    return List.of();
                }
                shape.set(axis, Extent.UNTOLD);
            }
            return List.of(Known.of(data.type(), shape));
        }
        List<Long> axes = node.hasInput(3) ? ElementRules.numbers(inputs, 3) : null;
        if (axes == null) {
            return List.of(Known.of(data.type(), Collections.nCopies(data.rank(), Extent.UNTOLD)));
        }
        for (int i = 0; i < axes.size(); i++) {
            int axis = Known.axis(axes.get(i), data.rank());
            if (axis < 0) {
                return List.of();
            }
            shape.set(axis, sliced(shape.get(axis), inputs, node, i).orElse(Extent.UNTOLD));
        }
        return List.of(Known.of(data.type(), shape));
    }

    /** Told for slices from the start, up to an end that does not count from the last element. */
    private static Optional<Extent> sliced(
            Extent extent, List<Known> inputs, Node node, int index) {
        List<Extent> starts = inputs.get(1).elements();
        List<Extent> ends = inputs.get(2).elements();
        List<Long> steps = node.hasInput(4) ? ElementRules.numbers(inputs, 4) : List.of();
        boolean single = steps != null && (steps.isEmpty() || steps.get(index) == 1);
        if (starts == null || ends == null || !single || !starts.get(index).is(0)) {
            return Optional.empty();
        }
        Extent end = ends.get(index);
        if (end.equals(extent)) {
            return Optional.of(extent);
        }
        if (end.isFixed()) {
            boolean whole = end.factor() >= Integer.MAX_VALUE;
            return whole
                    ? Optional.of(extent)
                    : end.factor() < 0 ? Optional.empty() : extent.atMost(end.factor());
        }
        boolean size = end.symbols().stream().noneMatch(symbol -> symbol.contains("-"));
        return extent.isFixed() && size && end.factor() > 0
                ? end.atMost(extent.factor())
                : Optional.empty();
    }
}
