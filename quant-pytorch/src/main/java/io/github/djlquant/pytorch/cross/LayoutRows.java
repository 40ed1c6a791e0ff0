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
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same elements in another shape or order. */
final class LayoutRows {

    private LayoutRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Reshape", LayoutRows::reshape);
        rows.put("Transpose", LayoutRows::transpose);
        rows.put("Flatten", LayoutRows::flatten);
        rows.put("Squeeze", LayoutRows::squeeze);
        rows.put("Unsqueeze", LayoutRows::unsqueeze);
        rows.put("Concat", LayoutRows::concat);
        rows.put("Expand", LayoutRows::expand);
        rows.put("Tile", LayoutRows::tile);
        rows.put("DepthToSpace", LayoutRows::depthToSpace);
        rows.put("SpaceToDepth", LayoutRows::spaceToDepth);
    }

    /** 0 keeps an extent, unless the node says that it is one. */
    private static void reshape(Operation op, Crossing to) {
        boolean zeros = op.truth("allowzero", false);
        List<Int> asked = to.integers(op, 1);
        Optional<Ints> whole = to.whole(op, 0);
        if (whole.isPresent() && asked.size() <= 1 && to.constant(op, 0).isEmpty()) {
            // A number made a list of one, or back: no tensor is needed.
            to.define(op, new Ints(whole.get().elements(), asked.isEmpty(), whole.get().type()));
            return;
        }
        TensorOf x = to.tensor(op, 0);
        List<Int> sizes = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            Int size = asked.get(i);
            sizes.add(size.is(0) && !zeros ? to.extent(x, i) : size);
        }
        Facts facts = inferred(x, ShapeRows.facts(x.type(), sizes), sizes);
        to.define(op, to.emit.tensor("reshape", facts, x, sizes));
    }

    /** The extent that -1 stands for, where all others are known. */
    private static Facts inferred(TensorOf x, Facts facts, List<Int> sizes) {
        if (x.shape() == null || !x.shape().isStatic()) {
            return facts;
        }
        long known = 1;
        int open = -1;
        for (int i = 0; i < sizes.size(); i++) {
            if (!sizes.get(i).isKnown() || sizes.get(i).is(-1) && open >= 0) {
                return facts;
            }
            if (sizes.get(i).is(-1)) {
                open = i;
            } else {
                known *= sizes.get(i).known();
            }
        }
        if (open < 0 || known == 0) {
            return facts;
        }
        long[] all = facts.shape().toArray();
        all[open] = x.shape().elementCount() / known;
        return Facts.of(x.type(), all);
    }

    private static void transpose(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        Optional<List<Long>> said = op.integers("perm");
        List<Long> order = new ArrayList<>();
        if (said.isPresent()) {
            order.addAll(said.get());
        } else {
            for (long axis = to.rank(op, x) - 1L; axis >= 0; axis--) {
                order.add(axis);
            }
        }
        Shape shape = null;
        if (x.rank() == order.size()) {
            shape =
                    Facts.shape(
                            order.stream().mapToLong(axis -> x.size(axis.intValue())).toArray());
        }
        to.define(op, to.emit.tensor("permute", new Facts(x.type(), shape), x, order));
    }

    /** Always a matrix. */
    private static void flatten(Operation op, Crossing to) {
        long said = op.integer("axis", 1);
        TensorOf x = to.tensor(op, 0);
        // One past the last axis is an axis here.
        int rank = to.rank(op, x);
        long axis = said < 0 ? said + rank : said;
        Facts facts = Facts.of(x.type(), product(x, 0, (int) axis), product(x, (int) axis, rank));
        if (axis == 1 && rank >= 2) {
            to.define(op, to.emit.tensor("flatten", facts, x, 1, -1));
        } else if (axis == 0 || axis == rank) {
            Object sizes = axis == 0 ? List.of(1L, -1L) : List.of(-1L, 1L);
            to.define(op, to.emit.tensor("reshape", facts, x, sizes));
        } else {
            TensorOf tail =
                    to.emit.tensor("flatten", Facts.ofRank(x.type(), (int) axis + 1), x, axis, -1);
            to.define(op, to.emit.tensor("flatten", facts, tail, 0, axis - 1));
        }
    }

    private static long product(TensorOf x, int from, int until) {
        long product = 1;
        for (int axis = from; axis < until; axis++) {
            product = product < 0 || x.size(axis) < 0 ? -1 : product * x.size(axis);
        }
        return product;
    }

    private static void squeeze(Operation op, Crossing to) {
        Optional<Ints> whole = to.whole(op, 0).filter(ints -> ints.elements().size() == 1);
        Optional<List<Long>> axes = to.axes(op, 1);
        if (whole.isPresent() && to.constant(op, 0).isEmpty()) {
            to.define(op, new Ints(whole.get().elements(), true, whole.get().type()));
            return;
        }
        TensorOf x = to.tensor(op, 0);
        if (axes.isEmpty()) {
            to.define(op, to.emit.tensor("squeeze", to.declared(op, 0).withType(x.type()), x));
            return;
        }
        Facts facts = new Facts(x.type(), Facts.reduced(x.shape(), axes.get(), false));
        Object dims = axes.get().size() == 1 ? axes.get().get(0) : axes.get();
        to.define(op, axes.get().isEmpty() ? x : to.emit.tensor("squeeze", facts, x, dims));
    }

    private static void unsqueeze(Operation op, Crossing to) {
        List<Long> said =
                to.axes(op, 1).orElseThrow(() -> op.refuse("it has no axes", "axes", null));
        Optional<Ints> whole = to.whole(op, 0).filter(Ints::scalar);
        if (whole.isPresent() && said.size() == 1) {
            to.define(op, new Ints(whole.get().elements(), false, whole.get().type()));
            return;
        }
        TensorOf x = to.tensor(op, 0);
        List<Long> axes = new ArrayList<>();
        for (long axis : said) {
            axes.add(axis < 0 && said.size() > 1 ? axis + to.rank(op, x) + said.size() : axis);
        }
        Collections.sort(axes);
        TensorOf made = x;
        for (long axis : axes) {
            made = to.emit.tensor("unsqueeze", inserted(made, axis), made, axis);
        }
        to.define(op, made);
    }

    private static Facts inserted(TensorOf x, long axis) {
        if (x.shape() == null) {
            return Facts.of(x.type());
        }
        long[] sizes = x.shape().toArray();
        int at = (int) (axis < 0 ? axis + sizes.length + 1 : axis);
        long[] made = new long[sizes.length + 1];
        System.arraycopy(sizes, 0, made, 0, at);
        made[at] = 1;
        System.arraycopy(sizes, at, made, at + 1, sizes.length - at);
        return Facts.of(x.type(), made);
    }

    private static void concat(Operation op, Crossing to) {
        long axis = op.integer("axis", 1);
        Optional<Ints> joined = joined(op, to);
        if (joined.isPresent()) {
            to.define(op, joined.get());
            return;
        }
        List<TensorOf> parts = new ArrayList<>();
        for (int i = 0; i < op.inputs(); i++) {
            parts.add(to.tensor(op, i));
        }
        to.define(op, join(to, parts, axis));
    }

    static TensorOf join(Crossing to, List<TensorOf> parts, long axis) {
        TensorOf first = parts.get(0);
        Shape shape = first.shape();
        if (shape != null) {
            long[] sizes = shape.toArray();
            int at = (int) (axis < 0 ? axis + sizes.length : axis);
            for (TensorOf part : parts.subList(1, parts.size())) {
                long more = part.rank() == sizes.length ? part.size(at) : -1;
                sizes[at] = more < 0 || sizes[at] < 0 ? -1 : sizes[at] + more;
            }
            shape = Facts.shape(sizes);
        }
        return to.emit.tensor("cat", new Facts(first.type(), shape), to.emit.list(parts), axis);
    }

    private static Optional<Ints> joined(Operation op, Crossing to) {
        List<Int> elements = new ArrayList<>();
        DataType type = DataType.INT64;
        for (int i = 0; i < op.inputs(); i++) {
            Optional<Ints> part = to.whole(op, i).filter(ints -> !ints.scalar());
            if (part.isEmpty()) {
                return Optional.empty();
            }
            elements.addAll(part.get().elements());
            type = part.get().type();
        }
        return Optional.of(new Ints(elements, false, type));
    }

    /** Extents of 1 on either side give way. */
    private static void expand(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        Optional<Ints> known = to.whole(op, 1);
        if (known.isEmpty() || !isPlain(x, known.get().elements())) {
            List<Int> asked = to.integers(op, 1);
            Facts facts =
                    Facts.ofRank(x.type(), x.rank() < 0 ? -1 : Math.max(x.rank(), asked.size()));
            // Whose extent is 1 is only known when it runs: libtorch decides.
            TensorOf zero = to.emit.constant("zero", Tensor.ofFloats(new float[1], 1));
            TensorOf frame =
                    to.emit.tensor(
                            "expand",
                            ShapeRows.facts(DataType.FLOAT, asked),
                            asked.isEmpty() ? to.emit.constant("zero", Tensor.ofFloat(0)) : zero,
                            asked);
            String both =
                    to.emit.value(
                            "broadcast_tensors",
                            new ValueType.ListType(ValueType.UNKNOWN),
                            to.emit.list(List.of(x, frame)));
            String made = to.emit.unpack(both, 2).get(0);
            to.define(op, new TensorOf(made, facts.type(), facts.shape()));
            return;
        }
        List<Int> asked = known.get().elements();
        List<Int> sizes = new ArrayList<>();
        int rank = Math.max(x.rank(), asked.size());
        for (int i = 0; i < rank; i++) {
            int at = i - rank + asked.size();
            int own = i - rank + x.rank();
            Int size = at < 0 ? Int.of(1) : asked.get(at);
            boolean keeps = own >= 0 && x.size(own) != 1 && (size.is(1) || x.size(own) >= 0);
            sizes.add(keeps ? Int.of(-1) : size);
        }
        Shape shape = Facts.broadcast(x.shape(), ShapeRows.facts(null, asked).shape());
        to.define(op, to.emit.tensor("expand", new Facts(x.type(), shape), x, sizes));
    }

    /** Tells whether it is known which of the data's axes grow. */
    private static boolean isPlain(TensorOf x, List<Int> asked) {
        if (x.rank() < 0) {
            return false;
        }
        for (int own = 0; own < x.rank(); own++) {
            int at = own - x.rank() + asked.size();
            if (at >= 0 && x.size(own) < 0 && !asked.get(at).is(1)) {
                return false;
            }
        }
        return true;
    }

    private static void tile(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        List<Int> repeats = to.integers(op, 1);
        long[] sizes = new long[repeats.size()];
        Arrays.fill(sizes, -1);
        for (int i = 0; i < sizes.length && x.rank() == sizes.length; i++) {
            boolean known = x.size(i) >= 0 && repeats.get(i).isKnown();
            sizes[i] = known ? x.size(i) * repeats.get(i).known() : -1;
        }
        to.define(op, to.emit.tensor("repeat", Facts.of(x.type(), sizes), x, repeats));
    }

    /** [N, C, H, W] to [N, C / b^2, H b, W b]. */
    private static void depthToSpace(Operation op, Crossing to) {
        long block = op.integer("blocksize", 1);
        String mode = op.text("mode", "DCR");
        TensorOf x = to.tensor(op, 0);
        Facts made = Facts.ofRank(x.type(), 4);
        switch (mode) {
            case "CRD" -> to.define(op, to.emit.tensor("pixel_shuffle", made, x, block));
            case "DCR" -> {
                IntMath math = IntMath.of(to);
                Int n = to.extent(x, 0);
                Int c = math.apply("floordiv", to.extent(x, 1), Int.of(block * block));
                Int h = to.extent(x, 2);
                Int w = to.extent(x, 3);
                Int b = Int.of(block);
                to.define(
                        op,
                        regroup(
                                to,
                                x,
                                List.of(n, b, b, c, h, w),
                                List.of(0L, 3L, 4L, 1L, 5L, 2L),
                                List.of(n, c, math.times(h, b), math.times(w, b))));
            }
            default -> throw op.refuse("mode", "DCR or CRD", mode);
        }
    }

    /** [N, C, H b, W b] to [N, b^2 C, H, W]. */
    private static void spaceToDepth(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        Int b = Int.of(op.integer("blocksize", 1));
        IntMath math = IntMath.of(to);
        Int n = to.extent(x, 0);
        Int c = to.extent(x, 1);
        Int h = math.apply("floordiv", to.extent(x, 2), b);
        Int w = math.apply("floordiv", to.extent(x, 3), b);
        to.define(
                op,
                regroup(
                        to,
                        x,
                        List.of(n, c, h, b, w, b),
                        List.of(0L, 3L, 5L, 1L, 2L, 4L),
                        List.of(n, math.product(List.of(c, b, b)), h, w)));
    }

    private static TensorOf regroup(
            Crossing to, TensorOf x, List<Int> parts, List<Long> order, List<Int> sizes) {
        Facts six = Facts.ofRank(x.type(), 6);
        TensorOf split = to.emit.tensor("reshape", six, x, parts);
        TensorOf moved = to.emit.tensor("permute", six, split, order);
        return to.emit.tensor("reshape", ShapeRows.facts(x.type(), sizes), moved, sizes);
    }
}
