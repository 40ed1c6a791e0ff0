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

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.BlockGraph;
import io.github.djlquant.trace.BlockTracer;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.trace.TraceException;
import io.github.djlquant.trace.TraceProof;
import java.util.Map;

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
     * @return true to run it, as always unless overridden
     */
    default boolean requires(TransformContext context) {
        return true;
    }

    /**
     * Tells what the transform needs to know of values, if it runs after calibration (from {@link
     * Phase#EQUALIZE} on). The wishes of all transforms and of the planner merge, so that data is
     * read once; {@link TransformContext#statistics} holds the answers.
     *
     * @param graph the graph that is calibrated: fused, and equalized as far as that needs no data
     * @param context recipe and target; neither statistics nor plan yet
     * @return what to observe, by the values' names; nothing by default
     */
    default Map<String, ObservationRequest> probes(Graph graph, TransformContext context) {
        return Map.of();
    }

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

    /**
     * Rewrites a DJL block: traces it, applies the transform to its graph and makes a block of the
     * result. The trace is proven to answer as the block, and so is the result of a transform that
     * {@linkplain #isFloatEquivalent keeps the function}. A transform that wants the tree of blocks
     * itself overrides it.
     *
     * @param block an initialized block; it is never changed. A {@link GraphBlock} is not traced
     * @param inputShapes one shape per input; none for those that the block was initialized with,
     *     or that the graph of a {@link GraphBlock} tells
     * @return a block of its own, to be closed, in the engine of a {@link GraphBlock} or else in
     *     the one whose dialect blocks are traced to
     * @throws UnsupportedModelException if the transform needs statistics or a plan, which a block
     *     alone does not bring, or the block can't be traced
     * @throws BrokenTransformException if a transform that must keep the function does not
     */
    default GraphBlock transform(Block block, Shape... inputShapes) {
        Graph traced = BlockGraph.of(block, inputShapes);
        Backend backend = BlockGraph.backend(block, traced);
        Graph graph = backend.adopt(traced);
        TransformContext context =
                new TransformContext(
                        backend.catalog(), Recipe.staticInt8(), backend.target(Target.Name.ANY));
        if (!requires(context)) {
            throw new UnsupportedModelException(
                    Problem.of("this transform needs more than a block")
                            .at(name())
                            .expected("a block, the default recipe and the target any to suffice")
                            .next("Use Quantizer.quantize, or prepare and convert"));
        }
        TraceProof.require(block, graph, backend);
        Graph rewritten = apply(graph, context);
        GraphChecker.check(rewritten, "after " + name());
        ensures(rewritten, context);
        if (isFloatEquivalent() && rewritten != graph) {
            double difference;
            try {
                difference =
                        TraceProof.difference(
                                block, rewritten, backend, BlockTracer.inputs(block, inputShapes));
            } catch (TraceException e) {
                throw new BrokenTransformException(name(), e);
            }
            if (!(difference <= EquivalenceCheck.DEFAULT_TOLERANCE)) {
                throw new BrokenTransformException(name(), difference, null);
            }
        }
        return GraphBlock.of(backend, rewritten);
    }
}
