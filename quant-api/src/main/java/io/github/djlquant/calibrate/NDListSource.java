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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads lists of DJL arrays. Arrays without the graph's names count in the graph's order. */
final class NDListSource implements TensorSource {

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
        DataType type =
                switch (array.getDataType()) {
                    case FLOAT32 -> DataType.FLOAT;
                    case FLOAT64 -> DataType.DOUBLE;
                    case FLOAT16 -> DataType.FLOAT16;
                    case BFLOAT16 -> DataType.BFLOAT16;
                    case UINT8 -> DataType.UINT8;
                    case INT8 -> DataType.INT8;
                    case INT16 -> DataType.INT16;
                    case UINT16 -> DataType.UINT16;
                    case INT32 -> DataType.INT32;
                    case UINT32 -> DataType.UINT32;
                    case INT64 -> DataType.INT64;
                    case BOOLEAN -> DataType.BOOL;
                    default ->
                            throw new CalibrationException(
                                    Problem.of("an array has an element type that is not read")
                                            .in(source)
                                            .at("input " + name)
                                            .actual(array.getDataType()));
                };
        ByteBuffer own = array.toByteBuffer();
        // The copy outlives the array, which its owner closes when he likes.
        ByteBuffer copy = ByteBuffer.allocate(own.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(own.duplicate()).flip();
        return new Tensor(type, Shape.of(array.getShape().getShape()), TensorStorage.of(copy));
    }

    @Override
    public String description() {
        return "calibration batches";
    }
}
