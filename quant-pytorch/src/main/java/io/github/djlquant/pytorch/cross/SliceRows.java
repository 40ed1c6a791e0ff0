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

import io.github.djlquant.graph.Shape;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parts of axes. */
final class SliceRows {

    private static final long INPUTS = 10;
    private static final long SPLIT_INPUT = 13;

    private SliceRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Slice", SliceRows::slice);
        rows.put("Split", SliceRows::split);
    }

    private static void slice(Operation op, Crossing to) {
        boolean attributes = op.opset() < INPUTS;
        List<Int> starts = attributes ? numbers(op, "starts") : to.integers(op, 1);
        List<Int> ends = attributes ? numbers(op, "ends") : to.integers(op, 2);
        List<Long> axes = attributes ? op.integers("axes").orElse(null) : knownOr(op, to, 3);
        List<Long> steps = attributes ? null : knownOr(op, to, 4);
        Optional<Ints> whole = to.whole(op, 0).filter(ints -> !ints.scalar());
        if (whole.isPresent() && starts.size() == 1) {
            Optional<Ints> part =
                    part(whole.get(), starts.get(0), ends.get(0), steps == null ? 1 : steps.get(0));
            if (part.isPresent()) {
                to.define(op, part.get());
                return;
            }
        }
        TensorOf made = to.tensor(op, 0);
        for (int i = 0; i < starts.size(); i++) {
            long axis = axes == null ? i : axes.get(i);
            long step = steps == null ? 1 : steps.get(i);
            made =
                    step > 0
                            ? part(to, made, axis, starts.get(i), ends.get(i), step)
                            : backwards(op, to, made, axis, starts.get(i), ends.get(i), -step);
        }
        to.define(op, made);
    }

    private static List<Int> numbers(Operation op, String name) {
        return op.integers(name).orElseThrow(() -> op.refuse("no " + name, name, null)).stream()
                .map(Int::of)
                .toList();
    }

    private static List<Long> knownOr(Operation op, Crossing to, int input) {
        if (!op.has(input)) {
            return null;
        }
        return to.known(op, input)
                .orElseThrow(
                        () -> op.refuse("input " + input + " is computed", "a constant", null));
    }

    static TensorOf part(Crossing to, TensorOf x, long axis, Int start, Int end, long step) {
        return to.emit.tensor(
                "slice",
                new Facts(x.type(), sliced(x, axis, start, end, step)),
                x,
                axis,
                start,
                end,
                step);
    }

    private static Shape sliced(TensorOf x, long axis, Int start, Int end, long step) {
        if (x.shape() == null) {
            return null;
        }
        long[] sizes = x.shape().toArray();
        int at = (int) (axis < 0 ? axis + sizes.length : axis);
        if (sizes[at] < 0 || !start.isKnown() || !end.isKnown()) {
            sizes[at] = -1;
        } else {
            long from = bound(start.known(), sizes[at]);
            long until = bound(end.known(), sizes[at]);
            sizes[at] = Math.max(0, Math.floorDiv(until - from + step - 1, step));
        }
        return Facts.shape(sizes);
    }

    private static long bound(long at, long size) {
        return Math.max(0, Math.min(size, at < 0 ? at + size : at));
    }

    /** libtorch steps forwards only: the axis is turned, and what was counted is counted anew. */
    private static TensorOf backwards(
            Operation op, Crossing to, TensorOf x, long axis, Int start, Int end, long step) {
        Optional<Long> from = turned(start, x.rank() < 0 ? -1 : x.size((int) axis), true);
        Optional<Long> until = turned(end, x.rank() < 0 ? -1 : x.size((int) axis), false);
        if (from.isEmpty() || until.isEmpty()) {
            throw op.refuse(
                    "it steps backwards from places that are not known",
                    "a known extent of axis " + axis,
                    null);
        }
        TensorOf flipped = to.emit.tensor("flip", x.facts(), x, List.of(axis));
        return part(to, flipped, axis, Int.of(from.get()), Int.of(until.get()), step);
    }

    /** A place counted from the other end; ends may lie one before the first element. */
    private static Optional<Long> turned(Int place, long size, boolean start) {
        if (!place.isKnown()) {
            return Optional.empty();
        }
        long at = place.known();
        if (size >= 0) {
            long counted = at < 0 ? at + size : at;
            long low = start ? 0 : -1;
            return Optional.of(size - 1 - Math.max(low, Math.min(size - 1, counted)));
        }
        if (at == -1) {
            return Optional.of(0L);
        }
        if (at >= Integer.MAX_VALUE) {
            return Optional.of(0L);
        }
        if (at <= Integer.MIN_VALUE) {
            return Optional.of(Long.MAX_VALUE);
        }
        return at < 0 ? Optional.of(-at - 1) : Optional.empty();
    }

    private static Optional<Ints> part(Ints whole, Int start, Int end, long step) {
        if (!start.isKnown() || !end.isKnown() || step == 0) {
            return Optional.empty();
        }
        int size = whole.elements().size();
        List<Int> made = new ArrayList<>();
        if (step > 0) {
            for (long i = bound(start.known(), size); i < bound(end.known(), size); i += step) {
                made.add(whole.elements().get((int) i));
            }
        } else {
            long from =
                    Math.min(size - 1, start.known() < 0 ? start.known() + size : start.known());
            long until = Math.max(-1, end.known() < 0 ? end.known() + size : end.known());
            for (long i = from; i > until; i += step) {
                made.add(whole.elements().get((int) i));
            }
        }
        return Optional.of(new Ints(made, false, whole.type()));
    }

    private static void split(Operation op, Crossing to) {
        long axis = op.integer("axis", 0);
        int count = op.node().outputs().size();
        op.ignore("num_outputs");
        List<Int> lengths = null;
        if (op.opset() < SPLIT_INPUT) {
            lengths =
                    op.integers("split")
                            .map(all -> all.stream().map(Int::of).toList())
                            .orElse(null);
        } else if (op.has(1)) {
            lengths = to.integers(op, 1);
        }
        Optional<Ints> whole = to.whole(op, 0).filter(ints -> !ints.scalar());
        if (whole.isPresent() && to.constant(op, 0).isEmpty()) {
            ints(op, to, whole.get(), lengths);
            return;
        }
        TensorOf x = to.tensor(op, 0);
        IntMath math = IntMath.of(to);
        Int each = lengths == null ? math.divideUp(to.extent(x, axis), count) : null;
        Int start = Int.of(0);
        for (int i = 0; i < count; i++) {
            Int end = math.plus(start, lengths == null ? each : lengths.get(i));
            if (op.makes(i)) {
                to.define(op, i, part(to, x, axis, start, end, 1));
            }
            start = end;
        }
    }

    private static void ints(Operation op, Crossing to, Ints whole, List<Int> lengths) {
        int size = whole.elements().size();
        int count = op.node().outputs().size();
        int start = 0;
        for (int i = 0; i < count; i++) {
            long length = (size + count - 1L) / count;
            if (lengths != null) {
                if (!lengths.get(i).isKnown()) {
                    throw op.refuse("lengths are computed", "constants", null);
                }
                length = lengths.get(i).known();
            }
            int end = (int) Math.min(size, start + length);
            to.define(op, i, new Ints(whole.elements().subList(start, end), false, whole.type()));
            start = end;
        }
    }
}
