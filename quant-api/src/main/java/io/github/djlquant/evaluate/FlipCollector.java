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

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects changed answers of one output, in bounded memory. */
final class FlipCollector {

    private static final int MOST_FLIPS = 60;
    private static final int MOST_TRANSITIONS = 50;

    /** Pairs of classes that are counted while collecting. */
    private static final int MOST_PAIRS = 1 << 16;

    private final String output;
    private final Labels labels;
    private final InputViewer viewer;
    private final Worst<Flip> worst = new Worst<>(MOST_FLIPS);
    private final Map<Long, Long> transitions = new HashMap<>();
    private long samples;
    private long changed;
    private long lost;
    private long gained;

    FlipCollector(String output, Labels labels, InputViewer viewer) {
        this.output = output;
        this.labels = labels;
        this.viewer = viewer;
    }

    void add(PairedBatch batch) {
        PairedBatch.Rows before = batch.sourceRows(output);
        PairedBatch.Rows after = batch.quantizedRows(output);
        if (before.chosen() && before.width() > 1) {
            addMaps(before, after);
            return;
        }
        for (int row = 0; row < batch.rows(); row++) {
            samples++;
            int from = before.largest(row);
            int to = after.largest(row);
            if (from != to) {
                changed++;
                flip(batch, row, from, to, before, after);
            }
        }
    }

    /** Maps of answers, such as the class of each pixel: each counts, none is shown. */
    private void addMaps(PairedBatch.Rows before, PairedBatch.Rows after) {
        samples += before.values().length;
        for (int i = 0; i < before.values().length; i++) {
            int from = (int) before.values()[i];
            int to = (int) after.values()[i];
            if (from != to) {
                changed++;
                count(from, to);
            }
        }
    }

    private void count(int from, int to) {
        long pair = (long) from << 32 | to & 0xffffffffL;
        if (transitions.size() < MOST_PAIRS || transitions.containsKey(pair)) {
            transitions.merge(pair, 1L, Long::sum);
        }
    }

    private void flip(
            PairedBatch batch,
            int row,
            int from,
            int to,
            PairedBatch.Rows before,
            PairedBatch.Rows after) {
        Optional<Integer> label =
                labels == null ? Optional.empty() : Optional.of(labels.label(batch.feed(), row));
        lost += label.filter(right -> right == from).isPresent() ? 1 : 0;
        gained += label.filter(right -> right == to).isPresent() ? 1 : 0;
        count(from, to);
        if (before.chosen() || from < 0 || to < 0) {
            // Without scores no margin says by how much; where they are NaN, nothing is worse.
            worst.offer(
                    before.chosen() ? 0 : Float.MAX_VALUE,
                    () ->
                            new Flip(
                                    batch.sample(row),
                                    from,
                                    to,
                                    0,
                                    0,
                                    Optional.empty(),
                                    label,
                                    viewer.view(batch, row)));
            return;
        }
        Flip.Scores scores =
                new Flip.Scores(
                        before.get(row, from),
                        before.get(row, to),
                        after.get(row, from),
                        after.get(row, to));
        double sourceMargin = scores.sourceFrom() - scores.sourceTo();
        double quantizedMargin = scores.quantizedTo() - scores.quantizedFrom();
        worst.offer(
                sourceMargin,
                () ->
                        new Flip(
                                batch.sample(row),
                                from,
                                to,
                                sourceMargin,
                                quantizedMargin,
                                Optional.of(scores),
                                label,
                                viewer.view(batch, row)));
    }

    Flips result(List<String> classNames) {
        List<Flips.Transition> frequent =
                transitions.entrySet().stream()
                        .map(
                                entry ->
                                        new Flips.Transition(
                                                (int) (entry.getKey() >> 32),
                                                (int) (long) entry.getKey(),
                                                entry.getValue()))
                        .sorted(
                                Comparator.comparingLong(Flips.Transition::count)
                                        .reversed()
                                        .thenComparingInt(Flips.Transition::from)
                                        .thenComparingInt(Flips.Transition::to))
                        .limit(MOST_TRANSITIONS)
                        .toList();
        return new Flips(
                output, samples, changed, lost, gained, worst.list(), frequent, classNames);
    }
}
