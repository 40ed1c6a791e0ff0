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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Runs a model step by step over a sequence: each batch meets the states that the model itself
 * yielded for the batch before, as in use. An error that grows from step to step shows only so; one
 * step from a state of zeros does not even touch the weights that states are multiplied by. Not
 * thread-safe.
 *
 * <p>The first batch starts from the states of the data, and so does one whose number of rows
 * differs from the one before.
 */
public final class SteppedRunner implements GraphRunner {

    private final GraphRunner runner;
    private final Map<String, String> states;
    private Map<String, Tensor> before = Map.of();

    /**
     * Wraps a runner.
     *
     * @param runner the model; closing this runner leaves it open
     * @param states the output by the input that it becomes, as {@link RecurrentStates} finds them
     */
    public SteppedRunner(GraphRunner runner, Map<String, String> states) {
        this.runner = Objects.requireNonNull(runner, "runner");
        this.states = new LinkedHashMap<>(states);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> feeds) {
        Map<String, Tensor> own = new HashMap<>(feeds);
        states.forEach(
                (input, output) -> {
                    Tensor state = before.get(output);
                    Tensor given = feeds.get(input);
                    if (state != null && given != null && given.shape().equals(state.shape())) {
                        own.put(input, state);
                    }
                });
        before = runner.run(own);
        return before;
    }

    @Override
    public void close() {
        before = Map.of();
    }
}
