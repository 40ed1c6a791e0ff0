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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/** Keeps the entries with the largest rank, a bounded number. */
final class Worst<T> {

    private final int most;
    private final PriorityQueue<Ranked<T>> kept =
            new PriorityQueue<>(
                    Comparator.<Ranked<T>>comparingDouble(Ranked::rank)
                            .thenComparing(
                                    Comparator.<Ranked<T>>comparingLong(Ranked::order).reversed()));
    private long order;

    private record Ranked<T>(double rank, long order, T entry) {}

    Worst(int most) {
        this.most = most;
    }

    /** Makes the entry only if it is kept. */
    void offer(double rank, Supplier<T> entry) {
        if (kept.size() == most && !(rank > kept.element().rank())) {
            return;
        }
        if (kept.size() == most) {
            kept.remove();
        }
        kept.add(new Ranked<>(rank, order++, entry.get()));
    }

    /** Returns the entries, the worst first. */
    List<T> list() {
        List<Ranked<T>> sorted = new ArrayList<>(kept);
        sorted.sort(
                Comparator.<Ranked<T>>comparingDouble(Ranked::rank)
                        .reversed()
                        .thenComparingLong(Ranked::order));
        return sorted.stream().map(Ranked::entry).toList();
    }
}
