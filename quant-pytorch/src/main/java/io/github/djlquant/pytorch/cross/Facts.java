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
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What is known of a tensor.
 *
 * @param type its element type, null if it is not known
 * @param shape its extents, null if not even the rank is known
 */
record Facts(DataType type, Shape shape) {

    static final Facts NONE = new Facts(null, null);

    /** A tensor whose extents are not known. */
    static Facts of(DataType type) {
        return new Facts(type, null);
    }

    /** A tensor of which the number of axes is known. */
    static Facts ofRank(DataType type, int rank) {
        return new Facts(type, rank < 0 ? null : open(rank));
    }

    /** A tensor with given extents, -1 where they are not known. */
    static Facts of(DataType type, long... sizes) {
        return new Facts(type, shape(sizes));
    }

    static Shape open(int rank) {
        return shape(LongStream.generate(() -> -1).limit(rank).toArray());
    }

    static Shape shape(long... sizes) {
        List<Dimension> dimensions = new ArrayList<>();
        for (long size : sizes) {
            dimensions.add(size < 0 ? new Dimension.Symbolic("?") : new Dimension.Fixed(size));
        }
        return new Shape(dimensions);
    }

    Facts withType(DataType other) {
        return new Facts(other, shape);
    }

    /** The shape that two tensors are broadcast to. */
    static Shape broadcast(Shape a, Shape b) {
        if (a == null || b == null) {
            return null;
        }
        int rank = Math.max(a.rank(), b.rank());
        long[] sizes = new long[rank];
        for (int i = 0; i < rank; i++) {
            long x = i < rank - a.rank() ? 1 : a.size(i - rank + a.rank());
            long y = i < rank - b.rank() ? 1 : b.size(i - rank + b.rank());
            sizes[i] = x == 1 ? y : y == 1 ? x : x < 0 ? y : x;
        }
        return shape(sizes);
    }

    /** Removes axes, or leaves them with extent 1. */
    static Shape reduced(Shape shape, List<Long> axes, boolean kept) {
        if (shape == null) {
            return null;
        }
        boolean[] gone = new boolean[shape.rank()];
        for (long axis : axes) {
            int at = (int) (axis < 0 ? axis + shape.rank() : axis);
            if (at < 0 || at >= gone.length) {
                return null;
            }
            gone[at] = true;
        }
        if (axes.isEmpty()) {
            Arrays.fill(gone, true);
        }
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
                sizes.add(shape.size(i));
            } else if (kept) {
                sizes.add(1L);
            }
        }
        return shape(sizes.stream().mapToLong(Long::longValue).toArray());
    }
}
