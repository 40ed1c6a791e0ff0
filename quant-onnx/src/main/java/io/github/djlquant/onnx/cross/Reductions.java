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
import java.util.Comparator;
import java.util.List;

/** Reductions over axes; without axes over all. */
final class Reductions {

    private Reductions() {}

    static Item.Array reduce(
            String op, Item.Array x, List<Long> axes, boolean keeps, Emitter graph) {
        Emitter.Op node = graph.op(op);
        if (axes.isEmpty()) {
            node.in(x);
        } else if (op.equals("ReduceSum")) {
            node.in(x, graph.longs(axes));
        } else {
            node.in(x).attr("axes", axes);
        }
        return node.attr("keepdims", keeps ? 1 : 0).to(x.type(), shape(x.shape(), axes, keeps));
    }

    static Shape shape(Shape shape, List<Long> axes, boolean keeps) {
        if (axes.isEmpty() && !keeps) {
            return Shapes.SCALAR;
        } else if (shape == null) {
            return null;
        }
        List<Integer> own = new ArrayList<>();
        for (int axis = 0; axis < shape.rank() && axes.isEmpty(); axis++) {
            own.add(axis);
        }
        axes.forEach(axis -> own.add(Shapes.axis(axis, shape.rank())));
        own.sort(Comparator.reverseOrder());
        Shape reduced = shape;
        for (int axis : own) {
            reduced = keeps ? Shapes.with(reduced, axis, 1) : Shapes.without(reduced, axis);
        }
        return reduced;
    }

    /** How many elements are reduced to one: a literal, or a number of the graph. */
    static Item count(Item.Array x, List<Long> axes, Emitter graph) {
        if (axes.isEmpty()) {
            return ValueRows.numel(x, graph);
        }
        Item count = Literals.of(1);
        for (long axis : axes) {
            count = NumberRows.binary("mul", count, Numbers.size(x, axis, graph), graph);
        }
        return count;
    }
}
