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
package io.github.djlquant.evaluate;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType.TensorType;
import io.github.djlquant.op.OpCatalog;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Inputs made from a model's signature, for verification without data: floats are normally
 * distributed, states are 0, indices lie within the table that they are looked up in, other
 * integers and truth values are 1. They can show that a model runs and did not collapse, nothing
 * more.
 */
public final class SignatureInputs {

    private static final long MAX_ELEMENTS = 1L << 26;

    private final Graph graph;
    private final OpCatalog catalog;
    private final Set<String> states;
    private final OpenExtents extents;

    /**
     * Prepares.
     *
     * @param graph the model
     * @param catalog its operators
     */
    public SignatureInputs(Graph graph, OpCatalog catalog) {
        this.graph = graph;
        this.catalog = catalog;
        this.states = RecurrentStates.of(graph, catalog).keySet();
        this.extents = new OpenExtents(graph, catalog, states);
    }

    /**
     * Makes one row for each input.
     *
     * @param seed other seeds give other rows
     * @return a tensor for each of the graph's inputs
     * @throws UnsupportedModelException if an input's type or rank is not known
     */
    public Map<String, Tensor> row(long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        for (Value input : graph.inputs()) {
            feeds.put(input.name(), tensor(input, random));
        }
        return feeds;
    }

    private Tensor tensor(Value input, Random random) {
        if (!(input.type() instanceof TensorType type)
                || type.dataType() == null
                || type.shape() == null) {
            throw cannotMake(input);
        }
        long[] sizes = extents.of(input.name(), type.shape());
        Shape shape = Shape.of(sizes);
        long count = 1;
        for (long size : sizes) {
            if (size < 1 || size > MAX_ELEMENTS / count) {
                throw cannotMake(input);
            }
            count *= size;
        }
        int n = (int) count;
        return switch (type.dataType()) {
            case FLOAT, FLOAT16 -> {
                float[] values = new float[n];
                for (int i = 0; i < n && !states.contains(input.name()); i++) {
                    values[i] = (float) random.nextGaussian();
                }
                yield type.dataType() == DataType.FLOAT
                        ? Tensor.ofFloats(values, sizes)
                        : Tensor.ofHalfFloats(values, sizes);
            }
            case INT64, INT32 ->
                    integers(
                            type.dataType(),
                            new TableRows(graph, catalog).of(input.name()),
                            n,
                            sizes,
                            random);
            case UINT8, INT8 -> {
                byte[] values = new byte[n];
                random.nextBytes(values);
                yield new Tensor(type.dataType(), shape, TensorStorage.of(ByteBuffer.wrap(values)));
            }
            case BOOL -> {
                byte[] values = new byte[n];
                java.util.Arrays.fill(values, (byte) 1);
                yield new Tensor(DataType.BOOL, shape, TensorStorage.of(ByteBuffer.wrap(values)));
            }
            default -> throw cannotMake(input);
        };
    }

    private static Tensor integers(
            DataType type, Optional<Long> limit, int n, long[] sizes, Random random) {
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
            values[i] = limit.isPresent() ? (long) (random.nextDouble() * limit.get()) : 1;
        }
        return type == DataType.INT64
                ? Tensor.ofLongs(values, sizes)
                : Tensor.ofInts(
                        DataType.INT32,
                        java.util.Arrays.stream(values).mapToInt(Math::toIntExact).toArray(),
                        sizes);
    }

    private static UnsupportedModelException cannotMake(Value input) {
        return new UnsupportedModelException(
                Problem.of("no input can be made from the signature")
                        .at("input " + input.name())
                        .actual(input.type())
                        .next("Pass real data (--calibrate)"));
    }
}
