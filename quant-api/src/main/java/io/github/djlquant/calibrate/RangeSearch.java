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
package io.github.djlquant.calibrate;

import io.github.djlquant.scheme.TensorScheme;

/**
 * Searches the range of least cost between the exact extremes and 0.
 *
 * <p>Ends shrink geometrically, because an outlier may be any number of times larger than the rest:
 * first both together, then each alone around the best found so far, with ever finer factors. A
 * symmetric scheme has one end to search. A side on which there is nothing stays at 0.
 */
final class RangeSearch {

    /** The first pass shrinks by a sixth of an octave per step. */
    private static final double COARSE = Math.pow(2, -1.0 / 6);

    /** A first pass ends when the cost is so many times the best: it only grows from there. */
    private static final double HOPELESS = 8;

    /** 40 octaves: below the extremes by this there is nothing that counts. */
    private static final int COARSE_STEPS = 240;

    private static final int ROUNDS = 6;

    private final Range full;
    private final boolean symmetric;
    private final RangeCost cost;
    private Range best;
    private double least;
    private double lastCost;

    RangeSearch(Distribution distribution, TensorScheme scheme, RangeCost cost) {
        Range extremes = Range.holding(distribution.min(), distribution.max());
        this.symmetric = scheme.symmetry() != TensorScheme.Symmetry.ASYMMETRIC;
        double reach = Math.max(-extremes.min(), extremes.max());
        this.full = symmetric ? new Range(-reach, reach) : extremes;
        this.cost = cost;
        this.best = full;
        this.least = cost.of(full);
    }

    Range select() {
        coarse();
        double step = Math.pow(COARSE, 0.5);
        for (int round = 0; round < ROUNDS; round++) {
            if (symmetric) {
                refine(step, step);
            } else {
                refine(step, 1);
                refine(1, step);
            }
            step = Math.sqrt(step);
        }
        return best;
    }

    private void coarse() {
        double reach = Math.max(-full.min(), full.max());
        for (int i = 0; i < COARSE_STEPS; i++) {
            reach *= COARSE;
            if (!attempt(clip(-reach, reach)) && hopeless(-reach, reach)) {
                break;
            }
        }
        if (!symmetric && full.min() < 0 && full.max() > 0) {
            walk(true);
            walk(false);
        }
    }

    /** Shrinks, and grows back, one end alone by coarse steps. */
    private void walk(boolean lower) {
        Range start = best;
        for (double step : new double[] {COARSE, 1 / COARSE}) {
            double factor = 1;
            for (int i = 0; i < COARSE_STEPS; i++) {
                factor *= step;
                double min = lower ? start.min() * factor : start.min();
                double max = lower ? start.max() : start.max() * factor;
                Range range = clip(min, max);
                boolean atEnd =
                        step > 1 && (lower ? range.min() == full.min() : range.max() == full.max());
                if (!attempt(range) && hopeless(min, max) || atEnd) {
                    break;
                }
            }
        }
    }

    private boolean hopeless(double min, double max) {
        return lastCost > HOPELESS * least || max - min < Float.MIN_NORMAL;
    }

    /** Moves the ends by a factor as long as that helps, inward or else outward. */
    private void refine(double minFactor, double maxFactor) {
        for (int direction = 0; direction < 2; direction++) {
            double low = direction == 0 ? minFactor : 1 / minFactor;
            double high = direction == 0 ? maxFactor : 1 / maxFactor;
            int moved = 0;
            while (moved < 8 && attempt(clip(best.min() * low, best.max() * high))) {
                moved++;
            }
            if (moved > 0) {
                // Outward lies what was just left.
                return;
            }
        }
    }

    private Range clip(double min, double max) {
        return Range.holding(Math.max(min, full.min()), Math.min(max, full.max()));
    }

    private boolean attempt(Range range) {
        if (range.equals(best) || range.width() <= 0) {
            return false;
        }
        lastCost = cost.of(range);
        if (lastCost < least) {
            least = lastCost;
            best = range;
            return true;
        }
        return false;
    }
}
