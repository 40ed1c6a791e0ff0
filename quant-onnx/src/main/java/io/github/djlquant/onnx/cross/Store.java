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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The constants and names of a whole graph: bodies read constants from around. */
final class Store {

    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<String, String> small = new HashMap<>();
    private final Map<String, String> renamed = new HashMap<>();
    private final Map<String, String> symbols = new HashMap<>();
    private final Map<String, Integer> ranks = new HashMap<>();
    private final Set<String> values = new HashSet<>();
    private final Set<String> reserved = new HashSet<>();
    private final Set<String> nodes = new HashSet<>();

    /** Keeps the source's constants, and all names that its values have for them alone. */
    Store(Map<String, Tensor> constants, Set<String> reserved) {
        this.constants.putAll(constants);
        this.values.addAll(constants.keySet());
        this.reserved.addAll(reserved);
    }

    Map<String, Tensor> constants() {
        return constants;
    }

    Optional<Tensor> constant(String value) {
        return Optional.ofNullable(constants.get(value));
    }

    String add(Tensor tensor, String wanted) {
        String name = fresh(wanted);
        constants.put(name, tensor);
        return name;
    }

    String scalar(double value, DataType type) {
        return small.computeIfAbsent(
                type + "/" + value, key -> add(tensor(value, type), "constant/" + key));
    }

    String longs(List<Long> numbers) {
        return small.computeIfAbsent(
                numbers.toString(),
                key ->
                        add(
                                Tensor.ofLongs(
                                        numbers.stream().mapToLong(Long::longValue).toArray(),
                                        numbers.size()),
                                "constant/" + key.replace(" ", "")));
    }

    /** A tensor of one element without axes. */
    static Tensor tensor(double value, DataType type) {
        return filled(value, type, 1).reshape(Shapes.SCALAR);
    }

    /** A vector of equal elements. */
    static Tensor filled(double value, DataType type, int count) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(type.byteSize(count)))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            put(value, type, bytes);
        }
        return new Tensor(type, Shapes.of(count), TensorStorage.of(bytes.flip()));
    }

    private static void put(double value, DataType type, ByteBuffer bytes) {
        switch (type) {
            case FLOAT -> bytes.putFloat((float) value);
            case DOUBLE -> bytes.putDouble(value);
            case FLOAT16 -> bytes.put(Tensor.ofHalfFloats(new float[] {(float) value}, 1).bytes());
            case INT64 -> bytes.putLong((long) value);
            case INT32 -> bytes.putInt((int) (long) value);
            case INT16 -> bytes.putShort((short) (long) value);
            case INT8, UINT8 -> bytes.put((byte) (long) value);
            case BOOL -> bytes.put((byte) (value != 0 ? 1 : 0));
            default -> throw new RefusedException("a constant of " + type + " does not cross");
        }
    }

    /** Notes that the model only runs if an input has so many axes. */
    void rank(String value, int rank) {
        ranks.putIfAbsent(value, rank);
    }

    /** What was learnt of the ranks of values. */
    Map<String, Integer> ranks() {
        return ranks;
    }

    /** A value's name that nothing has. */
    String fresh(String wanted) {
        String name = wanted;
        for (int i = 1; reserved.contains(name) || !values.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    String freshNode(String wanted) {
        String name = wanted;
        for (int i = 1; !nodes.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /** Takes a name of the source for its value; false if it is taken. */
    boolean claim(String value) {
        return values.add(value);
    }

    boolean claimNode(String node) {
        return nodes.add(node);
    }

    void renamed(String from, String to) {
        renamed.put(from, to);
        String symbol = symbols.remove(from);
        if (symbol != null) {
            symbols.put(to, symbol);
        }
    }

    /** What a value is called by now. */
    String current(String value) {
        return renamed.getOrDefault(value, value);
    }

    /** Remembers which extent a number is. */
    void symbol(String number, String symbol) {
        symbols.put(number, symbol);
    }

    /** The extent that a number is, empty if that is not known. */
    Optional<String> symbol(String number) {
        return Optional.ofNullable(symbols.get(number));
    }
}
