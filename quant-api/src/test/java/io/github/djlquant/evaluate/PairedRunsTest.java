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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Tensor;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PairedRunsTest {

    private static final Map<String, Tensor> ONE = Map.of("y", Tensor.ofFloats(new float[] {1}, 1));
    private static final Map<String, Tensor> TWO = Map.of("y", Tensor.ofFloats(new float[] {2}, 1));

    private static GraphRunner model(Supplier<Map<String, Tensor>> answer) {
        return new GraphRunner() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> feeds) {
                return answer.get();
            }

            @Override
            public void close() {}
        };
    }

    private static Map<String, Tensor> fails(String why) {
        throw new CalibrationException(Problem.of(why));
    }

    /** Either model waits until the other one runs. */
    @Test
    void bothRunAtOnce() {
        CyclicBarrier both = new CyclicBarrier(2);
        Supplier<Boolean> met =
                () -> {
                    try {
                        both.await(20, TimeUnit.SECONDS);
                        return true;
                    } catch (Exception e) {
                        throw new IllegalStateException("the other one does not run", e);
                    }
                };
        GraphRunner first = model(() -> met.get() ? ONE : null);
        GraphRunner second = model(() -> met.get() ? TWO : null);
        try (PairedRuns runs = new PairedRuns(first, second, true)) {
            for (int batch = 0; batch < 3; batch++) {
                assertThat(runs.run(Map.of())).isEqualTo(new PairedRuns.Answers(ONE, TWO));
            }
        }
    }

    @Test
    void theSourcesFailureComesFirstEitherWay() {
        GraphRunner first = model(() -> fails("source"));
        GraphRunner second = model(() -> fails("quantized"));
        for (boolean beside : new boolean[] {false, true}) {
            try (PairedRuns runs = new PairedRuns(first, second, beside)) {
                assertThatThrownBy(() -> runs.run(Map.of()))
                        .isInstanceOf(CalibrationException.class)
                        .hasMessageContaining("source");
            }
        }
    }

    @Test
    void anInterruptedThreadGetsItsAnswersAndStaysInterrupted() {
        try (PairedRuns runs = new PairedRuns(model(() -> ONE), model(() -> TWO), true)) {
            Thread.currentThread().interrupt();
            assertThat(runs.run(Map.of()).source()).isEqualTo(ONE);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
