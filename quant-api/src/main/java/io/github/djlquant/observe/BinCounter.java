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
package io.github.djlquant.observe;

/** Counts elements by their bits in one pass. Not safe for several threads. */
final class BinCounter {

    private final long[] counts = new long[FloatHistogram.BINS];

    /** Counts the first elements of an array, NaN and infinity included. */
    void add(float[] elements, int length) {
        long[] local = counts;
        for (int i = 0; i < length; i++) {
            local[Float.floatToRawIntBits(elements[i]) >>> FloatHistogram.DROPPED_BITS]++;
        }
    }

    void add(FloatHistogram histogram) {
        histogram.addTo(counts);
    }

    /** The number of NaN and infinite elements so far. */
    long nonFinite() {
        long sum = 0;
        int half = FloatHistogram.BINS / 2;
        for (int i = FloatHistogram.FIRST_NON_FINITE; i < half; i++) {
            sum += counts[i] + counts[i + half];
        }
        return sum;
    }

    FloatHistogram histogram() {
        return FloatHistogram.ofCounts(counts);
    }
}
