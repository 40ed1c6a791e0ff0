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

/** Means and covariance of the rows' shares in each bin. */
final class RowShares {

    private final double[] sums;
    private final double[][] products;
    private double clipped;
    private double clippedSquares;
    private int rows;

    RowShares(int bins) {
        sums = new double[bins];
        products = new double[bins][bins];
    }

    void add(Bins bins, float[] row, double low, double high) {
        double[] shares = new double[sums.length];
        double outside = 0;
        for (float element : row) {
            shares[bins.of(element)] += 1.0 / row.length;
            outside += element < low || element > high ? 1.0 / row.length : 0;
        }
        for (int a = 0; a < sums.length; a++) {
            sums[a] += shares[a];
            for (int b = 0; b < sums.length; b++) {
                products[a][b] += shares[a] * shares[b];
            }
        }
        clipped += outside;
        clippedSquares += outside * outside;
        rows++;
    }

    double[] means() {
        double[] means = new double[sums.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = sums[i] / rows;
        }
        return means;
    }

    /** Without bias; 0 where rounding made less of it on the diagonal. */
    double[][] covariance() {
        double[][] covariance = new double[sums.length][sums.length];
        for (int a = 0; a < sums.length; a++) {
            for (int b = 0; b < sums.length; b++) {
                double c = (products[a][b] - sums[a] * sums[b] / rows) / (rows - 1);
                covariance[a][b] = a == b ? Math.max(0, c) : c;
            }
        }
        return covariance;
    }

    double clipped() {
        return clipped / rows;
    }

    double clippedVariance() {
        return Math.max(0, (clippedSquares - clipped * clipped / rows) / (rows - 1));
    }
}
