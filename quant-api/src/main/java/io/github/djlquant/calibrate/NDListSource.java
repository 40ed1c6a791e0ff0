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

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.trace.ArrayTensors;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads lists of DJL arrays. Arrays without the graph's names count in the graph's order. */
final class NDListSource implements TensorSource {

    /** How messages call it. */
    static final String NAME = "calibration batches";

    private final Iterator<NDList> lists;
    private final FeedSpec spec;

    NDListSource(Iterator<NDList> lists, FeedSpec spec) {
        this.lists = lists;
        this.spec = spec;
    }

    @Override
    public Map<String, Tensor> next(int rows) {
        return lists.hasNext() ? read(lists.next(), spec, description()) : null;
    }

    static Map<String, Tensor> read(NDList list, FeedSpec spec, String source) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        boolean named =
                spec.inputs().stream()
                        .allMatch(
                                input ->
                                        list.stream()
                                                .anyMatch(a -> input.name().equals(a.getName())));
        if (!named && list.size() != spec.inputs().size()) {
            throw new CalibrationException(
                    Problem.of("a batch has another number of arrays than the graph has inputs")
                            .in(source)
                            .expected(spec.describe())
                            .actual(list.size() + " arrays"));
        }
        for (int i = 0; i < list.size(); i++) {
            NDArray array = list.get(i);
            String name = named ? array.getName() : spec.inputs().get(i).name();
            tensors.put(name == null ? "array " + i : name, tensor(array, name, source));
        }
        return tensors;
    }

    private static Tensor tensor(NDArray array, String name, String source) {
        if (ArrayTensors.dataType(array).isEmpty()) {
            throw new CalibrationException(
                    Problem.of("an array has an element type that is not read")
                            .in(source)
                            .at("input " + name)
                            .actual(array.getDataType()));
        }
        // A copy outlives the array, which its owner closes when he likes.
        return ArrayTensors.copyOf(array);
    }

    @Override
    public String description() {
        return NAME;
    }
}
