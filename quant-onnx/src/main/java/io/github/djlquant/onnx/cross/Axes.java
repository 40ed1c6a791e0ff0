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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Adding, dropping and moving axes; what rows are built of. */
final class Axes {

    /** ONNX and TorchScript agree on it: to the end. */
    static final long END = Long.MAX_VALUE;

    private Axes() {}

    static Item.Array unsqueeze(Item.Array array, long axis, Emitter graph) {
        Shape shape = null;
        if (array.shape() != null) {
            shape = Shapes.inserted(array.shape(), Shapes.axis(axis, array.rank() + 1), 1);
        }
        return graph.op("Unsqueeze").in(array, graph.longs(axis)).to(array.type(), shape);
    }

    /** Drops an axis of extent 1; at run time another extent is an error. */
    static Item.Array squeeze(Item.Array array, long axis, Emitter graph) {
        Shape shape = null;
        if (array.shape() != null) {
            shape = Shapes.without(array.shape(), Shapes.axis(axis, array.rank()));
        }
        return graph.op("Squeeze").in(array, graph.longs(axis)).to(array.type(), shape);
    }

    static Item.Array transpose(Item.Array array, List<Long> order, Emitter graph) {
        Shape shape = null;
        if (array.shape() != null) {
            List<Dimension> dimensions = new ArrayList<>();
            order.forEach(axis -> dimensions.add(array.shape().dimensions().get(axis.intValue())));
            shape = new Shape(dimensions);
        }
        return graph.op("Transpose").in(array).attr("perm", order).to(array.type(), shape);
    }

    /** Changes two axes, also where the number of axes is not known. */
    static Item.Array swap(Item.Array array, long first, long second, Emitter graph) {
        if (array.shape() != null) {
            int rank = array.rank();
            if (rank < 2) {
                return array;
            }
            List<Long> order = new ArrayList<>();
            for (long axis = 0; axis < rank; axis++) {
                order.add(axis);
            }
            int a = Shapes.axis(first, rank);
            int b = Shapes.axis(second, rank);
            order.set(a, (long) b);
            order.set(b, (long) a);
            return a == b ? array : transpose(array, order, graph);
        } else if (first == second) {
            return array;
        } else if (first < 0 != second < 0) {
            throw new RefusedException("the number of axes of %" + array.value() + " is not known");
        }
        return swapOpen(array, Math.min(first, second), Math.max(first, second), graph);
    }

    /** The axes beyond those that are counted are one for the time being. */
    private static Item.Array swapOpen(Item.Array array, long low, long high, Emitter graph) {
        boolean fromEnd = low < 0;
        int counted = (int) (fromEnd ? -low : high + 1);
        List<Item> sizes = new ArrayList<>();
        List<Long> order = new ArrayList<>();
        for (int i = 0; i < counted; i++) {
            sizes.add(Numbers.size(array, fromEnd ? i - counted : i, graph));
            order.add((long) (fromEnd ? i + 1 : i));
        }
        int a = (int) (fromEnd ? low + counted : low);
        int b = (int) (fromEnd ? high + counted : high);
        java.util.Collections.swap(order, a, b);
        List<Item> folded = new ArrayList<>(sizes);
        folded.add(fromEnd ? 0 : counted, Literals.of(-1));
        order.add(fromEnd ? 0 : counted, (long) (fromEnd ? 0 : counted));
        Item.Array moved = transpose(reshape(array, folded, graph), order, graph);
        java.util.Collections.swap(sizes, a, b);
        Item.Array rest =
                fromEnd
                        ? graph.op("Shape")
                                .in(array)
                                .attr("end", (long) -counted)
                                .to(DataType.INT64, Shapes.of(-1))
                        : graph.op("Shape")
                                .in(array)
                                .attr("start", (long) counted)
                                .to(DataType.INT64, Shapes.of(-1));
        Item.Array own = Numbers.vector(sizes, graph);
        Item.Array target =
                graph.op("Concat")
                        .in(fromEnd ? List.of(rest, own) : List.of(own, rest))
                        .attr("axis", 0)
                        .to(DataType.INT64, Shapes.of(-1));
        return graph.op("Reshape").in(moved, target).to(array.type(), null);
    }

    /**
     * Reshapes. Where an extent is that of the input at the same place, or only one is not known,
     * the target is a constant.
     */
    static Item.Array reshape(Item.Array array, List<Item> target, Emitter graph) {
        List<Item> written = new ArrayList<>();
        int open = 0;
        boolean zero = false;
        boolean rest = false;
        for (int axis = 0; axis < target.size(); axis++) {
            Item size = target.get(axis);
            zero |= Literals.integer(size).filter(s -> s == 0).isPresent();
            rest |= Literals.integer(size).filter(s -> s == -1).isPresent();
        }
        for (int axis = 0; axis < target.size(); axis++) {
            Item size = target.get(axis);
            boolean same =
                    !zero && size instanceof Item.Number n && isExtent(array, axis, n, graph);
            written.add(same ? Literals.of(0) : size);
            open += !same && size instanceof Item.Number ? 1 : 0;
        }
        if (open == 1 && !rest && !zero) {
            written.replaceAll(size -> size instanceof Item.Number ? Literals.of(-1) : size);
        }
        Emitter.Op op = graph.op("Reshape").in(array, Numbers.vector(written, graph));
        if (zero) {
            op.attr("allowzero", 1);
        }
        return op.to(array.type(), resolved(array, Numbers.shape(target, graph), target));
    }

    private static boolean isExtent(Item.Array array, int axis, Item.Number number, Emitter graph) {
        return array.shape() != null
                && axis < array.rank()
                && array.shape().dimensions().get(axis) instanceof Dimension.Symbolic symbol
                && graph.store().symbol(number.value()).filter(symbol.name()::equals).isPresent();
    }

    /** Computes what stands for the rest, if everything else is known. */
    private static Shape resolved(Item.Array array, Shape shape, List<Item> target) {
        int rest = target.indexOf(Literals.of(-1));
        if (rest < 0) {
            return shape;
        }
        List<Dimension> from =
                new ArrayList<>(array.shape() == null ? List.of() : array.shape().dimensions());
        long others = 1;
        for (int axis = 0; axis < target.size(); axis++) {
            Dimension dimension = shape.dimensions().get(axis);
            if (axis == rest) {
                continue;
            } else if (dimension instanceof Dimension.Fixed fixed) {
                others *= fixed.size();
            } else if (dimension.equals(Dimension.UNKNOWN) || !from.remove(dimension)) {
                return Shapes.with(shape, rest, -1);
            }
        }
        Shape left = new Shape(from);
        boolean known = array.shape() != null && left.isStatic() && others > 0;
        return Shapes.with(shape, rest, known ? left.elementCount() / others : -1);
    }

    /** A part along one axis; bounds as TorchScript counts them. */
    static Item.Array slice(
            Item.Array array, long axis, Item start, Item end, long step, Emitter graph) {
        Bounds bounds = new Bounds(Literals.integer(start), Literals.integer(end));
        Shape shape = null;
        if (array.shape() != null) {
            int own = Shapes.axis(axis, array.rank());
            long size = array.shape().size(own);
            if (bounds.isWhole() && step == 1) {
                return array;
            }
            shape = Shapes.with(array.shape(), own, bounds.length(size, step));
        } else if (bounds.isWhole() && step == 1) {
            return array;
        }
        Emitter.Op op =
                graph.op("Slice")
                        .in(array, Numbers.one(start, graph), Numbers.one(end, graph))
                        .in(graph.longs(axis));
        if (step != 1) {
            op.in(graph.longs(step));
        }
        return op.to(array.type(), shape);
    }

    private record Bounds(java.util.Optional<Long> start, java.util.Optional<Long> end) {

        boolean isWhole() {
            return start.isPresent() && start.get() == 0 && end.isPresent() && end.get() == END;
        }

        long length(long size, long step) {
            if (size < 0 || start.isEmpty() || end.isEmpty()) {
                return -1;
            }
            long from = clamp(start.get(), size);
            long to = clamp(end.get(), size);
            return to <= from ? 0 : (to - from + step - 1) / step;
        }

        private static long clamp(long index, long size) {
            return Math.max(0, Math.min(size, index < 0 ? index + size : index));
        }
    }

    static Item.Array slice(Item.Array array, long axis, long start, long end, Emitter graph) {
        return slice(array, axis, Literals.of(start), Literals.of(end), 1, graph);
    }

    static Item.Array concat(List<Item.Array> parts, long axis, Emitter graph) {
        Shape shape = parts.get(0).shape();
        if (shape != null) {
            int own = Shapes.axis(axis, shape.rank());
            long sum = 0;
            for (Item.Array part : parts) {
                long size = part.hasRank(shape.rank()) ? part.shape().size(own) : -1;
                sum = size < 0 || sum < 0 ? -1 : sum + size;
            }
            shape = Shapes.with(shape, own, sum);
        }
        return parts.size() == 1
                ? parts.get(0)
                : graph.op("Concat").in(parts).attr("axis", axis).to(parts.get(0).type(), shape);
    }

    /** One element along an axis, which is dropped. */
    static Item.Array select(Item.Array array, long axis, Item index, Emitter graph) {
        Shape shape = null;
        if (array.shape() != null) {
            shape = Shapes.without(array.shape(), Shapes.axis(axis, array.rank()));
        }
        return graph.op("Gather")
                .in(array, Numbers.scalar(index, DataType.INT64, graph))
                .attr("axis", axis)
                .to(array.type(), shape);
    }

    /** A vector as long as an axis that broadcasts along it. */
    static Item.Array alongChannels(Item.Array vector, int rank, Emitter graph) {
        List<Item> target = new ArrayList<>();
        target.add(Literals.of(-1));
        for (int axis = 2; axis < rank; axis++) {
            target.add(Literals.of(1));
        }
        if (rank <= 2) {
            return vector;
        }
        if (graph.constant(vector).isPresent()) {
            List<Long> sizes = new ArrayList<>(java.util.Collections.nCopies(rank - 1, 1L));
            sizes.set(0, vector.shape().elementCount());
            return graph.constant(
                    graph.constant(vector).get().reshape(Shapes.of(sizes)),
                    vector.value() + "/channels");
        }
        return reshape(vector, target, graph);
    }
}
