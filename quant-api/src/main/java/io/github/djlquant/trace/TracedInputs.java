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

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.github.djlquant.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random inputs of chosen extents, to run a Block on. */
final class TracedInputs {

    /**
     * Extents of the open axes in each run: distinct primes, so that each has one meaning. The last
     * one of each is for proofs.
     */
    private static final long[][] EXTENTS = {
        {3, 5, 2, 4},
        {7, 11, 13, 10},
        {17, 19, 23, 20},
        {29, 31, 37, 30},
        {41, 43, 47, 44},
        {53, 59, 61, 56}
    };

    /** Runs that a trace consists of. */
    static final int RUNS = 3;

    /** A run of other extents than those of the trace. */
    static final int PROOF = RUNS;

    private final List<TraceInput> inputs;
    private final Map<String, long[]> extents = new LinkedHashMap<>();

    TracedInputs(List<TraceInput> inputs) {
        this.inputs = inputs;
        for (TraceInput input : inputs) {
            for (int axis = 0; axis < input.shape().dimension(); axis++) {
                String name = input.axisNames().get(axis);
                if (input.isOpen(axis) && !extents.containsKey(name)) {
                    if (extents.size() == EXTENTS.length) {
                        throw new TraceException(
                                Problem.of("too many open extents")
                                        .at("input " + input.name())
                                        .expected("at most " + EXTENTS.length)
                                        .next("Give open axes of equal extent the same name"));
                    }
                    extents.put(name, EXTENTS[extents.size()]);
                }
            }
        }
    }

    /** Arrays for a run, the same for the same number. */
    NDList arrays(NDManager manager, int run) {
        NDList arrays = new NDList();
        Random random = new Random(run);
        for (TraceInput input : inputs) {
            long[] sizes = input.shape().getShape().clone();
            for (int axis = 0; axis < sizes.length; axis++) {
                if (input.isOpen(axis)) {
                    sizes[axis] = extents.get(input.axisNames().get(axis))[run];
                }
            }
            arrays.add(values(manager, input.dataType(), new Shape(sizes), random));
        }
        return arrays;
    }

    /** Zeros and ones among integers: they are indices in any table. */
    private static NDArray values(NDManager manager, DataType type, Shape shape, Random random) {
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.isFloating() ? 2 * random.nextFloat() - 1 : random.nextInt(2);
        }
        return manager.create(values, shape).toType(type, false);
    }

    /** A manager of the engine and device that a Block's parameters are on. */
    static NDManager manager(Block block) {
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            NDArray array = parameter.getValue().getArray();
            Engine engine = array.getManager().getEngine();
            return engine.newBaseManager(array.getDevice());
        }
        return NDManager.newBaseManager(Device.cpu());
    }
}
