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
package io.github.djlquant.scheme;

import java.util.Arrays;
import java.util.Objects;

/**
 * Scale and zero point of a tensor: real value = scale * (quantized value - zero point). Immutable.
 *
 * <p>For {@link Granularity.PerChannel} the entries go along the axis; for {@link
 * Granularity.PerGroup} they go in row-major order of the tensor whose grouped axis is divided by
 * the group size.
 */
public final class QuantParams {

    /**
     * Added to a double below 2^51 it leaves no bits behind the point, rounding half to even:
     * Math.rint is a call, which costs more than all the rest, until the JVM's last compiler has
     * come to it.
     */
    private static final double ROUND_TO_EVEN = 0x1.8p52;

    private final QuantType type;
    private final int qmin;
    private final int qmax;
    private final Granularity granularity;
    private final float[] scales;
    private final int[] zeroPoints;

    /**
     * Creates parameters.
     *
     * @param scheme the scheme that they obey
     * @param scales one per tensor, channel or group; positive and finite
     * @param zeroPoints as many, within the scheme's range
     */
    public QuantParams(TensorScheme scheme, float[] scales, int[] zeroPoints) {
        this(scheme.type(), scheme.qmin(), scheme.qmax(), scheme.granularity(), scales, zeroPoints);
    }

    private QuantParams(
            QuantType type,
            int qmin,
            int qmax,
            Granularity granularity,
            float[] scales,
            int[] zeroPoints) {
        this.type = Objects.requireNonNull(type, "type");
        this.qmin = qmin;
        this.qmax = qmax;
        this.granularity = Objects.requireNonNull(granularity, "granularity");
        this.scales = scales.clone();
        this.zeroPoints = zeroPoints.clone();
        if (scales.length != zeroPoints.length || scales.length == 0) {
            throw new IllegalArgumentException(
                    scales.length + " scales for " + zeroPoints.length + " zero points");
        }
        if (granularity instanceof Granularity.PerTensor && scales.length != 1) {
            throw new IllegalArgumentException("per tensor takes one scale, not " + scales.length);
        }
        for (int i = 0; i < scales.length; i++) {
            if (!(scales[i] > 0) || Float.isInfinite(scales[i])) {
                throw new IllegalArgumentException(
                        "scale " + i + " is not positive and finite: " + scales[i]);
            }
            if (zeroPoints[i] < type.min() || zeroPoints[i] > type.max()) {
                throw new IllegalArgumentException(
                        "zero point " + i + " is out of range: " + zeroPoints[i]);
            }
        }
    }

    /**
     * Makes parameters of a whole tensor from its range.
     *
     * @param scheme a per-tensor scheme
     * @param min the smallest value
     * @param max the largest value
     * @return the parameters
     */
    public static QuantParams perTensor(TensorScheme scheme, double min, double max) {
        TensorScheme.ScaleZeroPoint one = scheme.parametersFor(min, max);
        return new QuantParams(
                scheme.withGranularity(Granularity.PER_TENSOR),
                new float[] {one.scale()},
                new int[] {one.zeroPoint()});
    }

    /**
     * Makes parameters of a whole tensor that somebody else chose (a file in QDQ form).
     *
     * @param type the integer type
     * @param scale the scale
     * @param zeroPoint the zero point
     * @return the parameters
     */
    public static QuantParams perTensor(QuantType type, float scale, int zeroPoint) {
        return new QuantParams(
                type,
                type.min(),
                type.max(),
                Granularity.PER_TENSOR,
                new float[] {scale},
                new int[] {zeroPoint});
    }

    /**
     * Multiplies what the integers stand for.
     *
     * @param factor a positive number
     * @return the parameters of the same integers, each worth that many times as much
     */
    public QuantParams times(double factor) {
        float[] changed = scales.clone();
        for (int i = 0; i < changed.length; i++) {
            changed[i] = (float) (changed[i] * factor);
        }
        return new QuantParams(type, qmin, qmax, granularity, changed, zeroPoints);
    }

    /**
     * Gives channels of another tensor the parameters that channels have here.
     *
     * @param axis the axis that numbers the other tensor's channels
     * @param channels for each of them, in order, the index of its scale and zero point here
     * @return per-channel parameters
     */
    public QuantParams ofChannels(int axis, int[] channels) {
        float[] theirs = new float[channels.length];
        int[] zeros = new int[channels.length];
        for (int i = 0; i < channels.length; i++) {
            theirs[i] = scales[channels[i]];
            zeros[i] = zeroPoints[channels[i]];
        }
        return new QuantParams(type, qmin, qmax, new Granularity.PerChannel(axis), theirs, zeros);
    }

    /**
     * Returns the integer type.
     *
     * @return the type
     */
    public QuantType type() {
        return type;
    }

    /**
     * Returns which elements share parameters.
     *
     * @return the granularity
     */
    public Granularity granularity() {
        return granularity;
    }

    /**
     * Returns the smallest quantized value in use.
     *
     * @return qmin
     */
    public int qmin() {
        return qmin;
    }

    /**
     * Returns the largest quantized value in use.
     *
     * @return qmax
     */
    public int qmax() {
        return qmax;
    }

    /**
     * Returns the number of tensors, channels or groups.
     *
     * @return the number of scales
     */
    public int size() {
        return scales.length;
    }

    /**
     * Returns a scale.
     *
     * @param index the channel or group, 0 for a whole tensor
     * @return the scale
     */
    public float scale(int index) {
        return scales[index];
    }

    /**
     * Returns a zero point.
     *
     * @param index the channel or group, 0 for a whole tensor
     * @return the zero point
     */
    public int zeroPoint(int index) {
        return zeroPoints[index];
    }

    /**
     * Returns all scales.
     *
     * @return a new array
     */
    public float[] scales() {
        return scales.clone();
    }

    /**
     * Returns all zero points.
     *
     * @return a new array
     */
    public int[] zeroPoints() {
        return zeroPoints.clone();
    }

    /**
     * Quantizes one value: clamp(round_half_even(x / S) + Z, qmin, qmax), as ONNX QuantizeLinear
     * does. NaN becomes Z (the value 0), infinities the ends.
     *
     * @param value the real value
     * @param index the channel or group
     * @return the quantized value
     */
    public int quantize(float value, int index) {
        int zeroPoint = zeroPoints[index];
        double steps = value / scales[index];
        return Double.isNaN(steps) ? zeroPoint : round(steps, zeroPoint);
    }

    /**
     * Quantizes values that share parameters, as {@link #quantize(float, int)} does one.
     *
     * @param values the real values
     * @param from the first of them
     * @param count how many
     * @param index the channel or group
     * @param integers receives the quantized values at its start
     */
    public void quantize(float[] values, int from, int count, int index, int[] integers) {
        float scale = scales[index];
        int zeroPoint = zeroPoints[index];
        double low = (double) qmin - zeroPoint;
        double high = (double) qmax - zeroPoint;
        for (int i = 0; i < count; i++) {
            double steps = values[from + i] / scale;
            if (steps >= low && steps <= high) {
                integers[i] = (int) (steps + ROUND_TO_EVEN - ROUND_TO_EVEN) + zeroPoint;
            } else {
                integers[i] = quantize(values[from + i], index);
            }
        }
    }

    private int round(double steps, int zeroPoint) {
        double low = (double) qmin - zeroPoint;
        double high = (double) qmax - zeroPoint;
        double inside = steps < low ? low : steps > high ? high : steps;
        return (int) (inside + ROUND_TO_EVEN - ROUND_TO_EVEN) + zeroPoint;
    }

    /**
     * Recovers the real value: S (q - Z).
     *
     * @param quantized the quantized value
     * @param index the channel or group
     * @return the real value
     */
    public float dequantize(int quantized, int index) {
        return (float) ((double) scales[index] * ((double) quantized - zeroPoints[index]));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QuantParams that
                && type == that.type
                && qmin == that.qmin
                && qmax == that.qmax
                && granularity.equals(that.granularity)
                && Arrays.equals(scales, that.scales)
                && Arrays.equals(zeroPoints, that.zeroPoints);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                type,
                qmin,
                qmax,
                granularity,
                Arrays.hashCode(scales),
                Arrays.hashCode(zeroPoints));
    }

    @Override
    public String toString() {
        String text = type.name().toLowerCase(java.util.Locale.ROOT);
        if (granularity instanceof Granularity.PerTensor) {
            return text + "(scale=" + scales[0] + ", zeroPoint=" + zeroPoints[0] + ")";
        }
        return text + "(" + granularity + ", " + scales.length + " scales)";
    }
}
