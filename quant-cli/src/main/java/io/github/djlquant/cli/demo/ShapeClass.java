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

import java.util.Locale;

/**
 * The ten classes of the demo, each one given by its signed distance function.
 *
 * <p>Coordinates are those of the shape: it is centred on the origin and its outermost point lies
 * at distance 1. The value is negative inside, positive outside, and near the outline it grows like
 * the distance to it, which is what antialiasing needs. {@link StrictMath} keeps the values equal
 * on every JVM.
 */
public enum ShapeClass {
    /** A filled disc. */
    CIRCLE {
        @Override
        double distance(double x, double y) {
            return Math.sqrt(x * x + y * y) - 1;
        }
    },

    /** A filled square. */
    SQUARE {
        @Override
        double distance(double x, double y) {
            return radialPolygon(4, StrictMath.cos(Math.PI / 4), x, y);
        }
    },

    /** A filled equilateral triangle. */
    TRIANGLE {
        @Override
        double distance(double x, double y) {
            return radialPolygon(3, StrictMath.cos(Math.PI / 3), x, y);
        }
    },

    /** A filled regular pentagon, at this resolution the neighbour of the disc. */
    PENTAGON {
        @Override
        double distance(double x, double y) {
            return radialPolygon(5, StrictMath.cos(Math.PI / 5), x, y);
        }
    },

    /** A five-pointed star. */
    STAR {
        @Override
        double distance(double x, double y) {
            return radialPolygon(5, 0.45, x, y);
        }
    },

    /** A plus sign. */
    CROSS {
        @Override
        double distance(double x, double y) {
            return Math.min(box(x, y, 0.95, 0.3), box(x, y, 0.3, 0.95));
        }
    },

    /** A circular ring. */
    RING {
        @Override
        double distance(double x, double y) {
            return Math.abs(Math.sqrt(x * x + y * y) - 0.78) - 0.22;
        }
    },

    /** A disc with a bite of another disc taken out. */
    CRESCENT {
        @Override
        double distance(double x, double y) {
            double bite = Math.sqrt((x - 0.6) * (x - 0.6) + y * y) - 0.8;
            return Math.max(Math.sqrt(x * x + y * y) - 1, -bite);
        }
    },

    /** Parallel bars inside a square patch. */
    STRIPES {
        @Override
        double distance(double x, double y) {
            return Math.max(box(x, y, 0.9, 0.9), wave(x));
        }
    },

    /** A checkerboard inside a square patch. */
    CHECKERBOARD {
        @Override
        double distance(double x, double y) {
            double u = wave(x);
            double v = wave(y);
            double nearest = Math.min(Math.abs(u), Math.abs(v));
            return Math.max(box(x, y, 0.9, 0.9), u * v < 0 ? nearest : -nearest);
        }
    };

    /** Width of one bar or field, in shape coordinates. */
    private static final double FIELD = 0.36;

    /**
     * Returns the name as the report shows it.
     *
     * @return the name in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the signed distance of a point to the outline.
     *
     * @param x abscissa in shape coordinates
     * @param y ordinate in shape coordinates
     * @return the distance, negative inside
     */
    abstract double distance(double x, double y);

    /**
     * A polygon with {@code tips} corners at radius 1 and as many at {@code innerRadius} half way
     * between them: a regular polygon where the inner corner lies on the edge ({@code
     * cos(pi/tips)}), a star below that. The plane is folded onto half a sector, where one straight
     * edge is left.
     */
    private static double radialPolygon(int tips, double innerRadius, double x, double y) {
        double sector = 2 * Math.PI / tips;
        double angle = StrictMath.atan2(y, x);
        double folded = Math.abs(angle - sector * Math.rint(angle / sector));
        double radius = Math.sqrt(x * x + y * y);
        double px = radius * StrictMath.cos(folded);
        double py = radius * StrictMath.sin(folded);
        double edgeX = innerRadius * StrictMath.cos(sector / 2) - 1;
        double edgeY = innerRadius * StrictMath.sin(sector / 2);
        double length = Math.sqrt(edgeX * edgeX + edgeY * edgeY);
        return ((px - 1) * edgeY - py * edgeX) / length;
    }

    private static double box(double x, double y, double halfWidth, double halfHeight) {
        return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);
    }

    /**
     * A triangle wave: zero on the borders of the fields, negative on the one around the origin and
     * on every second from there.
     */
    private static double wave(double t) {
        double period = 2 * FIELD;
        double phase = t / period - Math.floor(t / period);
        return (0.25 - Math.abs(phase - 0.5)) * period;
    }
}
