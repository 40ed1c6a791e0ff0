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
package io.github.djlquant.transform;

import io.github.djlquant.graph.Graph;

/**
 * The block-transform SPI: one rewrite of a graph. Found by ServiceLoader (one service line per
 * class), ordered by phase and within a phase by {@link #order()}. Implementations are stateless
 * and thread-safe.
 */
public interface BlockTransform {

    /**
     * Returns the name used in recipes, reports and errors.
     *
     * @return the simple class name unless overridden
     */
    default String name() {
        return getClass().getSimpleName();
    }

    /**
     * Returns when the transform runs.
     *
     * @return the phase
     */
    Phase phase();

    /**
     * Returns the place within the phase.
     *
     * @return smaller runs earlier
     */
    default int order() {
        return 0;
    }

    /**
     * Tells whether the rewritten graph computes the same float function, up to rounding. What says
     * so is checked in the engine on real batches.
     *
     * @return true if it must not change any result: what holds for the phase unless overridden
     */
    default boolean isFloatEquivalent() {
        return phase().keepsFunction();
    }

    /**
     * Tells whether the transform should run at all: the recipe may switch it off, or the context
     * lacks what it needs.
     *
     * @param context recipe, target, statistics and plan so far
     * @return true to run it
     */
    boolean requires(TransformContext context);

    /**
     * Rewrites a graph.
     *
     * @param graph a legal graph
     * @param context recipe, target, statistics and plan so far; also takes notes on what fired and
     *     what did not
     * @return the rewritten graph, the same instance if nothing matched
     */
    Graph apply(Graph graph, TransformContext context);

    /**
     * Checks what must hold afterwards, beyond what the graph checker knows.
     *
     * @param graph the rewritten graph
     * @param context as for {@link #apply}
     * @throws io.github.djlquant.QuantizationException if it does not hold
     */
    default void ensures(Graph graph, TransformContext context) {}
}
