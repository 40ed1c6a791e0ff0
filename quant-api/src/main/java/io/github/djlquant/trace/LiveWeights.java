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
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a graph that an engine has given out as parameters, and that may have been trained
 * since. Engines list them in the order of the graph's constants, some of which they fold away.
 */
final class LiveWeights {

    private final Graph written;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final Map<String, Unknown> unknown = new LinkedHashMap<>();
    private Graph current;

    /** A parameter that is no constant: the engine's own form of one, or what it computed. */
    private record Unknown(NDArray array, Tensor initial) {}

    LiveWeights(Graph written) {
        this.written = written;
        this.current = written;
    }

    /** Notes which constant each parameter is, while they are equal. Only the first call counts. */
    synchronized void follow(ParameterList parameters) {
        if (!arrays.isEmpty() || !unknown.isEmpty()) {
            return;
        }
        List<String> names = new ArrayList<>(written.constants().keySet());
        int next = 0;
        for (Pair<String, Parameter> parameter : parameters) {
            NDArray array = parameter.getValue().getArray();
            Optional<String> constant = constantOf(parameter.getKey(), array, names, next);
            if (constant.isPresent()) {
                arrays.put(constant.get(), array);
                next = names.indexOf(constant.get()) + 1;
            } else {
                unknown.put(parameter.getKey(), new Unknown(array, ArrayTensors.copyOf(array)));
            }
        }
    }

    /** Of equal ones (zeros) that of its name, else the next in order. */
    private Optional<String> constantOf(
            String parameter, NDArray array, List<String> names, int next) {
        List<String> alike =
                names.stream()
                        .filter(name -> !arrays.containsKey(name))
                        .filter(name -> isAlike(array, written.constants().get(name)))
                        .toList();
        if (alike.isEmpty()) {
            return Optional.empty();
        }
        // A copy out of the engine, so once for all of them.
        ByteBuffer bytes = array.toByteBuffer();
        List<String> equal =
                alike.stream()
                        .filter(name -> written.constants().get(name).bytes().equals(bytes))
                        .toList();
        return equal.stream()
                .filter(name -> plain(name).equals(plain(parameter)))
                .findFirst()
                .or(() -> equal.stream().filter(n -> names.indexOf(n) >= next).findFirst())
                .or(() -> equal.stream().findFirst());
    }

    /** Engines allow no other characters in names. */
    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }

    /**
     * The graph with the weights as the engine has them now; the same instance if none changed.
     *
     * @throws UnsupportedModelException if a parameter was trained that is no constant of the graph
     */
    synchronized Graph current() {
        unknown.forEach(this::requireUnchanged);
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

    private void requireUnchanged(String name, Unknown parameter) {
        if (!isEqual(parameter.array(), parameter.initial())) {
            throw new UnsupportedModelException(
                    Problem.of("a trained parameter is no weight of the graph, and would be lost")
                            .at("graph " + written.name() + ", parameter " + name)
                            .expected("a constant of its shape and first values")
                            .actual(parameter.initial())
                            .next("Freeze the parameter, or train the Block that was traced"));
        }
    }

    private static boolean isEqual(NDArray array, Tensor tensor) {
        return isAlike(array, tensor) && tensor.bytes().equals(array.toByteBuffer());
    }

    private static boolean isAlike(NDArray array, Tensor tensor) {
        return ArrayTensors.dataType(array).filter(tensor.dataType()::equals).isPresent()
                && java.util.Arrays.equals(array.getShape().getShape(), tensor.shape().toArray())
                && tensor.dataType() != DataType.STRING;
    }
}
