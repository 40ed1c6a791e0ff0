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
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.trace.TraceException;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the layers of sequences one by one, so that it is known which one is running: the stack
 * tells neighbours of one class not apart.
 */
record SequenceWalk(BlockPaths paths, ParameterStore parameters, boolean training) {

    /**
     * Runs a Block.
     *
     * @throws TraceException if it fails, with its path
     */
    NDList run(Block block, NDList inputs) {
        try {
            return forward(block, inputs);
        } catch (QuantizationException e) {
            throw e;
        } catch (ClassCastException e) {
            throw new TraceException(
                    Problem.of("a Block expects an engine's own class where it gets a traced array")
                            .at(place(e))
                            .actual(e.getMessage())
                            .next("Write the Block with the operations of NDArray only"),
                    e);
        } catch (RuntimeException e) {
            throw new TraceException(
                    Problem.of("a Block fails on inputs of these extents")
                            .at(place(e))
                            .expected("a pass on " + Arrays.toString(inputs.getShapes()))
                            .actual(e)
                            .next(
                                    "Fix the extents that the Block does not take freely in the"
                                            + " inputs' shapes"),
                    e);
        }
    }

    /** The Block's path and the method that threw. */
    private String place(RuntimeException thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        return paths.of(thrown)
                + (frames.length == 0
                        ? ""
                        : ", " + frames[0].getClassName() + "." + frames[0].getMethodName());
    }

    /** After a failure the paths stay at the layer that failed. */
    private NDList forward(Block block, NDList inputs) {
        if (block.getClass() != SequentialBlock.class
                || ((SequentialBlock) block).isReturnIntermediate()) {
            return block.forward(parameters, inputs, training, null);
        }
        NDList current = inputs;
        List<Block> layers = block.getChildren().values();
        for (int i = 0; i < layers.size(); i++) {
            paths.enter(i);
            current = forward(layers.get(i), current);
            paths.leave();
        }
        return current;
    }
}
