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

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.trace.record.BlockName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Traces a Block of which only the inputs' shapes are known, as of any initialized one. The element
 * types are those of the user's data; without data they are found by running the Block. They are
 * floats, unless the Block takes none or makes indices of one: then as many inputs as it takes so
 * are 64-bit integers, since masks are integers as ids are.
 */
final class UntypedInputs {

    private static final Logger logger = LoggerFactory.getLogger(UntypedInputs.class);

    /** Each input is tried as floats and as integers, in all combinations. */
    private static final int MOST_INPUTS = 8;

    /** ONNX's number of the type of indices. */
    private static final long INT64 = 7;

    /** What leaves elements as they are. */
    private static final Set<String> MOVING =
            Set.of("Reshape", "Squeeze", "Unsqueeze", "Transpose", "Flatten");

    private UntypedInputs() {}

    /**
     * Finds the types by running the Block, and traces.
     *
     * @param block an initialized Block
     * @param floats its inputs, as if all were floats
     * @return with the steps only if it takes floats: others show after several attempts
     * @throws TraceException if the Block does what a graph can't say
     */
    static BlockTracer.Traced remember(Block block, List<TraceInput> floats) {
        BlockTracer.Traced traced;
        try {
            traced = BlockTracer.remember(block, floats);
            Graph graph = traced.graph();
            if (graph.inputs().stream().noneMatch(input -> isIds(graph, input.name()))) {
                return traced;
            }
        } catch (TraceException e) {
            if (runs(block, floats)) {
                throw e;
            }
            return new BlockTracer.Traced(
                    withIntegers(block, floats).orElseThrow(() -> e), Optional.empty());
        }
        return new BlockTracer.Traced(
                withIntegers(block, floats).orElse(traced.graph()), Optional.empty());
    }

    /** Engines take floats as indices, and cut them off. */
    private static boolean isIds(Graph graph, String value) {
        List<Node> consumers = graph.consumers(value);
        return !consumers.isEmpty()
                && consumers.stream()
                        .allMatch(
                                node ->
                                        node.op().name().equals("Cast")
                                                ? node.intAttribute("to", 0) == INT64
                                                : MOVING.contains(node.op().name())
                                                        && isIds(graph, node.output()));
    }

    /** Empty where the data does not fit the inputs: what is wrong with it is found by using it. */
    static Optional<List<TraceInput>> ofData(CalibrationData data, List<TraceInput> inputs) {
        if (data == null) {
            return Optional.empty();
        }
        List<Value> untyped = inputs.stream().map(UntypedInputs::untyped).toList();
        try (FeedStream feeds = data.open(new FeedSpec(untyped, 1, 1, false))) {
            if (!feeds.hasNext()) {
                return Optional.empty();
            }
            Map<String, Tensor> row = feeds.next().tensors();
            List<TraceInput> typed = new ArrayList<>();
            for (TraceInput input : inputs) {
                Tensor tensor = row.get(input.name());
                DataType type =
                        tensor == null
                                ? DataType.UNKNOWN
                                : ArrayTensors.elementsOf(
                                        new ValueType.TensorType(
                                                tensor.dataType(), tensor.shape()));
                if (type == DataType.UNKNOWN) {
                    return Optional.empty();
                }
                // NumPy's floats are of 64 bits unless told otherwise; they are converted.
                typed.add(input.withDataType(type.isFloating() ? DataType.FLOAT32 : type));
            }
            return Optional.of(typed);
        } catch (CalibrationException e) {
            logger.debug("the data does not tell what the block takes", e);
            return Optional.empty();
        }
    }

    /** An input as data is asked for, in whatever elements it comes. */
    static Value untyped(TraceInput input) {
        List<Dimension> extents = new ArrayList<>();
        for (int axis = 0; axis < input.shape().dimension(); axis++) {
            extents.add(
                    input.isOpen(axis)
                            ? new Dimension.Symbolic(input.axisNames().get(axis))
                            : new Dimension.Fixed(input.shape().get(axis)));
        }
        return new Value(input.name(), new ValueType.TensorType(null, new Shape(extents)));
    }

    private static Optional<Graph> withIntegers(Block block, List<TraceInput> floats) {
        if (floats.size() > MOST_INPUTS) {
            return Optional.empty();
        }
        int all = (1 << floats.size()) - 1;
        Optional<List<TraceInput>> most =
                IntStream.rangeClosed(1, all)
                        .boxed()
                        .sorted(Comparator.comparingInt(chosen -> -Integer.bitCount(chosen)))
                        .map(chosen -> withIntegers(floats, chosen))
                        .filter(inputs -> runs(block, inputs))
                        .findFirst();
        most.ifPresent(inputs -> logger.info("{} takes {}", BlockName.of(block), inputs));
        return most.map(inputs -> BlockTracer.trace(block, inputs));
    }

    private static List<TraceInput> withIntegers(List<TraceInput> floats, int chosen) {
        return IntStream.range(0, floats.size())
                .mapToObj(
                        i ->
                                (chosen >> i & 1) == 0
                                        ? floats.get(i)
                                        : floats.get(i).withDataType(DataType.INT64))
                .toList();
    }

    private static boolean runs(Block block, List<TraceInput> inputs) {
        try (NDManager manager = TracedInputs.manager(block)) {
            block.forward(
                            new ParameterStore(manager, false),
                            new TracedInputs(inputs).arrays(manager, 0),
                            false)
                    .close();
            return true;
        } catch (RuntimeException e) {
            // Engines and Blocks throw whatever they like at a type that they do not take.
            logger.debug("{} does not take {}", BlockName.of(block), inputs, e);
            return false;
        }
    }
}
