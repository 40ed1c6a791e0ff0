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

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.util.passthrough.PassthroughNDManager;
import io.github.djlquant.trace.lower.OperationTable;
import io.github.djlquant.trace.record.ShapedArray;
import io.github.djlquant.trace.record.TraceRun;
import java.util.function.BooleanSupplier;

/**
 * Follows the trace of a small Block again and again, on arrays without elements and without an
 * engine. A fresh virtual machine then has loaded, linked and compiled what follows a real one.
 */
public final class TraceRehearsal {

    private static final Shape SHAPE = new Shape(1, 1, 1, 1);

    /** Until the compiler has done with it. */
    private static final int MOST_RUNS = 400;

    private TraceRehearsal() {}

    /**
     * Rehearses.
     *
     * @param wanted false as soon as the processor is needed for other things
     * @return how often it was followed
     */
    public static int hold(BooleanSupplier wanted) {
        NDManager manager = PassthroughNDManager.INSTANCE;
        Block block = block(manager);
        NDArray input = array(manager);
        int runs = 0;
        while (runs < MOST_RUNS && wanted.getAsBoolean()) {
            TraceRun.rehearse(block, manager, input, OperationTable::contains);
            BlockParts.of(block).structure();
            runs++;
        }
        return runs;
    }

    private static Block block(NDManager manager) {
        Block block =
                new SequentialBlock()
                        .add(
                                new SequentialBlock()
                                        .add(
                                                Conv2d.builder()
                                                        .setKernelShape(new Shape(1, 1))
                                                        .setFilters(1)
                                                        .build())
                                        .add(BatchNorm.builder().build())
                                        .add(Activation.reluBlock()))
                        .add(Linear.builder().setUnits(1).build());
        block.getParameters().values().forEach(parameter -> parameter.setArray(array(manager)));
        return block;
    }

    private static NDArray array(NDManager manager) {
        return ShapedArray.of(manager, DataType.FLOAT32, SHAPE);
    }
}
