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

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThroughputBatchesTest {

    private static Graph graph(long... shape) {
        return GraphBuilder.onnx(17).input("x", shape).node("Relu", "y", "x").output("y").build();
    }

    private static Map<String, Tensor> feed(long rows, float... values) {
        return Map.of("x", Tensor.ofFloats(values, rows, values.length / rows));
    }

    @SafeVarargs
    private static ThroughputBatches of(Graph graph, Map<String, Tensor>... feeds) {
        return new ThroughputBatches(graph, CalibrationData.ofFeeds(List.of(feeds)));
    }

    private static void assertBatch(ThroughputBatches batches, int size, float... rows) {
        assertThat(batches.obstacle(size)).isEmpty();
        Tensor batch = batches.of(size).get("x");
        assertThat(batch.shape().toArray()).containsExactly(size, rows.length / size);
        assertThat(batch.toFloats()).containsExactly(rows);
    }

    @Test
    void singleRowsAreStackedAndTakenAgain() {
        ThroughputBatches batches = of(graph(-1, -1), feed(1, 1, 2), feed(1, 3, 4), feed(1, 5, 6));

        assertThat(batches.sizes()).containsExactly(1, 8, 32);
        assertBatch(batches, 1, 1, 2);
        assertBatch(batches, 8, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4);
        assertThat(batches.of(32).get("x").shape().toArray()).containsExactly(32, 2);
    }

    @Test
    void rowsOfAnotherLengthAreLeftOut() {
        ThroughputBatches batches =
                of(graph(-1, -1), feed(2, 1, 2), feed(1, 7, 7, 7), feed(3, 3, 4, 5));

        assertBatch(batches, 8, 1, 2, 3, 4, 5, 1, 2, 3);
        assertBatch(batches, 1, 1);
    }

    @Test
    void theSizeThatAModelFixesIsTheOnlyOne() {
        ThroughputBatches batches = of(graph(4, 1), feed(4, 1, 2, 3, 4));

        assertThat(batches.sizes()).containsExactly(1, 4, 8, 32);
        assertBatch(batches, 4, 1, 2, 3, 4);
        for (int size : new int[] {1, 8, 32}) {
            assertThat(batches.obstacle(size))
                    .contains("the model fixes the first axis of its input x at 4");
        }
    }

    @Test
    void whatHasNoRowsIsOneSample() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, -1)
                        .input("z", -1, -1)
                        .node("MatMul", "y", "x", "z")
                        .output("y")
                        .build();
        Tensor two = Tensor.ofFloats(new float[] {1, 2}, 2, 1);
        Tensor one = Tensor.ofFloats(new float[] {3}, 1, 1);
        ThroughputBatches batches = of(graph, Map.of("x", two, "z", one));

        assertThat(batches.of(1)).isEqualTo(Map.of("x", two, "z", one));
        assertThat(Arrays.asList(8, 32))
                .allSatisfy(
                        size ->
                                assertThat(batches.obstacle(size))
                                        .contains(
                                                "the first axis of the inputs does not count"
                                                        + " rows"));
    }
}
