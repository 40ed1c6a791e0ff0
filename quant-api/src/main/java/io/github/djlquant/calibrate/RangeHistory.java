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

import java.util.ArrayList;
import java.util.List;

/**
 * How the ranges of all values grew with the samples. Of fixed size: when there are too many marks,
 * every second one is forgotten, and from then on only every second is made.
 */
final class RangeHistory {

    private static final int MOST_MARKS = 64;

    private final List<Mark> marks = new ArrayList<>();
    private long stride = 1;
    private long batches;

    /** The ranges after a number of samples, by the order of the values. */
    record Mark(long samples, double[] minima, double[] maxima) {}

    /** Tells whether a mark is to be made after this batch. */
    boolean isDue() {
        return batches++ % stride == 0;
    }

    void add(Mark mark) {
        marks.add(mark);
        if (marks.size() == MOST_MARKS) {
            for (int i = MOST_MARKS - 1; i > 0; i -= 2) {
                marks.remove(i);
            }
            stride *= 2;
        }
    }

    /** The last mark made within a share of the samples; null if there is none. */
    Mark lastWithin(double samples) {
        Mark last = null;
        for (Mark mark : marks) {
            if (mark.samples() <= samples) {
                last = mark;
            }
        }
        return last;
    }
}
