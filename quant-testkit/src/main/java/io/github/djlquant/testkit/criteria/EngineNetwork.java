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
package io.github.djlquant.testkit.criteria;

import ai.djl.nn.Block;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.util.Map;

/** An engine, and a network in its dialect that the suites write, quantize and load. */
public interface EngineNetwork {

    /**
     * Returns the backend under test.
     *
     * @return the backend
     */
    Backend backend();

    /**
     * Returns a float network: one input with a free batch dimension, at least one convolution.
     *
     * @return a legal graph
     */
    Graph network();

    /**
     * Makes inputs for {@link #network()}.
     *
     * @param rows the extent of the batch dimension
     * @param seed different seeds give different numbers
     * @return a float tensor for its input
     */
    Map<String, Tensor> feeds(int rows, long seed);

    /**
     * Touches what a block holds of its engine's memory: throws if that is gone.
     *
     * @param block a block of the engine
     */
    void requireOpen(Block block);
}
