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
package io.github.djlquant.monitor;

/**
 * Draws the same number of elements of each row, however long it is: every {@code step}th one,
 * around the end to the start. The step is near the golden section of the row and has no common
 * divisor with its length, so that the draws are spread evenly (a Weyl sequence; Kuipers and
 * Niederreiter, "Uniform Distribution of Sequences", chapter 2) and meet no row or column of an
 * image again and again. Rows of fewer elements are drawn from repeatedly: all rows count alike.
 * Not safe for several threads.
 */
final class RowSampler {

    private static final double GOLDEN = 0.6180339887498949;

    private final boolean neighbours;
    private final float[] drawn;
    private int knownLength = -1;
    private int step;

    /**
     * Prepares.
     *
     * @param draws elements of each row
     * @param neighbours true to draw how far an element is from the next one, in place of the
     *     element
     */
    RowSampler(int draws, boolean neighbours) {
        this.neighbours = neighbours;
        this.drawn = new float[draws];
    }

    /**
     * Draws.
     *
     * @param start the row's first element
     * @param length the row's elements, at least 1
     * @param random any number; others start elsewhere in the row
     * @return the elements, in an array that is used again
     */
    float[] draw(Elements elements, int start, int length, long random) {
        if (length != knownLength) {
            knownLength = length;
            step = step(length);
        }
        int at = (int) Long.remainderUnsigned(mix(random), length);
        for (int i = 0; i < drawn.length; i++) {
            float element = elements.at(start + at);
            drawn[i] =
                    neighbours
                            ? Math.abs(
                                    element - elements.at(start + (at + 1 == length ? 0 : at + 1)))
                            : element;
            at += step;
            at -= at >= length ? length : 0;
        }
        return drawn;
    }

    private static int step(int length) {
        int step = Math.max(1, (int) (GOLDEN * length));
        while (gcd(step, length) != 1) {
            step--;
        }
        return step;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
    static long mix(long value) {
        long z = value * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
