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
package io.github.djlquant.monitor;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model's block with a {@link DriftMonitor} in front of it: the monitor looks at the inputs,
 * batched as the model gets them, and the block answers as before. Of a {@link TappedModel} it also
 * looks at the inner values, which go no further. Translators stay as they are.
 */
public final class MonitoredBlock extends AbstractSymbolBlock implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(MonitoredBlock.class);

    /** The types that {@link #type} knows. */
    private static final String WATCHED = "float32, int64, int32, int8 or uint8";

    private final String name;
    private final Block block;
    private final DriftMonitor monitor;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicBoolean passedOver = new AtomicBoolean();

    private MonitoredBlock(String name, Block block, DriftMonitor monitor) {
        this.name = name;
        this.block = block;
        this.monitor = monitor;
    }

    /**
     * Puts a monitor in front of a loaded model. Predictors take the block when they are made: call
     * it before.
     *
     * @param model the model; its block is replaced
     * @param monitor looks at the inputs from now on; one monitor may watch several models that
     *     serve the same traffic
     * @throws UnsupportedModelException if the model is watched already, or its block is not one of
     *     an engine's files, or the baseline tells nothing of what comes in or is yielded inside
     */
    public static void attach(Model model, DriftMonitor monitor) {
        Block block = model.getBlock();
        if (!(block instanceof SymbolBlock) || block instanceof MonitoredBlock) {
            throw new UnsupportedModelException(
                    Problem.of("a drift monitor can't be attached to this block")
                            .at(model.getName())
                            .expected("a block of an engine's file that is not watched yet")
                            .actual(block == null ? "none" : block.getClass().getName()));
        }
        DriftBaseline baseline = monitor.baseline();
        boolean watches =
                baseline.watched().stream()
                        .anyMatch(
                                tensor ->
                                        baseline.inputs().contains(tensor.read())
                                                || isTapped(baseline, tensor.read()));
        if (!watches) {
            throw new UnsupportedModelException(
                    Problem.of("a drift monitor would see nothing of this model")
                            .at(model.getName())
                            .expected(
                                    "a baseline of one of the inputs "
                                            + baseline.inputs()
                                            + ", of type "
                                            + WATCHED)
                            .actual(
                                    "baseline "
                                            + baseline.id()
                                            + " of "
                                            + baseline.tensors().keySet())
                            .next(
                                    "Watch what the inputs are made of with a monitor of your own:"
                                            + " DriftBaseline.builder and DriftMonitor.observe"));
        }
        model.setBlock(new MonitoredBlock(model.getName(), block, monitor));
    }

    private static boolean isTapped(DriftBaseline baseline, String value) {
        return baseline.taps().stream().anyMatch(tap -> tap.value().equals(value));
    }

    /**
     * Finds a model's monitor.
     *
     * @param model a loaded model
     * @return its monitor, empty if it has none
     */
    public static Optional<DriftMonitor> monitorOf(Model model) {
        return model.getBlock() instanceof MonitoredBlock watched
                ? Optional.of(watched.monitor)
                : Optional.empty();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> arguments) {
        boolean due = monitor.isDue();
        List<Tap> taps = monitor.baseline().taps();
        if (taps.isEmpty()) {
            if (due) {
                look(inputs, new NDList(), taps);
            }
            return block.forward(parameters, inputs, training, arguments);
        }
        NDList outputs = block.forward(parameters, inputs, training, arguments);
        int own = own(outputs, taps);
        try (NDList inside = new NDList(outputs.subList(own, outputs.size()))) {
            if (due) {
                look(inputs, inside, taps);
            }
        }
        return new NDList(outputs.subList(0, own));
    }

    /** Without this check a model that is no tapped copy would lose its own outputs. */
    private int own(NDList outputs, List<Tap> taps) {
        int own = outputs.size() - taps.size();
        boolean tapped = own > 0;
        for (int i = 0; tapped && i < taps.size(); i++) {
            NDArray array = outputs.get(own + i);
            tapped =
                    array.getDataType().isInteger() && taps.get(i).output().equals(array.getName());
        }
        if (!tapped) {
            List<String> names = outputs.stream().map(NDArray::getName).toList();
            outputs.close();
            throw new UnsupportedModelException(
                    Problem.of("the watched model does not yield the inner values of its baseline")
                            .at(name)
                            .expected(
                                    "last outputs "
                                            + taps.stream().map(Tap::output).toList()
                                            + " of baseline "
                                            + monitor.baseline().id())
                            .actual("outputs " + names)
                            .next(
                                    "Serve the copy that TappedModel.write made, or take the"
                                            + " baseline of the file that is served"));
        }
        return own;
    }

    /** Monitoring must not fail a request; it is said once. */
    private void look(NDList inputs, NDList tapped, List<Tap> taps) {
        try {
            Map<String, Tensor> inside = new HashMap<>();
            for (int i = 0; i < taps.size(); i++) {
                Tensor integers = tensor(tapped.get(i));
                if (integers != null) {
                    inside.put(taps.get(i).value(), integers);
                }
            }
            monitor.observe(tensors(inputs, monitor.baseline().inputs()), inside);
        } catch (RuntimeException e) {
            if (failed.compareAndSet(false, true)) {
                logger.warn(
                        "the drift monitor can't read the inputs, which goes unsaid from now", e);
            }
        }
    }

    /** Arrays without the graph's names count in the graph's order. */
    private Map<String, Tensor> tensors(NDList inputs, List<String> names) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            NDArray array = inputs.get(i);
            String name =
                    array.getName() != null && names.contains(array.getName())
                            ? array.getName()
                            : i < names.size() ? names.get(i) : null;
            Tensor tensor = tensor(array);
            if (tensor != null && name != null) {
                tensors.put(name, tensor);
            } else if (tensor == null && passedOver.compareAndSet(false, true)) {
                logger.warn(
                        "the drift monitor passes over input {} of type {}, as over all but {},"
                                + " which goes unsaid from now",
                        name,
                        array.getDataType(),
                        WATCHED);
            }
        }
        return tensors;
    }

    /** Null for types that are not monitored. */
    private static Tensor tensor(NDArray array) {
        DataType type = type(array);
        return type == null
                ? null
                : new Tensor(
                        type,
                        io.github.djlquant.graph.Shape.of(array.getShape().getShape()),
                        TensorStorage.of(array.toByteBuffer()));
    }

    private static DataType type(NDArray array) {
        return switch (array.getDataType()) {
            case FLOAT32 -> DataType.FLOAT;
            case INT64 -> DataType.INT64;
            case INT32 -> DataType.INT32;
            case INT8 -> DataType.INT8;
            case UINT8 -> DataType.UINT8;
            default -> null;
        };
    }

    @Override
    public void removeLastBlock() {
        ((SymbolBlock) block).removeLastBlock();
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return block.describeInput();
    }

    @Override
    public ParameterList getDirectParameters() {
        return block.getDirectParameters();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return block.getOutputShapes(inputShapes);
    }

    @Override
    public void close() {
        if (block instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new ModelFormatException(
                        Problem.of("the watched model can't be closed").actual(e.getMessage()), e);
            }
        }
    }
}
