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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Divides samples by one criterion. Memory is bounded, whatever the number of samples. */
final class SliceCollector {

    /** Fewer samples say nothing. */
    static final long LEAST = 30;

    /** A column with more values is one of ids. */
    private static final int MOST_SLICES = 2000;

    private static final int MOST_LISTED = 100;

    /** Names of slices beyond, which are only counted. */
    private static final int MOST_OTHERS = 1 << 16;

    private final Slicing slicing;
    private final SampleGrade.Grader grader;
    private final Map<String, SliceTally> slices = new LinkedHashMap<>();
    private final SliceTally all = new SliceTally();
    private final NumberedSlices numbered;
    private final Set<String> others = new HashSet<>();

    SliceCollector(Slicing slicing, SampleGrade.Grader grader) {
        this.slicing = slicing instanceof MetadataColumn column ? column.bind(null) : slicing;
        this.grader = grader;
        this.numbered =
                new NumberedSlices(slicing instanceof Slicing.Numbered number ? number.unit() : "");
    }

    void add(PairedBatch batch) {
        for (int row = 0; row < batch.rows(); row++) {
            SampleGrade grade = grader.grade(batch, row);
            all.add(grade);
            if (slicing instanceof Slicing.Named named) {
                add(named.slice().of(batch, row), grade);
            } else if (slicing instanceof Slicing.Numbered by) {
                numbered.add(batch.sample(row), by.number().applyAsDouble(batch, row), grade);
            }
        }
    }

    private void add(String slice, SampleGrade grade) {
        if (slice == null) {
            return;
        }
        SliceTally tally = slices.get(slice);
        if (tally == null) {
            if (slices.size() >= MOST_SLICES) {
                if (others.size() < MOST_OTHERS) {
                    others.add(slice);
                }
                return;
            }
            tally = new SliceTally();
            slices.put(slice, tally);
        }
        tally.add(grade);
    }

    /** A slice of one of several criteria. */
    private record Tested(int criterion, String slice) {}

    /**
     * Sums up all criteria of a report. Who looks at many slices finds some by chance, whatever
     * criterion they belong to: p-values are corrected for all of them together.
     */
    static List<Slices> results(List<SliceCollector> criteria) {
        Map<Tested, Double> tested = new LinkedHashMap<>();
        for (int i = 0; i < criteria.size(); i++) {
            SliceCollector criterion = criteria.get(i);
            int place = i;
            criterion.slices.putAll(criterion.numbered.tallies());
            criterion.slices.forEach(
                    (name, tally) -> {
                        if (tally.samples() >= LEAST) {
                            tested.put(new Tested(place, name), criterion.test(tally));
                        }
                    });
        }
        List<Map<String, Double>> corrected = new ArrayList<>();
        criteria.forEach(criterion -> corrected.add(new LinkedHashMap<>()));
        Holm.correct(tested)
                .forEach((slice, p) -> corrected.get(slice.criterion()).put(slice.slice(), p));
        List<Slices> results = new ArrayList<>();
        for (int i = 0; i < criteria.size(); i++) {
            results.add(criteria.get(i).result(corrected.get(i)));
        }
        return results;
    }

    private Slices result(Map<String, Double> corrected) {
        List<Slice> listed =
                slices.entrySet().stream()
                        .map(entry -> slice(entry.getKey(), entry.getValue(), corrected))
                        .sorted(
                                Comparator.comparing(Slice::tooSmall)
                                        .thenComparing(
                                                Comparator.comparingDouble(Slice::drop).reversed())
                                        .thenComparing(Slice::name))
                        .toList();
        return new Slices(
                slicing.by(),
                slicing.kind(),
                grader.metric(),
                "Holm",
                LEAST,
                listed.subList(0, Math.min(MOST_LISTED, listed.size())),
                others.size() + Math.max(0, listed.size() - MOST_LISTED));
    }

    private double test(SliceTally tally) {
        return grader.isLabelled() ? tally.pairedTest() : tally.testAgainst(all, grader.isShare());
    }

    private Slice slice(String name, SliceTally tally, Map<String, Double> corrected) {
        return new Slice(
                name,
                tally.samples(),
                tally.source(),
                tally.quantized(),
                tally.drop(),
                tally.interval(grader.isShare(), grader.isLabelled()),
                tally.flips(),
                Optional.ofNullable(corrected.get(name)),
                tally.samples() < LEAST);
    }
}
