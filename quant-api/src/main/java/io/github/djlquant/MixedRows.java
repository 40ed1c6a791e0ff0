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
package io.github.djlquant;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether what a model answers to a row depends on the rows beside it: the same rows, in batches of
 * two sizes.
 */
final class MixedRows {

    /**
     * Of the largest element: more than what kernels for other sizes round differently, less than
     * what another mean over a batch changes.
     */
    private static final double TOLERANCE = 1e-3;

    private MixedRows() {}

    /**
     * Runs the rows in both sizes.
     *
     * @param small batches that begin with the first row
     * @param large batches of another size that begin there too, and have as many rows or more
     * @return true if an output differs, or has the same shape whatever the batch (a mean over the
     *     rows); one whose rows have another size (texts filled up to another length), or of which
     *     the data decide the shape (detections), can't be compared and says nothing
     */
    static boolean in(GraphRunner model, List<Feed> small, List<Feed> large) {
        int rows = small.stream().mapToInt(Feed::rows).sum();
        Map<String, Rows> first = outputs(model, small, rows);
        Map<String, Rows> second = outputs(model, large, rows);
        return first.entrySet().stream()
                .anyMatch(output -> output.getValue().differ(second.get(output.getKey())));
    }

    private static Map<String, Rows> outputs(GraphRunner model, List<Feed> batches, int rows) {
        Map<String, Rows> outputs = new LinkedHashMap<>();
        int done = 0;
        for (Iterator<Feed> feeds = batches.iterator(); done < rows && feeds.hasNext(); ) {
            Feed feed = feeds.next();
            int from = done;
            int wanted = Math.min(feed.rows(), rows - done);
            model.run(feed.tensors())
                    .forEach(
                            (name, value) ->
                                    outputs.computeIfAbsent(name, n -> new Rows(rows))
                                            .put(from, wanted, feed.rows(), value));
            done += wanted;
        }
        return outputs;
    }

    /** An output, row by row. */
    private static final class Rows {

        private final float[][] rows;
        private final Set<Shape> shapes = new HashSet<>();
        private boolean none;

        Rows(int count) {
            rows = new float[count][];
        }

        void put(int from, int wanted, int all, Tensor value) {
            Shape shape = value.shape();
            shapes.add(shape);
            none |= shape.rank() == 0 || shape.size(0) != all;
            if (none || value.dataType() != DataType.FLOAT) {
                return;
            }
            float[] elements = value.toFloats();
            int size = elements.length / all;
            for (int i = 0; i < wanted; i++) {
                rows[from + i] = Arrays.copyOfRange(elements, i * size, (i + 1) * size);
            }
        }

        boolean differ(Rows other) {
            if (none || other.none) {
                return shapes.size() == 1 && shapes.equals(other.shapes);
            }
            double largest = Math.max(largest(), other.largest());
            for (int i = 0; i < rows.length; i++) {
                if (differ(rows[i], other.rows[i], TOLERANCE * largest)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean differ(float[] a, float[] b, double most) {
            if (a == null || b == null || a.length != b.length) {
                return false;
            }
            for (int i = 0; i < a.length; i++) {
                if (Math.abs(a[i] - b[i]) > most) {
                    return true;
                }
            }
            return false;
        }

        private double largest() {
            double largest = 0;
            for (float[] row : rows) {
                for (float element : row == null ? new float[0] : row) {
                    largest = Math.max(largest, Math.abs(element));
                }
            }
            return largest;
        }
    }
}
