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

import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What is known of shapes; null stands for an unknown rank, -1 for an unknown extent. */
final class Shapes {

    static final Shape SCALAR = Shape.of();

    private Shapes() {}

    static Shape of(long... sizes) {
        List<Dimension> dimensions = new ArrayList<>();
        for (long size : sizes) {
            dimensions.add(dimension(size));
        }
        return new Shape(dimensions);
    }

    static Shape of(List<Long> sizes) {
        return new Shape(sizes.stream().map(Shapes::dimension).toList());
    }

    static Dimension dimension(long size) {
        return size < 0 ? Dimension.UNKNOWN : new Dimension.Fixed(size);
    }

    /** A shape of which only the rank is known. */
    static Shape open(int rank) {
        return rank < 0 ? null : new Shape(Collections.nCopies(rank, Dimension.UNKNOWN));
    }

    static Shape with(Shape shape, int axis, long size) {
        List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
        dimensions.set(axis, dimension(size));
        return new Shape(dimensions);
    }

    static Shape without(Shape shape, int axis) {
        List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
        dimensions.remove(axis);
        return new Shape(dimensions);
    }

    static Shape inserted(Shape shape, int axis, long size) {
        List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
        dimensions.add(axis, dimension(size));
        return new Shape(dimensions);
    }

    static Shape sub(Shape shape, int from, int to) {
        return new Shape(shape.dimensions().subList(from, to));
    }

    static Shape concat(Shape a, Shape b) {
        List<Dimension> dimensions = new ArrayList<>(a.dimensions());
        dimensions.addAll(b.dimensions());
        return new Shape(dimensions);
    }

    /** The number of elements, -1 if it is not known. */
    static long volume(Shape shape) {
        return shape != null && shape.isStatic() ? shape.elementCount() : -1;
    }

    /** An axis of a known rank, which may count from the end. */
    static int axis(long axis, int rank) {
        long own = axis < 0 ? axis + Math.max(rank, 1) : axis;
        if (own < 0 || own >= Math.max(rank, 1)) {
            throw new RefusedException("it names the axis " + axis + " of " + rank);
        }
        return (int) own;
    }

    /** What two shapes broadcast to. */
    static Shape broadcast(Shape a, Shape b) {
        if (a == null || b == null) {
            return null;
        }
        int rank = Math.max(a.rank(), b.rank());
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            Dimension left = aligned(a, axis, rank);
            Dimension right = aligned(b, axis, rank);
            dimensions.add(broadcast(left, right));
        }
        return new Shape(dimensions);
    }

    private static Dimension aligned(Shape shape, int axis, int rank) {
        int own = axis - (rank - shape.rank());
        return own < 0 ? new Dimension.Fixed(1) : shape.dimensions().get(own);
    }

    private static Dimension broadcast(Dimension a, Dimension b) {
        if (a instanceof Dimension.Fixed fixed && fixed.size() != 1 || a.equals(b)) {
            return a;
        } else if (b instanceof Dimension.Fixed fixed && fixed.size() != 1) {
            return b;
        } else if (a instanceof Dimension.Fixed) {
            return b;
        }
        return b instanceof Dimension.Fixed ? a : Dimension.UNKNOWN;
    }

    /** What is known if either of two shapes is there. */
    static Shape either(Shape a, Shape b) {
        if (a == null || b == null || a.rank() != b.rank()) {
            return null;
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < a.rank(); axis++) {
            Dimension left = a.dimensions().get(axis);
            dimensions.add(left.equals(b.dimensions().get(axis)) ? left : Dimension.UNKNOWN);
        }
        return new Shape(dimensions);
    }
}
