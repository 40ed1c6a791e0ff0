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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormTrialTest {

    private static final Graph PLAIN = graph("plain");
    private static final Graph TUNED = graph("tuned");

    /** The plain form's first in its second turn, where it runs behind the other. */
    private static final int FREAK_CALL = 10;

    private final Map<Graph, Duration> delays = new HashMap<>();
    private final List<Graph> closed = new ArrayList<>();
    private final List<RunOptions> opened = new ArrayList<>();
    private Graph freak;
    private boolean even;
    private int calls;

    /** Not the machine's clock: whatever else runs there would decide. */
    private long now;

    private static Graph graph(String name) {
        return new Graph(
                name, List.of(), List.of(), List.of(), Map.of(), Map.of(), Map.of(), Map.of(),
                Map.of());
    }

    /** An engine that takes as long for a graph as it is told. */
    private Backend engine() {
        return (Backend)
                Proxy.newProxyInstance(
                        Backend.class.getClassLoader(),
                        new Class<?>[] {Backend.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "open" -> {
                                        opened.add((RunOptions) arguments[1]);
                                        yield runner((Graph) arguments[0]);
                                    }
                                    case "getEngineName", "runtimeVersion" -> method.getName();
                                    default ->
                                            throw new UnsupportedOperationException(
                                                    method.toString());
                                });
    }

    private GraphRunner runner(Graph graph) {
        return new GraphRunner() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> feeds) {
                calls++;
                boolean lucky = graph == freak && calls == FREAK_CALL || even && calls % 2 == 1;
                now += lucky ? 0 : delays.get(graph).toNanos();
                return Map.of();
            }

            @Override
            public void close() {
                closed.add(graph);
            }
        };
    }

    private FormTrial.Result keepFaster(int plainMillis, int tunedMillis) {
        delays.put(PLAIN, Duration.ofMillis(plainMillis));
        delays.put(TUNED, Duration.ofMillis(tunedMillis));
        return new FormTrial(engine(), 0, () -> now).keepFaster(PLAIN, TUNED, Map.of());
    }

    @Test
    void keepsTheTunedFormOnlyIfItIsFaster() {
        assertThat(keepFaster(20, 2).kept()).isSameAs(TUNED);
        assertThat(keepFaster(2, 20).kept()).isSameAs(PLAIN);
    }

    /** The shortest call of all says who was lucky once, not who is faster. */
    @Test
    void oneFreakCallDecidesNothing() {
        freak = PLAIN;
        assertThat(keepFaster(8, 6).kept()).isSameAs(TUNED);
        assertThat(calls).isGreaterThan(20);
    }

    @Test
    void endsAsSoonAsTheTurnsAreCertain() {
        keepFaster(9, 2);
        assertThat(calls).isBetween(20, 40);
    }

    /**
     * Whoever comes first in a turn is faster here. Where weights lie in memory changes with each
     * opening.
     */
    @Test
    void opensBothAgainWhileNothingIsCertain() {
        even = true;
        keepFaster(1, 1);
        assertThat(opened).hasSize(4);
        assertThat(closed).hasSize(4);
    }

    @Test
    void saysWhatWasMeasuredAndWhere() {
        assertThat(keepFaster(10, 2).text())
                .startsWith("tuned form kept: ")
                .contains(
                        "tuned faster in 11 of 11 turns",
                        "plain 10000 us, tuned 2000 us",
                        "1 thread(s)",
                        "getEngineName runtimeVersion");
    }

    @Test
    void opensBothFormsAsTheyWillRunAndClosesThem() {
        keepFaster(1, 9);
        assertThat(closed).containsExactlyInAnyOrder(PLAIN, TUNED);
        assertThat(opened).containsOnly(new RunOptions(1, true)).hasSize(2);
    }
}
