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
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import ai.djl.util.Pair;
import ai.djl.util.PairList;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.trace.lower.Lowering;
import io.github.djlquant.trace.lower.OperationTable;
import io.github.djlquant.trace.lower.SameCourse;
import io.github.djlquant.trace.record.BlockName;
import io.github.djlquant.trace.record.Recording;
import io.github.djlquant.trace.record.RememberedStep;
import io.github.djlquant.trace.record.TraceRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A DJL Block as a {@link Graph} in ONNX's operators. The Block runs three times on random inputs
 * of different extents; the arrays that it gets write down each operation. Numbers that differ
 * between the runs are said by the inputs' open extents, and the third run proves it.
 *
 * <pre>
 *   Block  --run, with arrays that record-->  three recordings  --one row per operation-->  Graph
 * </pre>
 *
 * <p>The Block stays as it is: parameters are read and copied once, and keep their managers. What a
 * graph can't say is a {@link TraceException} with the Block's path and the operation: courses that
 * depend on elements, an engine's own classes, random numbers, changed parameters.
 *
 * <p>Blocks of an engine's own format (TorchScript, or a {@link GraphBlock}) that are layers of
 * {@link ai.djl.nn.SequentialBlock}s become part of the graph, where their operators cross to ONNX.
 */
public final class BlockTracer {

    private BlockTracer() {}

    /**
     * Traces in inference mode. Axis 0 of each input, and every axis given as -1, stays dynamic.
     *
     * @param block an initialized Block
     * @param inputShapes one shape per input, of 32-bit floats; named as the Block names them where
     *     it does. Where the shapes differ on axis 0, as of a table beside a batch, {@link
     *     TraceInput} says what counts as the batch
     * @return a legal graph
     * @throws TraceException if the Block does what a graph can't say
     */
    public static Graph trace(Block block, Shape... inputShapes) {
        return trace(block, inputs(block, inputShapes));
    }

    /**
     * Traces in inference mode.
     *
     * @param block an initialized Block
     * @param inputs what it takes
     * @return a legal graph
     * @throws TraceException if the Block does what a graph can't say
     */
    public static Graph trace(Block block, List<TraceInput> inputs) {
        return trace(block, inputs, false);
    }

    /**
     * Traces in training mode: batch normalizations and dropouts stay operators of training ({@code
     * training_mode} is set, new statistics are further outputs of their nodes), and what is
     * computed from parameters is not computed beforehand. New running variances divide by the
     * number of elements, as ONNX defines it; libtorch's own divide by one less.
     *
     * @param block an initialized Block; its running statistics stay as they are
     * @param inputs what it takes
     * @return a legal graph
     * @throws TraceException if the Block does what a graph can't say
     */
    public static Graph traceTraining(Block block, List<TraceInput> inputs) {
        return trace(block, inputs, true);
    }

    /**
     * Describes a Block's inputs.
     *
     * @param block the Block
     * @param shapes one shape per input
     * @return inputs of 32-bit floats, named as the Block names them, else {@code input0}, ...
     */
    public static List<TraceInput> inputs(Block block, Shape... shapes) {
        List<String> names = declaredNames(block);
        List<TraceInput> inputs = new ArrayList<>();
        for (int i = 0; i < shapes.length; i++) {
            String name = names.size() == shapes.length ? names.get(i) : "input" + i;
            inputs.add(new TraceInput(name, DataType.FLOAT32, shapes[i]));
        }
        return inputs;
    }

    private static List<String> declaredNames(Block block) {
        try {
            PairList<String, Shape> declared = block.describeInput();
            return declared == null || declared.keys().stream().distinct().count() < declared.size()
                    ? List.of()
                    : declared.keys();
        } catch (IllegalStateException | IllegalArgumentException e) {
            // Not initialized, or loaded from a file that holds shapes and no names.
            return List.of();
        }
    }

    private static Graph trace(Block block, List<TraceInput> inputs, boolean training) {
        return remember(block, inputs, training).graph();
    }

    /**
     * A trace.
     *
     * @param graph the graph
     * @param runs the steps of each run; empty if they would not tell the Block from others
     */
    record Traced(Graph graph, Optional<List<List<RememberedStep>>> runs) {}

    /** Traces in inference mode, and keeps the steps of the runs. */
    static Traced remember(Block block, List<TraceInput> inputs) {
        return remember(block, inputs, false);
    }

    private static Traced remember(Block block, List<TraceInput> inputs, boolean training) {
        Block traceable =
                training || block instanceof SymbolBlock
                        ? block
                        : SymbolBlocks.standIns(block, Lowering.OPSET);
        requireTraceable(traceable, BlockName.of(block));
        TracedInputs arrays = new TracedInputs(inputs);
        List<Recording> runs = new ArrayList<>();
        try {
            for (int run = 0; run < TracedInputs.RUNS; run++) {
                runs.add(record(traceable, arrays, run, Set.of(), training));
            }
            int outputs = runs.get(0).outputs().size();
            if (outputs == 0) {
                throw new TraceException(
                        Problem.of("the Block returns nothing")
                                .at(BlockName.of(block))
                                .expected("at least one array")
                                .next("Return what it computes"));
            }
            Graph graph =
                    Lowering.lower(
                            BlockName.of(block), runs, arrays.axisNames(), outputNames(outputs));
            boolean whole = runs.stream().allMatch(run -> run.steps().isPresent());
            return new Traced(
                    graph,
                    whole
                            ? Optional.of(runs.stream().map(run -> run.steps().get()).toList())
                            : Optional.empty());
        } finally {
            runs.forEach(Recording::close);
        }
    }

    /**
     * Tells whether a trace in inference mode would take the steps of an earlier one. Nothing is
     * computed.
     *
     * @param block a Block whose parameters hold the elements that they held then
     * @param inputs what it was traced with
     * @param runs the steps
     */
    static boolean repeats(Block block, List<TraceInput> inputs, List<List<RememberedStep>> runs) {
        TracedInputs arrays = new TracedInputs(inputs);
        for (int run = 0; run < TracedInputs.RUNS; run++) {
            NDManager manager = TracedInputs.manager(block);
            if (!TraceRun.repeats(
                    block, manager, arrays.names(), arrays.shaped(manager, run), runs.get(run))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Requires that a Block computes as ever where extents are 1.
     *
     * @param block a Block that was traced
     * @param arrays its inputs
     * @param ones names of the extents
     * @throws TraceException with the path of the first call that differs
     */
    static void requireSameCourse(Block block, TracedInputs arrays, Set<String> ones) {
        Block traceable = SymbolBlocks.standIns(block, Lowering.OPSET);
        try (Recording usual = record(traceable, arrays, TracedInputs.PROOF, Set.of(), false);
                Recording other = record(traceable, arrays, TracedInputs.PROOF, ones, false)) {
            SameCourse.require(List.of(usual, other));
        }
    }

    private static List<String> outputNames(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(count == 1 ? "output" : "output" + i);
        }
        return names;
    }

    private static void requireTraceable(Block block, String path) {
        if (block instanceof SymbolBlock) {
            throw new TraceException(
                    Problem.of("a block of an engine's own format can't be traced inside")
                            .at(path)
                            .actual(block.getClass().getName())
                            .next(
                                    "Quantize the file it was loaded from (.onnx or .pt), which is"
                                            + " read directly; inside other Blocks make it a layer"
                                            + " of a SequentialBlock, in inference"));
        }
        for (Pair<String, Block> child : block.getChildren()) {
            requireTraceable(child.getValue(), path + "/" + child.getKey());
        }
        for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
            if (!parameter.getValue().isInitialized()) {
                throw new TraceException(
                        Problem.of("a parameter has no value yet")
                                .at(path + "/" + parameter.getKey())
                                .next("Initialize or train the Block, or load its parameters"));
            }
        }
    }

    private static Recording record(
            Block block, TracedInputs arrays, int run, Set<String> ones, boolean training) {
        NDManager manager = TracedInputs.manager(block);
        return TraceRun.record(
                block,
                manager,
                arrays.names(),
                arrays.arrays(manager, run, ones),
                training,
                OperationTable::contains);
    }
}
