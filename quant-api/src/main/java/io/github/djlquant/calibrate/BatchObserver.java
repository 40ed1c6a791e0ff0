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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.Observer;
import io.github.djlquant.observe.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Feeds the results of batches' probes to one {@link Observer} per value. */
final class BatchObserver {

    /** The golden ratio's fraction, whose multiples spread evenly over 0 to 1. */
    private static final double SECTION_TURN = (Math.sqrt(5) - 1) / 2;

    /** The fraction of another such number, so that batches don't repeat sections. */
    private static final double BATCH_TURN = Math.sqrt(2) - 1;

    private final List<Watch> watches = new ArrayList<>();
    private final List<Probe.NanSign> signs = new ArrayList<>();
    private final RangeHistory history = new RangeHistory();
    private final int sampleLimit;
    private final int batchSize;
    private float[] scratch = new float[0];

    /** One value, its probes (null where nothing was asked for) and what is known of it. */
    private static final class Watch {
        private final String value;
        private final Probe.MinMax extremes;
        private final Probe.Sample sample;
        private final Probe.ChannelMean means;
        private final List<Probe.Measured> measures;
        private Observer observer = new Observer();

        Watch(String value, ObservationRequest request, int sampleLimit) {
            this.value = value;
            this.extremes = new Probe.MinMax(value);
            this.sample = request.histogram() ? new Probe.Sample(value, sampleLimit) : null;
            this.means =
                    request.channelAxis().isPresent()
                            ? new Probe.ChannelMean(value, request.channelAxis().getAsInt())
                            : null;
            this.measures =
                    request.measures().stream().map(m -> new Probe.Measured(value, m)).toList();
        }
    }

    /**
     * Prepares.
     *
     * @param values what is observed
     * @param sampleLimit elements of a value in one sample
     * @param batchSize rows of a full batch
     */
    BatchObserver(
            Graph graph, Map<String, ObservationRequest> values, int sampleLimit, int batchSize) {
        this.sampleLimit = sampleLimit;
        this.batchSize = batchSize;
        values.forEach((value, request) -> watches.add(new Watch(value, request, sampleLimit)));
        graph.outputs().forEach(output -> signs.add(new Probe.NanSign(output.name())));
    }

    void start(Map<String, Statistics> known) {
        for (Watch watch : watches) {
            watch.observer = new Observer(known.getOrDefault(watch.value, Statistics.EMPTY));
        }
    }

    List<Probe> probes() {
        List<Probe> probes = new ArrayList<>(signs);
        for (Watch watch : watches) {
            probes.add(watch.extremes);
            if (watch.sample != null) {
                probes.add(watch.sample);
            }
            if (watch.means != null) {
                probes.add(watch.means);
            }
            probes.addAll(watch.measures);
        }
        return probes;
    }

    /**
     * Takes what {@link #probes} gave for one batch.
     *
     * @param firstRow the number of rows before
     * @param rows the batch's rows
     * @param nonFinite explains a value that is NaN or infinite
     */
    void observe(
            long firstRow,
            int rows,
            Map<Probe, Tensor> results,
            Function<String, CalibrationException> nonFinite) {
        // Extremes may lose a NaN, and most batches have nothing else.
        for (Probe.NanSign sign : signs) {
            read(results.get(sign));
            if (Float.isNaN(scratch[0])) {
                throw nonFinite.apply(sign.value());
            }
        }
        for (Watch watch : watches) {
            observe(watch, firstRow, rows, results, nonFinite);
        }
        if (history.isDue()) {
            history.add(
                    new RangeHistory.Mark(
                            firstRow + rows,
                            watches.stream().mapToDouble(w -> w.observer.min()).toArray(),
                            watches.stream().mapToDouble(w -> w.observer.max()).toArray()));
        }
    }

    private void observe(
            Watch watch,
            long firstRow,
            int rows,
            Map<Probe, Tensor> results,
            Function<String, CalibrationException> nonFinite) {
        read(results.get(watch.extremes));
        float min = scratch[0];
        float max = scratch[1];
        if (isEmpty(min, max)) {
            return;
        }
        if (!Float.isFinite(min) || !Float.isFinite(max)) {
            throw nonFinite.apply(watch.value);
        }
        if (watch.means != null) {
            int channels = read(results.get(watch.means));
            float[] means = Arrays.copyOf(scratch, channels);
            for (float mean : means) {
                if (!Float.isFinite(mean)) {
                    throw nonFinite.apply(watch.value);
                }
            }
            watch.observer.channelMeans(rows, means);
        }
        if (watch.sample != null) {
            int length = thin(read(results.get(watch.sample)), rows, firstRow);
            if (!watch.observer.sample(scratch, length)) {
                throw nonFinite.apply(watch.value);
            }
        }
        for (Probe.Measured probe : watch.measures) {
            int length = read(results.get(probe));
            measure(watch, probe.measure(), Arrays.copyOf(scratch, length));
        }
        watch.observer.extremes(rows, min, max);
    }

    /** The extremes of no elements, such as a past of length 0: nothing is learned from them. */
    static boolean isEmpty(float min, float max) {
        return min > max;
    }

    /** All of the value is finite; what else is wrong is the measure's own. */
    private static void measure(Watch watch, Measure measure, float... values) {
        try {
            if (values.length > Measure.MOST_ELEMENTS) {
                throw new IllegalArgumentException(values.length + " elements");
            }
            watch.observer.measured(measure, values);
        } catch (IllegalArgumentException e) {
            throw new CalibrationException(
                    Problem.of("a measure's result can't be used")
                            .at("measure " + measure.name() + " of value " + watch.value)
                            .expected(
                                    "at most "
                                            + Measure.MOST_ELEMENTS
                                            + " finite numbers, as many in every batch")
                            .actual(e.getMessage()),
                    e);
        }
    }

    /**
     * A sample takes as many elements of a small batch as of a large one; all rows are to count
     * alike. One element of each section of the sample is kept, at a place that moves by the golden
     * ratio from section to section and from batch to batch: the same place in each would be the
     * same column of a feature map, such as its border.
     */
    private int thin(int length, int rows, long firstRow) {
        int wanted = (int) Math.max(1, (long) sampleLimit * rows / batchSize);
        if (length <= wanted) {
            return length;
        }
        double section = (double) length / wanted;
        double place = firstRow * BATCH_TURN % 1;
        for (int i = 0; i < wanted; i++) {
            scratch[i] = scratch[Math.min(length - 1, (int) ((i + place) * section))];
            place += SECTION_TURN;
            place -= (int) place;
        }
        return wanted;
    }

    /** Copies a result into the scratch array, which is reused: batches leave no garbage. */
    private int read(Tensor tensor) {
        int length = Math.toIntExact(tensor.elementCount());
        if (scratch.length < length) {
            scratch = new float[length];
        }
        tensor.bytes().asFloatBuffer().get(scratch, 0, length);
        return length;
    }

    Map<String, Statistics> statistics() {
        Map<String, Statistics> entries = new TreeMap<>();
        watches.forEach(watch -> entries.put(watch.value, watch.observer.statistics()));
        return entries;
    }

    List<CalibrationWarning> warnings(long samples, Map<String, Statistics> seen) {
        List<CalibrationWarning> warnings = new ArrayList<>();
        CalibrationWarning few = Sufficiency.fewSamples(samples);
        RangeHistory.Mark earlier = history.lastWithin(0.75 * samples);
        if (few != null) {
            warnings.add(few);
        }
        for (int i = 0; i < watches.size(); i++) {
            Watch watch = watches.get(i);
            Statistics statistics = seen.get(watch.value);
            boolean comparable = few == null && earlier != null;
            warnings.addAll(
                    Sufficiency.judge(
                            watch.value,
                            statistics,
                            comparable ? earlier.minima()[i] : statistics.min(),
                            comparable ? earlier.maxima()[i] : statistics.max()));
        }
        return warnings;
    }
}
