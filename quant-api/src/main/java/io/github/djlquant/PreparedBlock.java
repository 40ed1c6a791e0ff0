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
package io.github.djlquant;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.InstrumentedGraph;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.LiveCalibration;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.trace.ArrayTensors;
import io.github.djlquant.trace.GraphBlock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A float block with observers inside, made by {@link Quantizer#prepare} and turned into integers
 * by {@link Quantizer#convert}. It answers as the float block does, and whatever runs through it is
 * observed: a {@code Predictor}, {@code Trainer.evaluate}, any loop, also training passes where the
 * engine has gradients (PyTorch). Several threads may run it.
 *
 * <p>What an optimizer does to its parameters between the passes counts: {@link Quantizer#convert}
 * starts from the weights as they are then. Saving it writes the float graph without observers;
 * what they saw is saved with {@link CalibrationTable#save}.
 */
public final class PreparedBlock extends GraphBlock {

    /** Rows of the first batches are kept, so that conversion can be verified on real ones. */
    private static final int KEPT_ROWS = 32;

    private static final long KEPT_BYTES = 32L << 20;

    private final GraphConversion.Prepared prepared;
    private final QuantizationSettings settings;
    private final InstrumentedGraph instrumented;
    private final LiveCalibration observers;
    private final List<Map<String, Tensor>> kept = new ArrayList<>();
    private int keptRows;
    private long keptBytes;

    private PreparedBlock(
            QuantizationSettings settings,
            Backend backend,
            GraphConversion.Prepared prepared,
            LiveCalibration observers,
            InstrumentedGraph instrumented) {
        super(backend, prepared.observed(), instrumented.graph());
        this.settings = settings;
        this.prepared = prepared;
        this.observers = observers;
        this.instrumented = instrumented;
    }

    static PreparedBlock of(
            QuantizationSettings settings,
            Backend backend,
            GraphConversion.Prepared prepared,
            LiveCalibration observers) {
        return new PreparedBlock(
                settings,
                backend,
                prepared,
                observers,
                backend.instrument(prepared.observed(), observers.probes()));
    }

    /**
     * Returns how many rows were observed.
     *
     * @return rows of all batches so far
     */
    public long samples() {
        return observers.samples();
    }

    /**
     * Returns what the observers know so far.
     *
     * @return the statistics of the values that will carry a scale
     */
    public CalibrationTable statistics() {
        return observers.table();
    }

    /** With the weights as they are now. */
    GraphConversion.Prepared prepared() {
        return prepared.with(graph());
    }

    QuantizationSettings settings() {
        return settings;
    }

    /** A few real inputs. */
    synchronized List<Map<String, Tensor>> rows() {
        return List.copyOf(kept);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        Observation observation = new Observation(rowsOf(inputs));
        NDList outputs = run(inputs, training, observation);
        keep(inputs);
        return outputs;
    }

    /** Nobody means zeros as data: the observers don't hear of them. */
    @Override
    protected NDList answer(ParameterStore parameterStore, NDList zeros) {
        return run(zeros, false, new Unobserved());
    }

    /** The file holds probes as well. */
    @Override
    protected boolean isAsWritten() {
        return false;
    }

    private static int rowsOf(NDList inputs) {
        return inputs.isEmpty() || inputs.head().getShape().dimension() == 0
                ? 1
                : Math.toIntExact(Math.max(1, inputs.head().getShape().get(0)));
    }

    private synchronized void keep(NDList inputs) {
        int rows = rowsOf(inputs);
        long bytes =
                inputs.stream().mapToLong(a -> a.size() * a.getDataType().getNumOfBytes()).sum();
        boolean first = kept.isEmpty();
        if (!first && (keptRows + rows > KEPT_ROWS || keptBytes + bytes > KEPT_BYTES)
                || keptRows >= KEPT_ROWS) {
            return;
        }
        int taken = canBeCut(inputs, rows) ? fitting(rows, bytes) : rows;
        // Not those of graph(), which looks for trained weights.
        List<Value> described = prepared.observed().inputs();
        Map<String, Tensor> batch = new LinkedHashMap<>();
        for (int i = 0; i < described.size(); i++) {
            String name = described.get(i).name();
            NDArray named = inputs.get(name);
            NDArray array = named == null ? inputs.get(i) : named;
            batch.put(
                    name,
                    taken == rows
                            ? ArrayTensors.copyOf(array)
                            : ArrayTensors.copyOfRows(array, taken));
        }
        kept.add(batch);
        keptRows += taken;
        keptBytes += bytes / rows * taken;
    }

    /** Not where the graph fixes the number of rows, or an array counts something else first. */
    private boolean canBeCut(NDList inputs, int rows) {
        return inputs.stream().map(NDArray::getShape).allMatch(s -> first(s) == rows)
                && describeInput().values().stream().allMatch(s -> first(s) == -1);
    }

    private static long first(Shape shape) {
        return shape.dimension() == 0 ? 0 : shape.get(0);
    }

    private static int fitting(int rows, long bytes) {
        long fit = Math.max(1, KEPT_BYTES / Math.max(1, bytes / rows));
        return (int) Math.min(Math.min(rows, KEPT_ROWS), fit);
    }

    /** What the probes are fed and yield, and nobody reads. */
    private class Unobserved implements Tap {

        @Override
        public NDList inputs(NDManager memory) {
            return instrumented.phaseInput() == null
                    ? new NDList()
                    : new NDList(memory.create(new long[] {phase()}));
        }

        long phase() {
            return InstrumentedGraph.phase(0);
        }

        @Override
        public int outputs() {
            return prepared.observed().outputs().size();
        }

        @Override
        public void accept(NDList beyond) {}
    }

    /** The probes' side of one batch. */
    private final class Observation extends Unobserved {

        private final int rows;

        Observation(int rows) {
            this.rows = rows;
        }

        @Override
        long phase() {
            return InstrumentedGraph.phase(observers.nextBatch());
        }

        @Override
        public void accept(NDList beyond) {
            List<Value> all = instrumented.graph().outputs();
            Map<String, Tensor> results = new LinkedHashMap<>();
            for (int i = 0; i < beyond.size(); i++) {
                results.put(all.get(outputs() + i).name(), ArrayTensors.copyOf(beyond.get(i)));
            }
            observers.observe(rows, instrumented.read(results));
        }
    }
}
