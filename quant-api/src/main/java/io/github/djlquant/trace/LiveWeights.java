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

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a graph that an engine has given out as parameters, and that may have been trained
 * since. Engines list them in the order of the graph's constants, some of which they fold away.
 */
final class LiveWeights {

    private final Graph written;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private Graph current;

    LiveWeights(Graph written) {
        this.written = written;
        this.current = written;
    }

    /** Notes which constant each parameter is, while they are equal. Only the first call counts. */
    synchronized void follow(ParameterList parameters) {
        if (!arrays.isEmpty() || parameters.isEmpty()) {
            return;
        }
        Iterator<Map.Entry<String, Tensor>> constants = written.constants().entrySet().iterator();
        for (Pair<String, Parameter> parameter : parameters) {
            NDArray array = parameter.getValue().getArray();
            boolean found = false;
            while (!found && constants.hasNext()) {
                Map.Entry<String, Tensor> constant = constants.next();
                if (isEqual(array, constant.getValue())) {
                    arrays.put(constant.getKey(), array);
                    found = true;
                }
            }
        }
    }

    /** The graph with the weights as the engine has them now; the same instance if none changed. */
    synchronized Graph current() {
        GraphEditor editor = null;
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            Tensor known = current.constants().get(entry.getKey());
            if (!isEqual(entry.getValue(), known)) {
                editor = editor == null ? current.edit() : editor;
                editor.constant(entry.getKey(), ArrayTensors.copyOf(entry.getValue()));
            }
        }
        current = editor == null ? current : editor.build();
        return current;
    }

    private static boolean isEqual(NDArray array, Tensor tensor) {
        return ArrayTensors.dataType(array).filter(tensor.dataType()::equals).isPresent()
                && java.util.Arrays.equals(array.getShape().getShape(), tensor.shape().toArray())
                && tensor.storage() instanceof TensorStorage.Segments
                && tensor.bytes().equals(array.toByteBuffer());
    }
}
