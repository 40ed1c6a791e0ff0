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
package io.github.djlquant.benchmarks;

import io.github.djlquant.observe.Observer;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.transform.round.PairSafeScale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What Java itself computes: everything else runs in the engine. Start with {@code java -cp
 * benchmarks/target/classes:... org.openjdk.jmh.Main JavaLoops}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JavaLoops {

    private static final int SAMPLE = 65_536;
    private static final int ROW = 4_608;

    private final float[] activations = new float[SAMPLE];
    private final float[] row = new float[ROW];
    private final Observer observer = new Observer();
    private QuantParams params;

    /** Creates the state; JMH does. */
    public JavaLoops() {}

    /** Makes values as they are behind a convolution. */
    @Setup
    public void fill() {
        Random random = new Random(1);
        for (int i = 0; i < SAMPLE; i++) {
            activations[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < ROW; i++) {
            row[i] = (float) (0.02 * random.nextGaussian());
        }
        params = QuantParams.perTensor(TensorScheme.UINT8_ACTIVATION, -3, 3);
    }

    /**
     * Counts one sample of 64k values in the histogram.
     *
     * @return whether all were finite
     */
    @Benchmark
    public boolean histogram() {
        return observer.sample(activations, SAMPLE);
    }

    /**
     * Finds the pair-safe scale of one output channel of a 3x3 convolution with 512 inputs.
     *
     * @return the scale
     */
    @Benchmark
    public float pairSafeScale() {
        return PairSafeScale.of(row, 1e-6f);
    }

    /**
     * Rounds one such row.
     *
     * @return a sum that keeps the loop alive
     */
    @Benchmark
    public int roundRow() {
        int sum = 0;
        for (float weight : row) {
            sum += params.quantize(weight, 0);
        }
        return sum;
    }
}
