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

import ai.djl.nn.Block;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.graph.Graph;
import java.util.List;
import java.util.Optional;

/**
 * The trace of a Block that may have been traced before. What an earlier trace did can be followed
 * without computing anything: the Block's code runs on arrays of the types and shapes that came up
 * then. It sees nothing else of arrays, so if it calls the same operations with the same numbers,
 * and its parameters hold the same elements, its graph is the same. Code that does something else,
 * such as a lambda's, calls something else.
 */
public final class BlockTrace {

    private final Block block;
    private final List<TraceInput> inputs;
    private final boolean typed;
    private Graph graph;
    private TraceMemory memory;

    /**
     * Prepares.
     *
     * @param block an initialized Block
     * @param told what it takes; none for the shapes that it was initialized with
     * @param data representative inputs, whose element types count where nobody tells them; or null
     * @throws io.github.djlquant.UnsupportedModelException if nobody tells the inputs' shapes
     */
    public BlockTrace(Block block, List<TraceInput> told, CalibrationData data) {
        this.block = block;
        if (block instanceof GraphBlock) {
            inputs = List.of();
            typed = true;
        } else if (!told.isEmpty()) {
            inputs = TraceInput.apart(told);
            typed = true;
        } else {
            List<TraceInput> floats = BlockTracer.inputs(block, BlockGraph.shapes(block));
            Optional<List<TraceInput>> found = UntypedInputs.ofData(data, floats);
            inputs = TraceInput.apart(found.orElse(floats));
            typed = found.isPresent();
        }
    }

    /**
     * Returns the digest of what the Block is made of, but for its parameters' elements: its
     * classes, names, types and shapes, and what it takes.
     *
     * @return text; empty for a block that is a graph already
     */
    public Optional<String> structure() {
        return block instanceof GraphBlock
                ? Optional.empty()
                : Optional.of(BlockParts.of(block).structure() + inputTexts());
    }

    /**
     * Begins to read the elements of all parameters.
     *
     * @return their digest, to be closed before a parameter goes
     */
    public ElementsDigest elements() {
        return ElementsDigest.begin(BlockParts.of(block).arrays());
    }

    /**
     * Tells whether a trace would do what an earlier one did, without computing it.
     *
     * @param earlier what a trace of a Block of the same {@link #structure} did
     * @return true if its graph is that of this Block, too, where their elements are the same
     */
    public boolean repeats(TraceMemory earlier) {
        return earlier.inputs().equals(inputTexts())
                && BlockTracer.repeats(block, inputs, earlier.runs());
    }

    private List<String> inputTexts() {
        return inputs.stream().map(input -> input.text() + input.axisNames()).toList();
    }

    /**
     * Traces, at the first call.
     *
     * @return the graph
     * @throws TraceException if the Block does what a graph can't say
     */
    public Graph graph() {
        if (graph == null) {
            trace();
        }
        return graph;
    }

    private void trace() {
        if (block instanceof GraphBlock known) {
            graph = known.graph();
            return;
        }
        BlockTracer.Traced traced =
                typed ? BlockTracer.remember(block, inputs) : UntypedInputs.remember(block, inputs);
        graph = traced.graph();
        memory = traced.runs().map(runs -> new TraceMemory(inputTexts(), runs)).orElse(null);
    }

    /**
     * Returns what {@link #graph} saw the Block do.
     *
     * @return empty before the trace, and where it can't be followed: symbol blocks inside,
     *     operands of classes of one's own, types that were found by trying
     */
    public Optional<TraceMemory> memory() {
        return Optional.ofNullable(memory);
    }

    /**
     * Describes rows of data for the Block, without a trace.
     *
     * @param samples the largest number of rows
     * @return one row at a time
     */
    public FeedSpec rows(long samples) {
        return block instanceof GraphBlock known
                ? FeedSpec.of(known.graph(), 1, samples)
                : new FeedSpec(
                        inputs.stream().map(UntypedInputs::untyped).toList(), 1, samples, false);
    }
}
