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
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Divides samples by a number into four parts of about the same size. The borders are known at the
 * end only, so the samples are kept; of more than {@value #MOST} those with the smallest hash of
 * their place in the data (bottom-k sampling: Cohen and Kaplan, "Summarizing data using bottom-k
 * sketches", 2007). That is a uniform sample, and the same one in whatever order they come: a data
 * set that is sorted by the number is divided like any other.
 */
final class NumberedSlices {

    static final int MOST = 1 << 15;

    private static final int PARTS = 4;

    private final PriorityQueue<Kept> kept =
            new PriorityQueue<>(Comparator.comparingLong(Kept::hash).reversed());

    private record Kept(long hash, double number, SampleGrade grade) {}

    void add(long sample, double number, SampleGrade grade) {
        long hash = new SplittableRandom(sample).nextLong();
        if (kept.size() == MOST) {
            if (hash >= kept.element().hash()) {
                return;
            }
            kept.remove();
        }
        kept.add(new Kept(hash, number, grade));
    }

    /** Sums up each part, the lowest numbers first. */
    Map<String, SliceTally> tallies() {
        double[] borders = borders();
        List<String> names = names(borders);
        SliceTally[] parts = new SliceTally[names.size() + 1];
        for (Kept sample : kept) {
            int part = Double.isNaN(sample.number()) ? names.size() : part(sample, borders);
            if (parts[part] == null) {
                parts[part] = new SliceTally();
            }
            parts[part].add(sample.grade());
        }
        Map<String, SliceTally> tallies = new LinkedHashMap<>();
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] != null) {
                tallies.put(i == names.size() ? "NaN" : names.get(i), parts[i]);
            }
        }
        return tallies;
    }

    private double[] borders() {
        double[] sorted =
                kept.stream()
                        .mapToDouble(Kept::number)
                        .filter(number -> !Double.isNaN(number))
                        .map(number -> number + 0.0) // -0 is 0
                        .sorted()
                        .toArray();
        return sorted.length == 0
                ? sorted
                : IntStream.range(1, PARTS)
                        .mapToDouble(i -> sorted[i * sorted.length / PARTS])
                        .distinct()
                        .toArray();
    }

    private static int part(Kept sample, double[] borders) {
        int place = 0;
        while (place < borders.length && sample.number() >= borders[place]) {
            place++;
        }
        return place;
    }

    /** Names the parts between borders, with as many digits as tell the borders apart. */
    private static List<String> names(double[] borders) {
        List<String> texts;
        int digits = 3;
        do {
            String format = "%." + digits++ + "g";
            texts = Arrays.stream(borders).mapToObj(border -> text(border, format)).toList();
        } while (digits <= 17 && texts.stream().distinct().count() < borders.length);
        if (texts.isEmpty()) {
            return List.of("numbers");
        }
        List<String> names = new ArrayList<>();
        names.add("below " + texts.get(0));
        for (int i = 1; i < texts.size(); i++) {
            names.add(texts.get(i - 1) + " to " + texts.get(i));
        }
        names.add("from " + texts.get(texts.size() - 1));
        return names;
    }

    private static String text(double number, String format) {
        return number == Math.rint(number) && Math.abs(number) < 1e9
                ? Long.toString((long) number)
                : String.format(Locale.ROOT, format, number);
    }
}
