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

import io.github.djlquant.observe.FloatHistogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The cut points between at most 16 bins that hold about as much each. An element belongs to the
 * first bin whose cut point is not below it.
 */
final class Bins {

    /** Bins at most; a value that comes up often, such as 0 behind Relu, makes them fewer. */
    static final int MOST = 16;

    private final float[] cuts;
    private final float[] padded = new float[MOST];

    /** Takes cut points in ascending order. */
    Bins(float... cuts) {
        if (cuts.length >= MOST) {
            throw new IllegalArgumentException(cuts.length + " cut points");
        }
        for (int i = 0; i < cuts.length; i++) {
            if (!Float.isFinite(cuts[i]) || i > 0 && !(cuts[i - 1] < cuts[i])) {
                throw new IllegalArgumentException("cut points " + Arrays.toString(cuts));
            }
        }
        this.cuts = cuts.clone();
        Arrays.fill(padded, Float.POSITIVE_INFINITY);
        System.arraycopy(cuts, 0, padded, 0, cuts.length);
    }

    /**
     * Cuts where a histogram's own bins end, so that its counts between the cut points are exact.
     */
    static Bins of(FloatHistogram histogram) {
        List<Float> cuts = new ArrayList<>();
        double share = histogram.total() / (double) MOST;
        double below = 0;
        double inside = 0;
        for (int bin = 0; bin < histogram.size() - 1; bin++) {
            inside += histogram.count(bin);
            double rest = histogram.total() - below - inside;
            // Half a share at least on either side: rare bins are noise.
            if (inside >= share && rest >= share / 2 && isCut(histogram, bin)) {
                cuts.add(cut(histogram, bin));
                below += inside;
                inside = 0;
            } else if (inside >= share / 2
                    && histogram.count(bin + 1) >= share
                    && rest >= share / 2
                    && isCut(histogram, bin)) {
                // What comes up often gets a bin of its own.
                cuts.add(cut(histogram, bin));
                below += inside;
                inside = 0;
            }
        }
        float[] array = new float[Math.min(cuts.size(), MOST - 1)];
        for (int i = 0; i < array.length; i++) {
            array[i] = cuts.get(i);
        }
        return new Bins(array);
    }

    /** Both zeros are one number; nothing cuts between them. */
    private static boolean isCut(FloatHistogram histogram, int bin) {
        return histogram.upper(bin) != 0;
    }

    /** Positive bins hold their lower edge, negative ones their upper edge. */
    private static float cut(FloatHistogram histogram, int bin) {
        float upper = (float) histogram.upper(bin);
        return upper > 0 ? Math.nextDown(upper) : upper;
    }

    int size() {
        return cuts.length + 1;
    }

    float[] cuts() {
        return cuts.clone();
    }

    /** Four comparisons, whatever the element. */
    int of(float element) {
        int bin = element > padded[7] ? 8 : 0;
        bin += element > padded[bin + 3] ? 4 : 0;
        bin += element > padded[bin + 1] ? 2 : 0;
        bin += element > padded[bin] ? 1 : 0;
        return bin;
    }

    /** The share of a histogram's elements in each bin. */
    double[] shares(FloatHistogram histogram) {
        double[] shares = new double[size()];
        for (int bin = 0; bin < histogram.size(); bin++) {
            double middle = (histogram.lower(bin) + histogram.upper(bin)) / 2;
            shares[of((float) middle)] += histogram.count(bin) / (double) histogram.total();
        }
        return shares;
    }
}
