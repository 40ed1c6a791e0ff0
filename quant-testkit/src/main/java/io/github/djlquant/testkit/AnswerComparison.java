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
package io.github.djlquant.testkit;

import io.github.djlquant.graph.Tensor;
import java.util.Locale;

/**
 * How far a classifier's answers are from those of the model that it stands for, and from the
 * truth. Written apart from quant-api's own figures, so that it can check them.
 */
public final class AnswerComparison {

    private double signal;
    private double noise;
    private long rows;
    private long changed;
    private long right;

    /** Starts with no answers. */
    public AnswerComparison() {}

    /**
     * Adds a batch.
     *
     * @param expected scores of the model to stand for, (rows, classes)
     * @param actual scores of the one that is judged, of the same shape
     * @param labels the right class of each row
     */
    public void add(Tensor expected, Tensor actual, int[] labels) {
        float[] wanted = expected.toFloats();
        float[] found = actual.toFloats();
        for (int i = 0; i < wanted.length; i++) {
            signal += (double) wanted[i] * wanted[i];
            noise += Math.pow((double) wanted[i] - found[i], 2);
        }
        int classes = wanted.length / labels.length;
        for (int row = 0; row < labels.length; row++) {
            int answer = best(found, row * classes, classes);
            changed += answer == best(wanted, row * classes, classes) ? 0 : 1;
            right += answer == labels[row] ? 1 : 0;
        }
        rows += labels.length;
    }

    private static int best(float[] scores, int first, int classes) {
        int best = 0;
        for (int i = 1; i < classes; i++) {
            best = scores[first + i] > scores[first + best] ? i : best;
        }
        return best;
    }

    /**
     * Returns the signal to noise ratio of all scores so far.
     *
     * @return in decibels
     */
    public double sqnr() {
        return 10 * Math.log10(signal / noise);
    }

    /**
     * Returns how many answers changed.
     *
     * @return in percent
     */
    public double flips() {
        return 100.0 * changed / rows;
    }

    /**
     * Returns how many answers are right.
     *
     * @return in percent
     */
    public double topOne() {
        return 100.0 * right / rows;
    }

    /**
     * Returns the signal to noise ratio of one output.
     *
     * @param expected what is wanted
     * @param actual what was found, as many numbers
     * @return 10 log10 (sum of squares of what is wanted / sum of squares of the differences)
     */
    public static double sqnr(float[] expected, float[] actual) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.length; i++) {
            signal += (double) expected[i] * expected[i];
            noise += Math.pow((double) expected[i] - actual[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.2f dB, %.2f %% flips, %.2f %% top-1", sqnr(), flips(), topOne());
    }
}
