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
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.trace.record.ShapedArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

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

    private final List<Wanted> wanted;
    private final Map<String, long[]> extents = new LinkedHashMap<>();

    /**
     * One input.
     *
     * @param sizes -1 where the extent is open
     * @param axes names; open axes of one name have one extent
     */
    private record Wanted(String name, DataType type, long[] sizes, List<String> axes) {

        static Wanted of(TraceInput input) {
            long[] sizes = input.shape().getShape().clone();
            for (int axis = 0; axis < sizes.length; axis++) {
                sizes[axis] = input.isOpen(axis) ? -1 : sizes[axis];
            }
            return new Wanted(input.name(), input.dataType(), sizes, input.axisNames());
        }

        static Wanted of(Value input) {
            ValueType.TensorType type = (ValueType.TensorType) input.type();
            List<String> axes = new ArrayList<>();
            for (Dimension dimension : type.shape().dimensions()) {
                axes.add(dimension instanceof Dimension.Symbolic open ? open.name() : "fixed");
            }
            long[] sizes = ArrayTensors.shapeOf(type).getShape().clone();
            return new Wanted(input.name(), ArrayTensors.elementsOf(type), sizes, axes);
        }

        static boolean isKnown(Value input) {
            return input.type() instanceof ValueType.TensorType type
                    && type.shape() != null
                    && ArrayTensors.elementsOf(type) != DataType.UNKNOWN;
        }
    }

    TracedInputs(List<TraceInput> inputs) {
        this.wanted = TraceInput.apart(inputs).stream().map(Wanted::of).toList();
        chooseExtents();
    }

    private TracedInputs(Graph graph, List<TraceInput> told) {
        List<Wanted> found = new ArrayList<>();
        for (int i = 0; i < graph.inputs().size(); i++) {
            Value input = graph.inputs().get(i);
            if (Wanted.isKnown(input)) {
                found.add(Wanted.of(input));
            } else if (told.size() == graph.inputs().size()) {
                found.add(Wanted.of(told.get(i)));
            } else {
                throw new UnsupportedModelException(
                        Problem.of("nobody tells the shape of an input, on which it is proven")
                                .at("input " + input.name())
                                .next("Pass the shapes of the inputs"));
            }
        }
        wanted = List.copyOf(found);
        chooseExtents();
    }

    /**
     * Inputs of a graph.
     *
     * @param graph the graph, of which a fixed first extent stays fixed
     * @param told what its inputs are where it does not say so, as in TorchScript
     * @throws UnsupportedModelException if nobody tells a shape
     */
    static TracedInputs of(Graph graph, List<TraceInput> told) {
        return new TracedInputs(graph, told);
    }

    private void chooseExtents() {
        for (Wanted input : wanted) {
            for (int axis = 0; axis < input.sizes().length; axis++) {
                String name = input.axes().get(axis);
                if (input.sizes()[axis] == -1 && !extents.containsKey(name)) {
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

    /** The inputs' names. */
    List<String> names() {
        return wanted.stream().map(Wanted::name).toList();
    }

    /** A name per axis of each input; axes of the same name have the same extent. */
    List<List<String>> axisNames() {
        return wanted.stream().map(Wanted::axes).toList();
    }

    /** What can be 1, though no trace runs at it: each open extent alone, then all of them. */
    List<Set<String>> ones() {
        List<Set<String>> ones = new ArrayList<>();
        extents.keySet().forEach(name -> ones.add(Set.of(name)));
        if (extents.size() > 1) {
            ones.add(Set.copyOf(extents.keySet()));
        }
        return ones;
    }

    /** Arrays for a run, the same for the same number. */
    NDList arrays(NDManager manager, int run) {
        return arrays(manager, run, Set.of());
    }

    /** Arrays for a run in which the extents of these names are 1. */
    NDList arrays(NDManager manager, int run, Set<String> ones) {
        Random random = new Random(run);
        NDList arrays = new NDList();
        wanted.forEach(
                input ->
                        arrays.add(values(manager, input.type(), shape(input, run, ones), random)));
        return arrays;
    }

    /** The same without elements. */
    NDList shaped(NDManager manager, int run) {
        NDList arrays = new NDList();
        wanted.forEach(
                input ->
                        arrays.add(
                                ShapedArray.of(
                                        manager, input.type(), shape(input, run, Set.of()))));
        return arrays;
    }

    private Shape shape(Wanted input, int run, Set<String> ones) {
        long[] sizes = input.sizes().clone();
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] == -1) {
                String name = input.axes().get(axis);
                sizes[axis] = ones.contains(name) ? 1 : extents.get(name)[run];
            }
        }
        return new Shape(sizes);
    }

    /** Zeros and ones among integers: they are indices in any table. */
    private static NDArray values(NDManager manager, DataType type, Shape shape, Random random) {
        int count = Math.toIntExact(shape.size());
        if (type == DataType.INT64) {
            // An engine without arithmetic converts no types.
            return manager.create(random.longs(count, 0, 2).toArray(), shape);
        }
        float[] values = new float[count];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.isFloating() ? 2 * random.nextFloat() - 1 : random.nextInt(2);
        }
        NDArray floats = manager.create(values, shape);
        return type == DataType.FLOAT32 ? floats : floats.toType(type, false);
    }

    /** A manager of the engine and device that a Block's parameters are on. */
    static NDManager manager(Block block) {
        if (block instanceof GraphBlock known) {
            return NDManager.newBaseManager(Device.cpu(), known.backend().getEngineName());
        }
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            NDArray array = parameter.getValue().getArray();
            Engine engine = array.getManager().getEngine();
            return engine.newBaseManager(array.getDevice());
        }
        return NDManager.newBaseManager(Device.cpu());
    }
}
