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
package io.github.djlquant.transform.fuse;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The weight of a transposed convolution, sorted for a convolution that makes every phase of its
 * output at once.
 *
 * <pre>
 *   w [in, out / groups, kernel ...]   =&gt;   w' [groups * phases * out / groups, in / groups, taps ...]
 *   w'[(g, phase r, c), i, taps - 1 - a] = w[(g, i), c, stride a + r]
 * </pre>
 *
 * @param inputs input channels of a group
 * @param outputs output channels of a group
 * @param groups into how many parts the channels fall
 * @param axes how each axis falls into phases
 */
public record PhaseWeights(int inputs, int outputs, int groups, List<PhaseAxis> axes) {

    /** Copies the list. */
    public PhaseWeights {
        axes = List.copyOf(axes);
    }

    /**
     * Returns the phases of all axes together.
     *
     * @return their product
     */
    public int phases() {
        return (int) axes.stream().mapToLong(PhaseAxis::phases).reduce(1, (a, b) -> a * b);
    }

    /**
     * Returns the elements that the sorted weight has.
     *
     * @return their number
     */
    public long elements() {
        return axes.stream()
                .mapToLong(axis -> axis.phases() * axis.taps())
                .reduce((long) groups * inputs * outputs, (a, b) -> a * b);
    }

    /**
     * Returns the products that each element of the output is the sum of, zeros among them.
     *
     * @return their number
     */
    public long products() {
        return elements() / ((long) groups * phases() * outputs);
    }

    /**
     * Tells whether anything has to be moved or cut off behind the convolution.
     *
     * @return false if the convolution's result is what is wanted
     */
    public boolean isMoved() {
        return phases() > 1 || axes.stream().anyMatch(PhaseAxis::isCut);
    }

    /**
     * Sorts the weight.
     *
     * @param weight of the transposed convolution
     * @return that of the convolution
     */
    public Tensor sorted(Tensor weight) {
        long[] sizes = new long[axes.size() + 2];
        sizes[0] = (long) groups * phases() * outputs;
        sizes[1] = inputs;
        for (int i = 0; i < axes.size(); i++) {
            sizes[i + 2] = axes.get(i).taps();
        }
        int taps = (int) axes.stream().mapToLong(PhaseAxis::taps).reduce(1, (a, b) -> a * b);
        int[] kernel =
                Arrays.stream(weight.shape().toArray())
                        .skip(2)
                        .mapToInt(Math::toIntExact)
                        .toArray();
        int positions = Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
        float[] from = weight.toFloats();
        float[] to = new float[Math.toIntExact(elements())];
        for (int position = 0; position < positions; position++) {
            Place place = place(position, kernel);
            for (int in = 0; in < groups * inputs; in++) {
                int first = in / inputs * phases() + place.phase();
                for (int out = 0; out < outputs; out++) {
                    to[((first * outputs + out) * inputs + in % inputs) * taps + place.tap()] =
                            from[(in * outputs + out) * positions + position];
                }
            }
        }
        return Tensor.ofFloats(to, sizes);
    }

    /** Where a position of the kernel goes. */
    private record Place(int phase, int tap) {}

    private Place place(int position, int[] kernel) {
        int phase = 0;
        int tap = 0;
        int rest = position;
        int stridePhases = 1;
        int strideTaps = 1;
        for (int i = kernel.length - 1; i >= 0; i--) {
            PhaseAxis axis = axes.get(i);
            int at = rest % kernel[i];
            rest /= kernel[i];
            phase += (int) (at % axis.phases()) * stridePhases;
            tap += (int) (axis.taps() - 1 - at / axis.phases()) * strideTaps;
            stridePhases *= (int) axis.phases();
            strideTaps *= (int) axis.taps();
        }
        return new Place(phase, tap);
    }

    /**
     * Returns the bias of every phase: that of its channel.
     *
     * @param bias of the transposed convolution
     * @return that of the convolution
     */
    public Tensor repeated(Tensor bias) {
        float[] from = bias.toFloats();
        float[] to = new float[groups * phases() * outputs];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i / (phases() * outputs) * outputs + i % outputs];
        }
        return Tensor.ofFloats(to, to.length);
    }

    /**
     * Returns the scales of the sorted weight: the same as before.
     *
     * @param params of the weight
     * @return those of the sorted one; empty if they number the input channels, which a
     *     convolution's can't
     */
    public Optional<QuantParams> sorted(QuantParams params) {
        if (params.granularity() instanceof Granularity.PerTensor) {
            return Optional.of(params);
        }
        if (!(params.granularity() instanceof Granularity.PerChannel numbered)
                || numbered.axis() != 1
                || params.size() != outputs) {
            return Optional.empty();
        }
        int[] channels = new int[groups * phases() * outputs];
        Arrays.setAll(channels, i -> i % outputs);
        return Optional.of(params.ofChannels(0, channels));
    }
}
