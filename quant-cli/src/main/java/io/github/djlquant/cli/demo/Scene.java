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
package io.github.djlquant.cli.demo;

import java.util.SplittableRandom;

/**
 * What one image shows: the shape under its placement, the gradient behind it, the bars in front of
 * it and the noise over all. Colours are in [0, 1], lengths in pixels.
 */
final class Scene {

    private static final int SIZE = ShapeImages.SIZE;
    private static final int CHANNELS = ShapeImages.CHANNELS;

    private final ShapeClass shape;
    private final SplittableRandom random;
    private final double[] background = new double[CHANNELS];
    private final double[] gradientX = new double[CHANNELS];
    private final double[] gradientY = new double[CHANNELS];
    private final double[] foreground = new double[CHANNELS];
    private final Placement placement;
    private final Bar[] bars;
    private final double noise;

    Scene(ShapeClass shape, SplittableRandom random) {
        this.shape = shape;
        this.random = random;
        double contrast = between(0.22, 0.75);
        double[] direction = new double[CHANNELS];
        double norm = 0;
        for (int c = 0; c < CHANNELS; c++) {
            background[c] = between(0.15, 0.85);
            gradientX[c] = between(-0.2, 0.2);
            gradientY[c] = between(-0.2, 0.2);
            // Away from the nearer end of the scale, so that clamping does not eat the contrast.
            direction[c] = between(-0.3, 1) * (background[c] < 0.5 ? 1 : -1);
            norm += direction[c] * direction[c];
        }
        for (int c = 0; c < CHANNELS; c++) {
            foreground[c] = background[c] + contrast * direction[c] / Math.sqrt(norm + 1e-6);
        }
        double radius = between(6.5, 13);
        double slack = (SIZE / 2.0 - radius) * 0.9 + 1;
        placement =
                new Placement(
                        SIZE / 2.0 + between(-slack, slack),
                        SIZE / 2.0 + between(-slack, slack),
                        between(0, 2 * Math.PI),
                        radius,
                        radius * between(0.75, 1));
        bars = new Bar[(int) between(0, 3)];
        for (int b = 0; b < bars.length; b++) {
            bars[b] = bar(radius);
        }
        noise = between(0.02, 0.1);
    }

    /** Where the shape lies: centre, angle, and its radius along and across that angle. */
    private record Placement(double x, double y, double angle, double along, double across) {}

    /** A straight bar through the whole image: {@code |x nx + y ny - offset| < halfWidth}. */
    private record Bar(double nx, double ny, double offset, double halfWidth, double[] colour) {
        double distance(double x, double y) {
            return Math.abs(x * nx + y * ny - offset) - halfWidth;
        }
    }

    private Bar bar(double radius) {
        double angle = between(0, 2 * Math.PI);
        double nx = StrictMath.cos(angle);
        double ny = StrictMath.sin(angle);
        double offset = placement.x() * nx + placement.y() * ny + between(-radius, radius);
        double[] colour = {between(0, 1), between(0, 1), between(0, 1)};
        return new Bar(nx, ny, offset, between(0.6, 0.22 * radius), colour);
    }

    /** Returns the pixels, row by row, channel last. */
    byte[] paint() {
        double cos = StrictMath.cos(placement.angle());
        double sin = StrictMath.sin(placement.angle());
        byte[] rgb = new byte[SIZE * SIZE * CHANNELS];
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                double x = column + 0.5;
                double y = row + 0.5;
                double dx = x - placement.x();
                double dy = y - placement.y();
                double u = (dx * cos + dy * sin) / placement.along();
                double v = (dy * cos - dx * sin) / placement.across();
                double inside = coverage(shape.distance(u, v) * placement.across());
                for (int c = 0; c < CHANNELS; c++) {
                    double value =
                            background[c]
                                    + gradientX[c] * (2 * x / SIZE - 1)
                                    + gradientY[c] * (2 * y / SIZE - 1);
                    value += inside * (foreground[c] - value);
                    for (Bar bar : bars) {
                        value += coverage(bar.distance(x, y)) * (bar.colour()[c] - value);
                    }
                    value += noise * bell();
                    rgb[(row * SIZE + column) * CHANNELS + c] = (byte) quantized(value);
                }
            }
        }
        return rgb;
    }

    /** The share of a pixel that lies inside, for an outline at the given distance in pixels. */
    private static double coverage(double distance) {
        return Math.min(1, Math.max(0, 0.5 - distance));
    }

    private static int quantized(double value) {
        return (int) Math.rint(255 * Math.min(1, Math.max(0, value)));
    }

    private double between(double low, double high) {
        return low + (high - low) * ((random.nextLong() >>> 11) * 0x1.0p-53);
    }

    /** Nearly Gaussian with mean 0 and variance 1: four 16-bit uniforms of one draw, summed. */
    private double bell() {
        long bits = random.nextLong();
        long sum =
                (bits & 0xFFFF)
                        + (bits >>> 16 & 0xFFFF)
                        + (bits >>> 32 & 0xFFFF)
                        + (bits >>> 48 & 0xFFFF);
        return (sum / 65536.0 - 2) * Math.sqrt(3);
    }
}
