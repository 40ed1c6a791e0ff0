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
package io.github.djlquant.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReservoirTest {

    private static Map<String, Tensor> row(int number) {
        return Map.of(
                "x", Tensor.ofFloats(new float[] {number, -number}, 1, 2),
                "ids", Tensor.ofLongs(new long[] {number}, 1));
    }

    @Test
    void keepsEachRowWithTheSameChance() {
        int[] kept = new int[100];
        for (int seed = 0; seed < 2000; seed++) {
            Reservoir reservoir = new Reservoir(10, seed);
            for (int i = 0; i < 100; i++) {
                reservoir.offer(row(i));
            }
            assertThat(reservoir.rows()).hasSize(10);
            for (Map<String, Tensor> row : reservoir.rows()) {
                int number = (int) row.get("x").toFloats()[0];
                assertThat(row.get("ids").toLongs()).containsExactly(number);
                kept[number]++;
            }
        }
        // 200 of 2,000 with a standard deviation of 13.4; five of them over 100 numbers.
        for (int count : kept) {
            assertThat(count).isBetween(133, 267);
        }
    }

    @Test
    void takesRowsOfABatchApart() {
        Reservoir reservoir = new Reservoir(4, 0);
        reservoir.offer(Map.of("x", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2)));
        List<Map<String, Tensor>> rows = reservoir.rows();
        assertThat(rows).hasSize(3);
        assertThat(rows.get(1).get("x").toFloats()).containsExactly(3, 4);
        assertThat(rows.get(1).get("x").shape().toArray()).containsExactly(1, 2);
        reservoir.restart();
        assertThat(reservoir.rows()).isEmpty();
    }
}
