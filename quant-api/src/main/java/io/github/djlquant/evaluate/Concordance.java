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
package io.github.djlquant.evaluate;

/**
 * How well one number per sample agrees between both models, over all samples. A cosine between
 * rows of one number is 1 or -1 whatever their error is, so here the errors are pooled: Lin's
 * concordance correlation coefficient (Lin 1989, "A concordance correlation coefficient to evaluate
 * reproducibility"),
 *
 * <pre>{@code
 *              2 Sxy                          mean (x - y)^2
 * ------------------------------- = 1 - -------------------------------
 * Sx^2 + Sy^2 + (mean x - mean y)^2     Sx^2 + Sy^2 + (mean x - mean y)^2
 * }</pre>
 *
 * <p>It falls with noise, with another scale and with another mean. Samples that the source hardly
 * tells apart would blow the smallest error up, so the denominator is never less than that of a
 * number which varies by {@value #LEAST_SPREAD} of its root mean square; or, where all numbers lie
 * between 0 and 1 as probabilities do, by {@value #LEAST_SPREAD_OF_SHARES}. Not thread-safe.
 */
final class Concordance {

    /** A tenth of a probability; 0.98 then stands for an error of 2 points. */
    private static final double LEAST_SPREAD_OF_SHARES = 0.1;

    /** 0.98 then stands for an error of one hundredth. */
    private static final double LEAST_SPREAD = 0.05;

    private long count;
    private double shift;
    private double x;
    private double y;
    private double xx;
    private double yy;
    private double squares;
    private double errors;
    private boolean shares = true;

    /** Adds a sample; both numbers are finite. */
    void add(double source, double quantized) {
        if (count == 0) {
            // Moments about a value of the data: no digits are lost where the mean is large.
            shift = source;
        }
        count++;
        double dx = source - shift;
        double dy = quantized - shift;
        x += dx;
        y += dy;
        xx += dx * dx;
        yy += dy * dy;
        squares += source * source;
        errors += (source - quantized) * (source - quantized);
        shares &= source >= 0 && source <= 1;
    }

    /** Returns the coefficient, at most 1; 1 without samples. */
    double coefficient() {
        if (errors == 0) {
            return 1;
        }
        double n = count;
        double apart = (x - y) / n;
        double spread = xx / n - x / n * (x / n) + yy / n - y / n * (y / n) + apart * apart;
        double least =
                shares
                        ? LEAST_SPREAD_OF_SHARES * LEAST_SPREAD_OF_SHARES
                        : LEAST_SPREAD * LEAST_SPREAD * squares / n;
        return 1 - errors / n / Math.max(spread, 2 * least);
    }
}
