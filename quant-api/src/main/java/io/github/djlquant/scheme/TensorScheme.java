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

import java.util.Objects;

/**
 * How a kind of tensor is quantized, before any range is known.
 *
 * @param type the integer type
 * @param symmetry whether the zero point is fixed
 * @param granularity which elements share parameters
 */
public record TensorScheme(QuantType type, Symmetry symmetry, Granularity granularity) {

    /** Whether the zero point is fixed, and which end of a signed type is used. */
    public enum Symmetry {
        /** The zero point is chosen so that the whole range of the type covers [min, max]. */
        ASYMMETRIC,
        /**
         * Zero point at the middle; a signed type uses [-qmax, qmax], so that negation stays
         * representable.
         */
        SYMMETRIC,
        /** Zero point at the middle; a signed type uses all of [qmin, qmax]. */
        SYMMETRIC_FULL
    }

    /** Requires all parts. */
    public TensorScheme {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(symmetry, "symmetry");
        Objects.requireNonNull(granularity, "granularity");
    }

    /** Activations of the convolutional x86 kernels: unsigned 8 bits, asymmetric, per tensor. */
    public static final TensorScheme UINT8_ACTIVATION =
            new TensorScheme(QuantType.UINT8, Symmetry.ASYMMETRIC, Granularity.PER_TENSOR);

    /**
     * Weights: signed 8 bits in [-127, 127], zero point 0, one scale per output channel (the axis
     * is set per operator).
     */
    public static final TensorScheme INT8_WEIGHT =
            new TensorScheme(QuantType.INT8, Symmetry.SYMMETRIC, new Granularity.PerChannel(0));

    /**
     * Returns the smallest quantized value that the scheme uses.
     *
     * @return qmin
     */
    public int qmin() {
        return symmetry == Symmetry.SYMMETRIC && type.isSigned() ? -type.max() : type.min();
    }

    /**
     * Returns the largest quantized value that the scheme uses.
     *
     * @return qmax
     */
    public int qmax() {
        return type.max();
    }

    /**
     * Changes the granularity.
     *
     * @param changed the new one
     * @return a copy
     */
    public TensorScheme withGranularity(Granularity changed) {
        return new TensorScheme(type, symmetry, changed);
    }

    /**
     * Computes scale and zero point for a range.
     *
     * <p>Asymmetric: S = (max - min) / (qmax - qmin), Z = round(qmin - min / S), for [min, max]
     * widened to hold 0. Symmetric: S = max(|min|, |max|) / ((qmax - qmin) / 2), Z the middle, so
     * that 0 is exact. Scales are binary32, as the engines store them, and never 0 or denormal: a
     * constant-zero range gets scale 1; nor so large that a quantized value would stand for
     * infinity: the widest ranges are clipped. (Jacob et al. 2018, "Quantization and Training of
     * Neural Networks for Efficient Integer-Arithmetic-Only Inference", section 2.1.)
     *
     * @param min the smallest value
     * @param max the largest value
     * @return the parameters of one tensor, channel or group
     * @throws IllegalArgumentException if an end is NaN or infinite, or min is above max
     */
    public ScaleZeroPoint parametersFor(double min, double max) {
        if (!Double.isFinite(min) || !Double.isFinite(max) || min > max) {
            throw new IllegalArgumentException("no scale for the range [" + min + ", " + max + "]");
        }
        double low = Math.min(min, 0);
        double high = Math.max(max, 0);
        if (symmetry != Symmetry.ASYMMETRIC) {
            int middle = type.isSigned() ? 0 : (type.max() + 1) / 2;
            double reach =
                    type.isSigned()
                            ? (symmetry == Symmetry.SYMMETRIC_FULL
                                    ? (type.max() - (double) type.min()) / 2
                                    : type.max())
                            : type.max() - middle;
            return new ScaleZeroPoint(usable(Math.max(-low, high) / reach), middle);
        }
        float scale = usable((high - low) / ((double) qmax() - qmin()));
        long zeroPoint = (long) Math.rint(qmin() - low / scale);
        return new ScaleZeroPoint(scale, (int) Math.max(qmin(), Math.min(qmax(), zeroPoint)));
    }

    /** The nearest binary32 whose reciprocal and products stay normal; 1 for an all-zero range. */
    private float usable(double scale) {
        if (scale == 0) {
            return 1f;
        }
        double most = Float.MAX_VALUE / ((double) qmax() - qmin() + 1);
        return (float) Math.max(Float.MIN_NORMAL, Math.min(scale, most));
    }

    /**
     * The parameters of one tensor, channel or group.
     *
     * @param scale positive, finite
     * @param zeroPoint the quantized value that stands for 0
     */
    public record ScaleZeroPoint(float scale, int zeroPoint) {}

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorScheme that
                && type == that.type
                && symmetry == that.symmetry
                && granularity.equals(that.granularity);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.hashCode() + symmetry.hashCode()) + granularity.hashCode();
    }
}
