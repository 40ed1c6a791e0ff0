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

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.List;

/**
 * A graph's inputs as DJL's arrays.
 *
 * @param graph the graph
 */
record GraphInputs(Graph graph) {

    List<String> names() {
        return graph.inputs().stream().map(Value::name).toList();
    }

    /** Extents of each, -1 for open ones; no axes where the graph does not tell. */
    Shape[] shapes() {
        return graph.inputs().stream()
                .map(input -> ArrayTensors.shapeOf(input.type()))
                .toArray(Shape[]::new);
    }

    /**
     * Sorts arrays: by name if all names are there, else as they come. What is beyond them stays
     * behind them.
     *
     * @throws UnsupportedModelException if there are too few or too many
     */
    NDList inOrder(NDList arrays) {
        List<String> names = names();
        if (arrays.isEmpty() || !fits(arrays.size())) {
            throw new UnsupportedModelException(
                    Problem.of("the block takes another number of arrays")
                            .at("block " + graph.name())
                            .expected(graph.inputs())
                            .actual(arrays.size() + " arrays"));
        }
        boolean named =
                names.stream()
                        .allMatch(name -> arrays.stream().anyMatch(a -> name.equals(a.getName())));
        if (!named) {
            return arrays;
        }
        NDList ordered = new NDList(arrays.size());
        names.forEach(name -> ordered.add(arrays.get(name)));
        arrays.stream().filter(array -> !names.contains(array.getName())).forEach(ordered::add);
        return ordered;
    }

    /** DJL hands the parts of a list or tuple over as further arrays. */
    private boolean fits(int arrays) {
        boolean plain =
                graph.inputs().stream()
                        .allMatch(input -> input.type() instanceof ValueType.TensorType);
        int inputs = graph.inputs().size();
        return plain ? arrays == inputs : arrays >= inputs;
    }

    /** Zeros of given shapes, in the elements that the graph takes. */
    NDList zeros(NDManager memory, Shape[] shapes) {
        NDList zeros = new NDList(shapes.length);
        for (int i = 0; i < shapes.length; i++) {
            DataType type = ArrayTensors.elementsOf(graph.inputs().get(i).type());
            zeros.add(memory.zeros(shapes[i], type == DataType.UNKNOWN ? DataType.FLOAT32 : type));
        }
        return zeros;
    }
}
