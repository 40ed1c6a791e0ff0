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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SteppedRunnerTest {

    private static final Map<String, String> STATES = Map.of("h_in", "h_out");

    /** h_out = factor * h_in + x. */
    private static GraphRunner decay(float factor) {
        return new GraphRunner() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> feeds) {
                float[] x = feeds.get("x").toFloats();
                float[] h = feeds.get("h_in").toFloats();
                float[] made = new float[h.length];
                for (int i = 0; i < h.length; i++) {
                    made[i] = factor * h[i] + x[i];
                }
                return Map.of("h_out", Tensor.ofFloats(made, h.length));
            }

            @Override
            public void close() {}
        };
    }

    private static Map<String, Tensor> step(int rows, float x) {
        float[] input = new float[rows];
        java.util.Arrays.fill(input, x);
        return Map.of(
                "x", Tensor.ofFloats(input, rows), "h_in", Tensor.ofFloats(new float[rows], rows));
    }

    private static float[] run(SteppedRunner runner, Map<String, Tensor> feeds) {
        return runner.run(feeds).get("h_out").toFloats();
    }

    @Test
    void handsItsOwnStateToTheNextStep() {
        SteppedRunner runner = new SteppedRunner(decay(0.5f), STATES);
        assertThat(run(runner, step(1, 8))).containsExactly(8);
        assertThat(run(runner, step(1, 0))).containsExactly(4);
        assertThat(run(runner, step(1, 0))).containsExactly(2);
    }

    @Test
    void startsAnewWhereTheNumberOfRowsChanges() {
        SteppedRunner runner = new SteppedRunner(decay(0.5f), STATES);
        run(runner, step(1, 8));
        assertThat(run(runner, step(2, 1))).containsExactly(1, 1);
        assertThat(run(runner, step(2, 1))).containsExactly(1.5f, 1.5f);
    }

    @Test
    void withoutStatesEveryBatchStandsAlone() {
        SteppedRunner runner = new SteppedRunner(decay(0.5f), Map.of());
        run(runner, step(1, 8));
        assertThat(run(runner, step(1, 0))).containsExactly(0);
    }

    /** One step from a state of zeros does not touch the weights that states meet. */
    @Test
    void showsAnErrorThatOneStepHides() {
        Evaluation single = evaluate(Map.of());
        assertThat(single.cosine()).isEqualTo(1, within(1e-9));
        assertThat(single.sqnr()).isInfinite();
        Evaluation sequence = evaluate(STATES);
        assertThat(sequence.sqnr()).isLessThan(3);
        assertThat(Gate.failures(sequence, GateThresholds.DEFAULT)).isNotEmpty();
    }

    private static Evaluation evaluate(Map<String, String> states) {
        return PairedComparison.builder()
                .optStates(states)
                .build()
                .compare(
                        decay(0.9f),
                        decay(-0.9f),
                        IntStream.range(0, 32)
                                .mapToObj(i -> new Feed(step(2, i % 3 + 1f), 2, 2L * i))
                                .iterator());
    }
}
