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
package io.github.djlquant.evaluate;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Batches of chosen sizes, to measure throughput with. They are made of the first rows of the data
 * that have the shape of the very first one, such as texts of one length; where there are fewer
 * than a batch takes, they are taken again.
 *
 * <pre>
 * data:     [1, 7]  [2, 7]  [5, 9]
 * batch:    [8, 7], rows 0 1 2 0 1 2 0 1
 * </pre>
 */
final class ThroughputBatches {

    private static final List<Integer> SIZES = List.of(1, 8, 32);
    private static final int MOST = 32;

    private final FeedSpec spec;
    private final List<Feed> alike = new ArrayList<>();
    private final int rows;

    /**
     * Reads the rows.
     *
     * @param source the source model
     * @param data what both models answer
     */
    ThroughputBatches(Graph source, CalibrationData data) {
        spec = FeedSpec.of(source, MOST, MOST);
        try (FeedStream feeds = data.open(spec)) {
            while (feeds.hasNext()) {
                Feed feed = feeds.next();
                if (alike.isEmpty() || isAlike(alike.get(0), feed)) {
                    alike.add(feed);
                }
            }
        }
        rows = alike.stream().mapToInt(Feed::rows).sum();
    }

    /** Returns the sizes to measure. */
    List<Integer> sizes() {
        return Stream.concat(SIZES.stream(), Stream.of((int) spec.fixedRows()))
                .filter(size -> size > 0)
                .distinct()
                .sorted()
                .toList();
    }

    /** Returns why there is no batch of a size; empty if there is one. */
    Optional<String> obstacle(int size) {
        Feed first = alike.get(0);
        if (first.rows() == size) {
            return Optional.empty();
        }
        if (!first.isBatchFirst()) {
            return Optional.of("the first axis of the inputs does not count rows");
        }
        for (Value input : spec.inputs()) {
            if (input.type() instanceof ValueType.TensorType tensor
                    && tensor.shape() != null
                    && tensor.shape().dimensions().get(0) instanceof Dimension.Fixed fixed
                    && fixed.size() != size) {
                return Optional.of(
                        "the model fixes the first axis of its input "
                                + input.name()
                                + " at "
                                + fixed.size());
            }
        }
        return first.tensors().values().stream().allMatch(ThroughputBatches::hasWholeRows)
                ? Optional.empty()
                : Optional.of("rows of text, or of parts of bytes, are not stacked");
    }

    /** Makes a batch, where nothing is in the way. */
    Map<String, Tensor> of(int size) {
        Feed first = alike.get(0);
        if (first.rows() == size) {
            return first.tensors();
        }
        Map<String, Tensor> batch = new LinkedHashMap<>();
        first.tensors().keySet().forEach(name -> batch.put(name, stacked(name, size)));
        return batch;
    }

    private static boolean isAlike(Feed first, Feed feed) {
        return first.isBatchFirst()
                && feed.isBatchFirst()
                && first.tensors().entrySet().stream()
                        .allMatch(
                                entry ->
                                        isAlike(
                                                entry.getValue(),
                                                feed.tensors().get(entry.getKey())));
    }

    private static boolean isAlike(Tensor first, Tensor other) {
        return first.dataType() == other.dataType()
                && withRows(first, 1).equals(withRows(other, 1));
    }

    private static Shape withRows(Tensor tensor, long count) {
        long[] sizes = tensor.shape().toArray();
        sizes[0] = count;
        return Shape.of(sizes);
    }

    private static boolean hasWholeRows(Tensor tensor) {
        long bits = withRows(tensor, 1).elementCount() * tensor.dataType().bits();
        return tensor.dataType() != DataType.STRING && bits % 8 == 0;
    }

    private Tensor stacked(String name, int size) {
        Tensor pattern = alike.get(0).tensors().get(name);
        Shape shape = withRows(pattern, size);
        DataType type = pattern.dataType();
        int bytes = Math.toIntExact(type.byteSize(withRows(pattern, 1).elementCount()));
        ByteBuffer stack = ByteBuffer.allocate(Math.multiplyExact(bytes, size));
        for (int row = 0; row < size; row++) {
            int left = row % rows;
            int feed = 0;
            while (left >= alike.get(feed).rows()) {
                left -= alike.get(feed++).rows();
            }
            Tensor from = alike.get(feed).tensors().get(name);
            stack.put(from.storage().window((long) left * bytes, bytes));
        }
        return new Tensor(type, shape, TensorStorage.of(stack.flip()));
    }
}
