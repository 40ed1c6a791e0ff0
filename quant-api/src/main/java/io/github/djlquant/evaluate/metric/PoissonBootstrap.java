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
package io.github.djlquant.evaluate.metric;

import java.util.function.ToDoubleBiFunction;

/** Sums of replicates in which each sample counts a Poisson number of times. Not thread-safe. */
final class PoissonBootstrap {

    static final int SOURCE = 0;
    static final int QUANTIZED = 1;

    private static final int MOST_REPLICATES = 500;
    private static final int LEAST_REPLICATES = 100;

    /** Replicates of many sums would take more memory than the models. */
    private static final int MOST_SUMS = 1 << 21;

    /** P(X <= k) of a Poisson number of mean 1, in units of 2^-32. */
    private static final long[] CUMULATIVE = cumulative();

    private final int size;
    private final int replicates;
    private final double[][] sums;
    private final int[] drawn;
    private final byte[] weights;
    private int drawnCount;

    PoissonBootstrap(int size) {
        this.size = size;
        this.replicates =
                Math.max(
                        LEAST_REPLICATES, Math.min(MOST_REPLICATES, MOST_SUMS / Math.max(1, size)));
        this.sums = new double[2][Math.multiplyExact(replicates, size)];
        this.drawn = new int[replicates];
        this.weights = new byte[replicates];
    }

    private static long[] cumulative() {
        long[] table = new long[16];
        double term = Math.exp(-1);
        double sum = 0;
        for (int k = 0; k < table.length; k++) {
            sum += term;
            table[k] = Math.round(sum * (1L << 32));
            term /= k + 1;
        }
        return table;
    }

    /** Draws how often the replicates count a sample: always the same for the same sample. */
    void start(long sample) {
        drawnCount = 0;
        long seed = mix(sample + 1);
        for (int replicate = 0; replicate < replicates; replicate++) {
            long draw = mix(seed + replicate * 0x9E3779B97F4A7C15L) >>> 32;
            byte weight = 0;
            while (weight < CUMULATIVE.length - 1 && draw >= CUMULATIVE[weight]) {
                weight++;
            }
            if (weight > 0) {
                drawn[drawnCount] = replicate;
                weights[drawnCount++] = weight;
            }
        }
    }

    /** The finalizer of MurmurHash3 in the variant of SplittableRandom (Stafford's Mix13). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    void add(int side, int index, double value) {
        double[] own = sums[side];
        for (int i = 0; i < drawnCount; i++) {
            own[drawn[i] * size + index] += weights[i] * value;
        }
    }

    /** Computes a figure of each replicate; those where it is not defined are left out. */
    Replicates replicates(ToDoubleBiFunction<double[], double[]> figure) {
        double[] values = new double[replicates];
        double[] source = new double[size];
        double[] quantized = new double[size];
        for (int replicate = 0; replicate < replicates; replicate++) {
            System.arraycopy(sums[SOURCE], replicate * size, source, 0, size);
            System.arraycopy(sums[QUANTIZED], replicate * size, quantized, 0, size);
            values[replicate] = figure.applyAsDouble(source, quantized);
        }
        return Replicates.of(values, "paired Poisson bootstrap");
    }
}
