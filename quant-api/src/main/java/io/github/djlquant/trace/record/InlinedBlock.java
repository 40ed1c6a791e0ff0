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
package io.github.djlquant.trace.record;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.trace.TraceException;
import java.lang.reflect.Method;
import java.util.stream.Stream;

/**
 * Stands for a block of an engine's own format while the Blocks around it are traced. The block
 * runs on the plain arrays; what is written down is one operation with its whole graph.
 */
public final class InlinedBlock extends AbstractBlock {

    /** The operation that is written down: its arguments are the inputs and the graph. */
    public static final String OPERATION = "SymbolBlock.forward(NDList)";

    private static final Method RUN =
            Stream.of(InlinedBlock.class.getMethods())
                    .filter(method -> method.getName().equals("run"))
                    .findFirst()
                    .orElseThrow();

    private final SymbolBlock block;
    private final Graph graph;

    /**
     * Creates a stand-in.
     *
     * @param block the block, which stays the caller's
     * @param graph what it computes, in ONNX's operators
     */
    public InlinedBlock(SymbolBlock block, Graph graph) {
        this.block = block;
        this.graph = graph;
    }

    /**
     * Runs the block; called by reflection, as the operations of arrays are.
     *
     * @param inputs plain arrays
     * @param unread what is written down
     * @return plain arrays
     */
    public NDList run(NDList inputs, Graph unread) {
        NDManager manager = inputs.head().getManager();
        return block.forward(new ParameterStore(manager, false), inputs, false);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        TracedArray first = inputs.isEmpty() ? null : TracedArray.behind(inputs.head());
        if (first == null) {
            throw new TraceException(
                    Problem.of("a block of an engine's own format gets arrays that are not traced")
                            .at(BlockName.of(block))
                            .next("Hand it what the Block before it returns"));
        }
        return (NDList)
                first.run().call(null, this, OPERATION, RUN, new Object[] {inputs, graph}, false);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return block.getOutputShapes(inputShapes);
    }
}
