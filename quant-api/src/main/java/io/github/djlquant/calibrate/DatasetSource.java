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
package io.github.djlquant.calibrate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.trace.ArrayTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a DJL dataset; each batch is closed as soon as it is copied. */
final class DatasetSource implements TensorSource {

    private final NDManager manager;
    private final Iterator<Batch> batches;
    private final FeedSpec spec;
    private List<Integer> labels = List.of();

    private DatasetSource(NDManager manager, Iterator<Batch> batches, FeedSpec spec) {
        this.manager = manager;
        this.batches = batches;
        this.spec = spec;
    }

    static DatasetSource open(Dataset dataset, FeedSpec spec) {
        NDManager manager = NDManager.newBaseManager(Device.cpu());
        boolean opened = false;
        try {
            dataset.prepare();
            DatasetSource source =
                    new DatasetSource(manager, dataset.getData(manager).iterator(), spec);
            opened = true;
            return source;
        } catch (IOException | TranslateException e) {
            throw new CalibrationException(
                    Problem.of("the dataset can't be read: " + e.getMessage())
                            .in(dataset.getClass().getName()),
                    e);
        } finally {
            if (!opened) {
                manager.close();
            }
        }
    }

    @Override
    public Map<String, Tensor> next(int rows) {
        if (!batches.hasNext()) {
            return null;
        }
        try (Batch batch = batches.next()) {
            labels = classes(batch.getLabels());
            return NDListSource.read(batch.getData(), spec, description());
        }
    }

    /** A whole number for each row is its class; boxes, masks and other targets are none. */
    private static List<Integer> classes(NDList labels) {
        if (labels == null || labels.size() != 1) {
            return List.of();
        }
        NDArray array = labels.get(0);
        Shape shape = array.getShape();
        boolean perRow = shape.dimension() == 1 || shape.dimension() == 2 && shape.get(1) == 1;
        Optional<Tensor> copied =
                perRow && array.getDataType() != DataType.BOOLEAN
                        ? ArrayTensors.dataType(array).map(type -> ArrayTensors.copyOf(array))
                        : Optional.empty();
        return copied.map(Tensor::toFloats).map(DatasetSource::classes).orElse(List.of());
    }

    private static List<Integer> classes(float[] numbers) {
        List<Integer> classes = new ArrayList<>();
        for (float number : numbers) {
            if (number < 0 || number != (int) number) {
                return List.of();
            }
            classes.add((int) number);
        }
        return classes;
    }

    @Override
    public List<Integer> labels() {
        return labels;
    }

    @Override
    public String description() {
        return "calibration dataset";
    }

    @Override
    public void close() {
        manager.close();
    }
}
