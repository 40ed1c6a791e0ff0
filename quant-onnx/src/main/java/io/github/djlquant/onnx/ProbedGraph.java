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
package io.github.djlquant.onnx;

import io.github.djlquant.backend.InstrumentedGraph;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with probes inside and how to read their results. All of them are parts of one output,
 * since each output costs a passage from the runtime to Java.
 *
 * @param graph the graph; its own outputs, if they are kept, and those of the probes
 * @param phaseInput the extra input that moves the samples' starts, or null if none needs it
 * @param joined the parts of the output
 * @param readings where each probe finds its result
 */
record ProbedGraph(Graph graph, String phaseInput, Joined joined, Map<Probe, Reading> readings)
        implements InstrumentedGraph {

    /** Copies the map. */
    ProbedGraph {
        readings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(readings));
    }

    /** Reads the results of all probes from one run. */
    @Override
    public Map<Probe, Tensor> read(Map<String, Tensor> outputs) {
        Parts parts = joined.parts(outputs);
        Map<Probe, Tensor> results = new LinkedHashMap<>();
        readings.forEach((probe, reading) -> results.put(probe, reading.of(parts)));
        return results;
    }

    /**
     * How long a part is: {@code size * times / per}, where only the run tells the size.
     *
     * @param told which of the told sizes, or -1 for a size of 1
     * @param times numbers of this part, for each {@code per} of that size
     * @param per what the size is divided by
     */
    record Length(int told, long times, long per) {

        static Length fixed(long length) {
            return new Length(-1, length, 1);
        }

        private int of(long[] sizes) {
            long size = told < 0 ? 1 : sizes[told];
            return Math.toIntExact(Math.multiplyExact(size / per, times));
        }
    }

    /**
     * Some columns of a part that holds rows of a matrix.
     *
     * @param part the part
     * @param from the first column
     * @param count columns
     * @param all columns of a row
     */
    record Columns(int part, int from, int count, int all) {}

    /**
     * How long the parts are.
     *
     * @param output the vector of all parts
     * @param lengths one entry per part
     * @param pools where the numbers of each pooling are
     * @param sizes an output with the lengths that depend on the batch, or null if none does
     */
    record Joined(String output, List<Length> lengths, List<Columns> pools, String sizes) {

        /** Copies the lists. */
        Joined {
            lengths = List.copyOf(lengths);
            pools = List.copyOf(pools);
        }

        private Parts parts(Map<String, Tensor> outputs) {
            long[] told = sizes == null ? new long[0] : outputs.get(sizes).toLongs();
            int[] from = new int[lengths.size() + 1];
            for (int i = 0; i < lengths.size(); i++) {
                from[i + 1] = Math.addExact(from[i], lengths.get(i).of(told));
            }
            return new Parts(outputs.get(output).bytes(), from, pools);
        }
    }

    /** The parts of one run's output. */
    static final class Parts {

        private final ByteBuffer all;
        private final int[] from;
        private final List<Columns> pools;

        /** What several poolings share is read once, and in one piece. */
        private final float[][] read;

        Parts(ByteBuffer all, int[] from, List<Columns> pools) {
            this.all = all;
            this.from = from;
            this.pools = pools;
            this.read = new float[from.length - 1][];
        }

        /** A view, not a copy: samples are the bulk of what is read. */
        Tensor part(int index) {
            int length = from[index + 1] - from[index];
            return new Tensor(DataType.FLOAT, Shape.of(length), TensorStorage.of(slice(index)));
        }

        float number(int index) {
            return all.getFloat(from[index] * Float.BYTES);
        }

        private ByteBuffer slice(int index) {
            int length = from[index + 1] - from[index];
            return all.slice(from[index] * Float.BYTES, length * Float.BYTES).order(all.order());
        }

        private float[] numbers(int index) {
            float[] numbers = read[index];
            if (numbers == null) {
                numbers = new float[from[index + 1] - from[index]];
                slice(index).asFloatBuffer().get(numbers);
                read[index] = numbers;
            }
            return numbers;
        }

        float largestOfPool(int index) {
            Columns columns = pools.get(index);
            float[] numbers = numbers(columns.part());
            float largest = Float.NEGATIVE_INFINITY;
            for (int row = columns.from(); row < numbers.length; row += columns.all()) {
                largest = Math.max(largest, largest(numbers, row, row + columns.count()));
            }
            return largest;
        }

        /** Four maxima at once: each comparison waits for the one before it. */
        private static float largest(float[] numbers, int from, int to) {
            float a = Float.NEGATIVE_INFINITY;
            float b = a;
            float c = a;
            float d = a;
            int i = from;
            for (; i + 3 < to; i += 4) {
                a = Math.max(a, numbers[i]);
                b = Math.max(b, numbers[i + 1]);
                c = Math.max(c, numbers[i + 2]);
                d = Math.max(d, numbers[i + 3]);
            }
            for (; i < to; i++) {
                a = Math.max(a, numbers[i]);
            }
            return Math.max(Math.max(a, b), Math.max(c, d));
        }

        float[] meansOfPool(int index) {
            Columns columns = pools.get(index);
            float[] numbers = numbers(columns.part());
            int rows = numbers.length / columns.all();
            if (rows == 1) {
                return Arrays.copyOfRange(
                        numbers, columns.from(), columns.from() + columns.count());
            }
            double[] sums = new double[columns.count()];
            for (int row = 0; row < rows; row++) {
                int place = row * columns.all() + columns.from();
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += numbers[place + i];
                }
            }
            float[] means = new float[sums.length];
            for (int i = 0; i < means.length; i++) {
                means[i] = (float) (sums[i] / rows);
            }
            return means;
        }
    }

    /** Finds a probe's result among the parts. */
    sealed interface Reading {

        Tensor of(Parts parts);
    }

    /** A part as it is. */
    record Part(int index) implements Reading {
        @Override
        public Tensor of(Parts parts) {
            return parts.part(index);
        }
    }

    /**
     * The extremes of a value.
     *
     * @param min the part with the minimum, or null if the value can't be negative
     * @param max the part with the maximum
     */
    record Extremes(Integer min, int max) implements Reading {
        @Override
        public Tensor of(Parts parts) {
            float low = min == null ? 0 : parts.number(min);
            return Tensor.ofFloats(new float[] {low, parts.number(max)}, 2);
        }
    }

    /**
     * The extremes of a feature map.
     *
     * @param min the pooling of the negated value, or null if the value can't be negative
     * @param max the pooling of the value
     */
    record PooledExtremes(Integer min, int max) implements Reading {
        @Override
        public Tensor of(Parts parts) {
            // 0 - 0 is 0, where -0 would be another number.
            float low = min == null ? 0 : 0 - parts.largestOfPool(min);
            return Tensor.ofFloats(new float[] {low, parts.largestOfPool(max)}, 2);
        }
    }

    /** The mean of each channel over the rows. */
    record PooledMeans(int pool) implements Reading {
        @Override
        public Tensor of(Parts parts) {
            float[] means = parts.meansOfPool(pool);
            return Tensor.ofFloats(means, means.length);
        }
    }

    /** NaN if one of several numbers is. */
    record AnyNan(List<Integer> signs) implements Reading {

        /** Copies the list. */
        AnyNan {
            signs = List.copyOf(signs);
        }

        @Override
        public Tensor of(Parts parts) {
            for (int sign : signs) {
                if (Float.isNaN(parts.number(sign))) {
                    return Tensor.ofFloat(Float.NaN);
                }
            }
            return Tensor.ofFloat(0);
        }
    }
}
