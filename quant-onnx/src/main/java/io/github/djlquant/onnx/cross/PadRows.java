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

import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Padding; TorchScript counts axes from the last. */
final class PadRows {

    private PadRows() {}

    static void add(Rows rows) {
        rows.aten(
                "pad",
                "self pad mode value",
                (c, g) ->
                        pad(
                                c.tensor("self"),
                                c.items("pad"),
                                c.text("mode", "constant"),
                                c.item("value"),
                                g));
        rows.aten(
                "constant_pad_nd",
                "self pad value",
                (c, g) -> pad(c.tensor("self"), c.items("pad"), "constant", c.item("value"), g));
        for (int axes = 1; axes <= 3; axes++) {
            int rank = axes + 2;
            rows.aten(
                    "reflection_pad" + axes + "d",
                    "self padding",
                    (c, g) ->
                            pad(
                                    g.withRank(c.tensor("self"), rank),
                                    c.items("padding"),
                                    "reflect",
                                    Item.NONE,
                                    g));
            rows.aten(
                    "replication_pad" + axes + "d",
                    "self padding",
                    (c, g) ->
                            pad(
                                    g.withRank(c.tensor("self"), rank),
                                    c.items("padding"),
                                    "replicate",
                                    Item.NONE,
                                    g));
        }
    }

    private static Item pad(Item.Array x, List<Item> pads, String mode, Item value, Emitter graph) {
        int rank = Call.rank(x);
        if (mode.equals("circular")) {
            return circular(x, pads, graph);
        }
        List<Item> before = new ArrayList<>(Collections.nCopies(rank, Literals.of(0)));
        List<Item> behind = new ArrayList<>(before);
        Shape shape = x.shape();
        for (int i = 0; i < pads.size() / 2; i++) {
            int axis = rank - 1 - i;
            before.set(axis, pads.get(2 * i));
            behind.set(axis, pads.get(2 * i + 1));
            Optional<Long> left = Literals.integer(pads.get(2 * i));
            Optional<Long> right = Literals.integer(pads.get(2 * i + 1));
            long size = x.shape().size(axis);
            boolean known = size >= 0 && left.isPresent() && right.isPresent();
            boolean none = left.equals(Optional.of(0L)) && right.equals(left);
            if (!none) {
                shape = Shapes.with(shape, axis, known ? size + left.get() + right.get() : -1);
            }
        }
        before.addAll(behind);
        Emitter.Op op = graph.op("Pad").in(x, Numbers.vector(before, graph));
        if (mode.equals("constant")) {
            boolean zero = value.equals(Item.NONE);
            op.in(zero ? graph.scalar(0, x.type()) : Numbers.scalar(value, x.type(), graph));
        }
        return op.attr("mode", mode.equals("replicate") ? "edge" : mode).to(x.type(), shape);
    }

    /** What leaves at one side comes in at the other. */
    private static Item circular(Item.Array x, List<Item> pads, Emitter graph) {
        Item.Array result = x;
        for (int i = 0; i < pads.size() / 2; i++) {
            int axis = x.rank() - 1 - i;
            long left = known(pads.get(2 * i));
            long right = known(pads.get(2 * i + 1));
            if (left < 0 || right < 0) {
                throw new RefusedException("it cuts off what it should wrap around");
            }
            List<Item.Array> parts = new ArrayList<>();
            if (left > 0) {
                parts.add(Axes.slice(result, axis, -left, Axes.END, graph));
            }
            parts.add(result);
            if (right > 0) {
                parts.add(Axes.slice(result, axis, 0, right, graph));
            }
            result = Axes.concat(parts, axis, graph);
        }
        return result;
    }

    private static long known(Item item) {
        return Literals.integer(item)
                .orElseThrow(() -> new RefusedException("what it adds is not known"));
    }
}
