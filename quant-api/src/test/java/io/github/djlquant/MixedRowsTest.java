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

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class MixedRowsTest {

    /** Rows of two elements, n and 1, in batches. */
    private static List<Feed> rows(int size, int count) {
        List<Feed> feeds = new ArrayList<>();
        for (int from = 0; from < count; from += size) {
            float[] elements = new float[2 * size];
            for (int i = 0; i < size; i++) {
                elements[2 * i] = from + i;
                elements[2 * i + 1] = 1;
            }
            feeds.add(
                    new Feed(
                            Map.of("x", Tensor.ofFloats(elements, size, 2)),
                            size,
                            from,
                            List.of(),
                            List.of()));
        }
        return feeds;
    }

    private static boolean mixes(Function<float[], Tensor> model) {
        GraphRunner runner =
                new GraphRunner() {
                    @Override
                    public Map<String, Tensor> run(Map<String, Tensor> feeds) {
                        return Map.of("y", model.apply(feeds.get("x").toFloats()));
                    }

                    @Override
                    public void close() {}
                };
        return MixedRows.in(runner, rows(1, 4), rows(8, 8));
    }

    @Test
    void rowsByThemselvesDontMeet() {
        assertThat(mixes(x -> Tensor.ofFloats(x, x.length / 2, 2))).isFalse();
    }

    @Test
    void aSumOverTheBatchMeetsThem() {
        assertThat(
                        mixes(
                                x -> {
                                    float[] y = new float[x.length / 2];
                                    for (int i = 0; i < x.length; i++) {
                                        y[0] += x[i];
                                    }
                                    return Tensor.ofFloats(y, y.length);
                                }))
                .isTrue();
    }

    @Test
    void anOutputOfTheSameShapeWhateverTheBatchMeetsThem() {
        assertThat(mixes(x -> Tensor.ofFloats(new float[] {x[0], x[1]}, 1, 2))).isTrue();
        assertThat(mixes(x -> Tensor.ofFloats(new float[] {x[0], x[1], 0}, 3))).isTrue();
    }

    @Test
    void whatTheDataDecideSaysNothing() {
        assertThat(mixes(x -> Tensor.ofFloats(new float[3 + x.length / 2], 3 + x.length / 2)))
                .as("boxes of all rows")
                .isFalse();
        assertThat(
                        mixes(
                                x ->
                                        Tensor.ofFloats(
                                                new float[x.length * 4],
                                                x.length / 2,
                                                x.length * 8 / x.length)))
                .as("rows of equal size")
                .isFalse();
        assertThat(
                        mixes(
                                x ->
                                        Tensor.ofFloats(
                                                new float[x.length * x.length / 2],
                                                x.length / 2,
                                                x.length)))
                .as("rows filled up to another length")
                .isFalse();
    }
}
