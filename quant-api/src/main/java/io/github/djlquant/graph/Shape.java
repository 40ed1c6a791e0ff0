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
package io.github.djlquant.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The extents of a tensor, outermost first.
 *
 * @param dimensions one entry per axis; empty for a scalar
 */
public record Shape(List<Dimension> dimensions) {

    /** Copies the list. */
    public Shape {
        dimensions = List.copyOf(dimensions);
    }

    /**
     * Makes a shape of known extents.
     *
     * @param sizes the extents, none for a scalar
     * @return the shape
     */
    public static Shape of(long... sizes) {
        List<Dimension> dimensions = new ArrayList<>(sizes.length);
        for (long size : sizes) {
            dimensions.add(new Dimension.Fixed(size));
        }
        return new Shape(dimensions);
    }

    /**
     * Returns the number of axes.
     *
     * @return the rank
     */
    public int rank() {
        return dimensions.size();
    }

    /**
     * Tells whether every extent is known.
     *
     * @return true if so
     */
    public boolean isStatic() {
        return dimensions.stream().allMatch(Dimension.Fixed.class::isInstance);
    }

    /**
     * Returns a known extent, or -1.
     *
     * @param axis the axis; negative counts from the end
     * @return the extent, -1 if it is not known
     */
    public long size(int axis) {
        Dimension dimension = dimensions.get(axis < 0 ? axis + rank() : axis);
        return dimension instanceof Dimension.Fixed fixed ? fixed.size() : -1;
    }

    /**
     * Returns the extents with -1 where they are not known.
     *
     * @return a new array
     */
    public long[] toArray() {
        long[] sizes = new long[rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = size(i);
        }
        return sizes;
    }

    /**
     * Returns the number of elements.
     *
     * @return the product of the extents, 1 for a scalar
     * @throws IllegalStateException if an extent is not known
     * @throws ArithmeticException if the product exceeds a long
     */
    public long elementCount() {
        long count = 1;
        for (Dimension dimension : dimensions) {
            if (!(dimension instanceof Dimension.Fixed fixed)) {
                throw new IllegalStateException("the shape " + this + " has no element count");
            }
            count = Math.multiplyExact(count, fixed.size());
        }
        return count;
    }

    @Override
    public String toString() {
        return dimensions.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && dimensions.equals(that.dimensions);
    }

    @Override
    public int hashCode() {
        return dimensions.hashCode();
    }
}
