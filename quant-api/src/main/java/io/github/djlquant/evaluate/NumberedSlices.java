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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Divides samples by a number into four parts of about the same size. The borders are known at the
 * end only, so samples are kept; of more than {@value #MOST} those with the smallest hash of their
 * place in the data (bottom-k sampling: Cohen and Kaplan, "Summarizing data using bottom-k
 * sketches", 2007). That is a uniform sample, and the same one in whatever order they come: a data
 * set that is sorted by the number is divided like any other. A border then misses its quartile by
 * a rank of at most 0.8 % of the samples, 19 times of 20: {@code 1.96 sqrt(0.5 * 0.5 / MOST)}.
 *
 * <p>Memory is taken once, with the first sample: about a megabyte, however many follow.
 */
final class NumberedSlices {

    static final int MOST = 1 << 14;

    private static final int PARTS = 4;

    /** Twice as many, so that few of them are sorted often. */
    private static final int ROOM = 2 * MOST;

    /** What stands behind a border in a part's name. */
    private final String unit;

    private int kept;

    /** Samples with a larger hash are not among the smallest. */
    private long largest = Long.MAX_VALUE;

    private long[] hashes = {};
    private double[] numbers = {};
    private double[] source = {};
    private double[] quantized = {};
    private boolean[] flipped = {};

    /**
     * Prepares.
     *
     * @param unit of the numbers, for people; empty for none
     */
    NumberedSlices(String unit) {
        this.unit = unit.isEmpty() ? "" : " " + unit;
    }

    void add(long sample, double number, SampleGrade grade) {
        long hash = new SplittableRandom(sample).nextLong();
        if (hash > largest) {
            return;
        }
        if (hashes.length == 0) {
            hashes = new long[ROOM];
            numbers = new double[ROOM];
            source = new double[ROOM];
            quantized = new double[ROOM];
            flipped = new boolean[ROOM];
        } else if (kept == ROOM) {
            drop();
        }
        hashes[kept] = hash;
        numbers[kept] = number;
        source[kept] = grade.source();
        quantized[kept] = grade.quantized();
        flipped[kept++] = grade.flipped();
    }

    /** Keeps the smallest hashes. */
    private void drop() {
        if (kept <= MOST) {
            return;
        }
        long[] sorted = Arrays.copyOf(hashes, kept);
        Arrays.sort(sorted);
        largest = sorted[MOST - 1];
        int next = 0;
        for (int i = 0; i < kept; i++) {
            if (hashes[i] <= largest) {
                hashes[next] = hashes[i];
                numbers[next] = numbers[i];
                source[next] = source[i];
                quantized[next] = quantized[i];
                flipped[next++] = flipped[i];
            }
        }
        kept = next;
    }

    /** Sums up each part, the lowest numbers first. */
    Map<String, SliceTally> tallies() {
        drop();
        double[] borders = borders();
        List<String> names = names(borders);
        SliceTally[] parts = new SliceTally[names.size() + 1];
        for (int i = 0; i < kept; i++) {
            int part = Double.isNaN(numbers[i]) ? names.size() : part(numbers[i], borders);
            if (parts[part] == null) {
                parts[part] = new SliceTally();
            }
            parts[part].add(new SampleGrade(source[i], quantized[i], flipped[i]));
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
                Arrays.stream(numbers, 0, kept)
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

    private static int part(double number, double[] borders) {
        int place = 0;
        while (place < borders.length && number >= borders[place]) {
            place++;
        }
        return place;
    }

    /** Names the parts between borders, with as many digits as tell the borders apart. */
    private List<String> names(double[] borders) {
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
        names.add("below " + texts.get(0) + unit);
        for (int i = 1; i < texts.size(); i++) {
            names.add(texts.get(i - 1) + " to " + texts.get(i) + unit);
        }
        names.add("from " + texts.get(texts.size() - 1) + unit);
        return names;
    }

    private static String text(double number, String format) {
        return number == Math.rint(number) && Math.abs(number) < 1e9
                ? Long.toString((long) number)
                : String.format(Locale.ROOT, format, number);
    }
}
