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
package io.github.djlquant.evaluate.metric;

import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.PairedTest;
import java.util.Arrays;

/** The drops that bootstrap replicates saw, in rising order. */
final class Replicates {

    private final double[] drops;
    private final String method;

    private Replicates(double[] drops, String method) {
        this.drops = drops;
        this.method = method;
    }

    static Replicates of(double[] values, String method) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        return new Replicates(finite, method);
    }

    int count() {
        return drops.length;
    }

    /** The percentile interval (Efron and Tibshirani 1993, "An Introduction to the Bootstrap"). */
    ConfidenceInterval interval() {
        if (drops.length == 0) {
            return ConfidenceInterval.UNKNOWN;
        }
        return new ConfidenceInterval(quantile(0.025), quantile(0.975));
    }

    private double quantile(double share) {
        double place = share * (drops.length - 1);
        int below = (int) place;
        int above = Math.min(drops.length - 1, below + 1);
        return drops[below] + (place - below) * (drops[above] - drops[below]);
    }

    /** How rarely replicates lie on the other side of 0, with one added to both counts. */
    PairedTest test() {
        long notAbove = Arrays.stream(drops).filter(drop -> drop <= 0).count();
        long notBelow = Arrays.stream(drops).filter(drop -> drop >= 0).count();
        double tail = (Math.min(notAbove, notBelow) + 1) / (double) (drops.length + 1);
        return new PairedTest(method, Math.min(1, 2 * tail));
    }
}
