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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.PairedMetric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Mean average precision. Precision at a recall depends on the order of all detections, so their
 * scores are kept: at most {@value #MOST} of each model.
 */
final class AveragePrecision implements PairedMetric {

    private static final int MOST = 1_000_000;
    private static final int RECALLS = 101;
    private static final double BOOTSTRAP_NUMBERS = 5e7;

    private final Detector detector;
    private final Map<Long, List<Box>> truth;
    private final double overlap;
    private final Map<Integer, List<Hit>> source = new TreeMap<>();
    private final Map<Integer, List<Hit>> quantized = new TreeMap<>();

    /** True boxes of a class, one entry per image that has some: the image, and how many. */
    private final Map<Integer, List<int[]>> wanted = new TreeMap<>();

    private int images;
    private int detections;

    /** One detection: its image, score, and whether a true box is its own. */
    private record Hit(int image, double score, boolean right) {}

    AveragePrecision(Detector detector, Map<Long, List<Box>> truth, double overlap) {
        this.detector = detector;
        this.truth = truth;
        this.overlap = overlap;
    }

    @Override
    public void add(PairedBatch batch) {
        for (int row = 0; row < batch.rows(); row++) {
            List<Box> right = truth.getOrDefault(batch.sample(row), List.of());
            right.stream()
                    .mapToInt(Box::kind)
                    .distinct()
                    .forEach(
                            kind -> {
                                int count =
                                        (int) right.stream().filter(b -> b.kind() == kind).count();
                                wanted.computeIfAbsent(kind, k -> new ArrayList<>())
                                        .add(new int[] {images, count});
                            });
            match(detector.boxes(batch.source(), row), right, source);
            match(detector.boxes(batch.quantized(), row), right, quantized);
            images++;
        }
    }

    private void match(List<Box> found, List<Box> right, Map<Integer, List<Hit>> hits) {
        detections += found.size();
        if (detections > 2 * MOST) {
            throw new CalibrationException(
                    Problem.of("there are too many detections to order them")
                            .expected("at most " + MOST)
                            .next("Let the detector leave out boxes with low scores"));
        }
        boolean[] taken = new boolean[right.size()];
        found.stream()
                .sorted(Comparator.comparingDouble(Box::score).reversed())
                .forEach(
                        box -> {
                            int best = best(box, right, taken);
                            if (best >= 0) {
                                taken[best] = true;
                            }
                            hits.computeIfAbsent(box.kind(), k -> new ArrayList<>())
                                    .add(new Hit(images, box.score(), best >= 0));
                        });
    }

    private int best(Box box, List<Box> right, boolean[] taken) {
        int best = -1;
        double most = overlap;
        for (int i = 0; i < right.size(); i++) {
            double shared = box.overlap(right.get(i));
            if (!taken[i] && right.get(i).kind() == box.kind() && shared >= most) {
                best = i;
                most = shared;
            }
        }
        return best;
    }

    @Override
    public Optional<Metric> result() {
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        source.values().forEach(AveragePrecision::order);
        quantized.values().forEach(AveragePrecision::order);
        int[] once = new int[images];
        Arrays.fill(once, 1);
        double before = mean(source, once);
        double after = mean(quantized, once);
        Replicates drops = bootstrap();
        return Optional.of(
                new Metric(
                        String.format(Locale.ROOT, "mAP@%.2f", overlap),
                        before,
                        after,
                        true,
                        before - after,
                        drops.interval(),
                        "paired bootstrap over images, " + drops.count() + " replicates",
                        Optional.of(drops.test()),
                        images));
    }

    private static void order(List<Hit> hits) {
        hits.sort(Comparator.comparingDouble(Hit::score).reversed());
    }

    private Replicates bootstrap() {
        int count = (int) Math.max(100, Math.min(500, BOOTSTRAP_NUMBERS / Math.max(1, detections)));
        SplittableRandom draws = new SplittableRandom(1);
        double[] drops = new double[count];
        for (int replicate = 0; replicate < count; replicate++) {
            int[] weights = new int[images];
            for (int i = 0; i < images; i++) {
                weights[draws.nextInt(images)]++;
            }
            drops[replicate] = mean(source, weights) - mean(quantized, weights);
        }
        return Replicates.of(drops, "paired bootstrap over images");
    }

    /** Over the classes that the truth has. */
    private double mean(Map<Integer, List<Hit>> hits, int[] weights) {
        double sum = 0;
        int classes = 0;
        for (Map.Entry<Integer, List<int[]>> kind : wanted.entrySet()) {
            long positives = 0;
            for (int[] image : kind.getValue()) {
                positives += (long) weights[image[0]] * image[1];
            }
            if (positives > 0) {
                sum += average(hits.getOrDefault(kind.getKey(), List.of()), weights, positives);
                classes++;
            }
        }
        return classes == 0 ? Double.NaN : sum / classes;
    }

    /** At each of 101 recalls the best precision that is reached there or later. */
    private static double average(List<Hit> hits, int[] weights, long positives) {
        double[] best = new double[RECALLS];
        long right = 0;
        long all = 0;
        for (Hit hit : hits) {
            int weight = weights[hit.image()];
            all += weight;
            right += hit.right() ? weight : 0;
            if (weight > 0 && right > 0) {
                // The largest recall of the grid that these detections reach.
                int place = (int) Math.min(RECALLS - 1, right * (RECALLS - 1L) / positives);
                best[place] = Math.max(best[place], right / (double) all);
            }
        }
        double sum = 0;
        double highest = 0;
        for (int place = RECALLS - 1; place >= 0; place--) {
            highest = Math.max(highest, best[place]);
            sum += highest;
        }
        return sum / RECALLS;
    }
}
