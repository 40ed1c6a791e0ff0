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
package io.github.djlquant.trace;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.trace.record.BlockName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The graph of any block: of a {@link GraphBlock} the one inside, of others a trace. */
public final class BlockGraph {

    private BlockGraph() {}

    /**
     * Returns a block's graph.
     *
     * @param block an initialized block
     * @param inputShapes one shape per input, -1 for what is to stay open; none for those that the
     *     block was initialized with. The inputs are floats, or integers where the block takes no
     *     floats
     * @return a legal graph
     * @throws UnsupportedModelException if nobody tells the inputs' shapes, or the block can't be
     *     traced
     */
    public static Graph of(Block block, Shape... inputShapes) {
        if (block instanceof GraphBlock known) {
            return known.graph();
        }
        Shape[] shapes = inputShapes.length > 0 ? inputShapes : shapes(block);
        return UntypedInputs.remember(block, BlockTracer.inputs(block, shapes)).graph();
    }

    /**
     * Returns a block's graph.
     *
     * @param block an initialized block
     * @param inputs what it takes; none for the shapes that it was initialized with
     * @param data representative inputs, whose element types count where {@code inputs} tells none;
     *     or null
     * @return a legal graph
     * @throws UnsupportedModelException as for {@link #of(Block, Shape...)}
     */
    public static Graph of(Block block, List<TraceInput> inputs, CalibrationData data) {
        return new BlockTrace(block, inputs, data).graph();
    }

    /** The shapes that a block was initialized with. */
    static Shape[] shapes(Block block) {
        Shape[] shapes = block.isInitialized() ? block.getInputShapes() : null;
        if (shapes == null
                || shapes.length == 0
                || Arrays.stream(shapes).anyMatch(Objects::isNull)) {
            throw new UnsupportedModelException(
                    Problem.of("nobody tells the shapes of the block's inputs")
                            .at("block " + BlockName.of(block))
                            .expected("a block that was initialized with them, or input shapes")
                            .next(
                                    "Initialize the block with them before it is saved, or pass"
                                            + " them (optInputs)"));
        }
        return shapes;
    }

    /**
     * Chooses the engine that runs a block's graph without crossing into another dialect.
     *
     * @param block the block
     * @param graph its graph
     * @return of a {@link GraphBlock} its own; else the first one that takes the graph as it is
     * @throws UnsupportedModelException if no engine on the class path runs the graph
     */
    public static Backend backend(Block block, Graph graph) {
        if (block instanceof GraphBlock known) {
            return known.backend();
        }
        List<String> refusals = new ArrayList<>();
        Backend crossing = null;
        for (Backend backend : Backends.all()) {
            try {
                if (backend.adopt(graph) == graph) {
                    return backend;
                }
                crossing = crossing == null ? backend : crossing;
            } catch (UnsupportedModelException e) {
                refusals.add(backend.getEngineName() + ": " + e.getMessage());
            }
        }
        if (crossing != null) {
            return crossing;
        }
        throw new UnsupportedModelException(
                Problem.of("no engine on the class path runs this block's graph")
                        .at("block " + BlockName.of(block))
                        .actual(refusals.isEmpty() ? "no engine" : String.join("; ", refusals))
                        .next("Add quant-onnx to the class path"));
    }

    /**
     * Finds the engine that holds a block's parameters.
     *
     * @param block the block
     * @return the engine's name, null if it has no initialized parameters
     */
    public static String engineOf(Block block) {
        if (block instanceof GraphBlock known) {
            return known.backend().getEngineName();
        }
        return block.getParameters().values().stream()
                .filter(Parameter::isInitialized)
                .findFirst()
                .map(p -> p.getArray().getManager().getEngine().getEngineName())
                .orElse(null);
    }
}
