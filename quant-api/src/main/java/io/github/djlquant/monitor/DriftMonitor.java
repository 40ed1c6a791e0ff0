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
package io.github.djlquant.monitor;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Compares what a model meets with what it was calibrated on, window by window, and raises an alarm
 * when the difference is more than chance. Safe for several threads; its memory does not grow.
 *
 * <p>A window without drift has a figure above its threshold with the probability that {@link
 * Builder#optFalseAlarms} sets, over all tensors and figures; thresholds follow from it, the rows
 * of the window and those of the baseline. An alarm takes several such windows in a row. Drift that
 * each window shows is told when two of them, by default, have begun after it: within a window and
 * two slides, and the rest of that batch. By default this is within 240 rows one by one, and within
 * 500 in batches of up to 256.
 */
public final class DriftMonitor {

    private final Builder settings;
    private final DriftCounter counter;
    private final AtomicLong calls = new AtomicLong();
    private final DriftJudge judge;
    private final Reservoir reservoir;

    private DriftMonitor(DriftBaseline baseline, Builder settings) {
        this.settings = settings;
        this.counter = new DriftCounter(baseline, settings.seed);
        this.reservoir =
                settings.reservoir == 0 ? null : new Reservoir(settings.reservoir, settings.seed);
        this.judge = new DriftJudge(baseline, settings, this::restartReservoir);
    }

    /**
     * Starts a monitor.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns what is compared with.
     *
     * @return the baseline
     */
    public DriftBaseline baseline() {
        return counter.baseline();
    }

    /**
     * Tells whether the next call is one to look at. Each call is chosen by itself, so that a
     * periodic traffic is not met in step.
     *
     * @return true for one of {@link Builder#optEvery} calls
     */
    public boolean isDue() {
        return settings.every == 1
                || Long.remainderUnsigned(
                                RowSampler.mix(settings.seed ^ calls.getAndIncrement()),
                                settings.every)
                        == 0;
    }

    /**
     * Looks at a batch, whether it {@link #isDue} or not.
     *
     * @param batch tensors by name, rows first
     */
    public void observe(Map<String, Tensor> batch) {
        observe(batch, Map.of());
    }

    /** Looks at a batch and what the model made of it inside. */
    void observe(Map<String, Tensor> batch, Map<String, Tensor> inside) {
        Map<String, Tensor> all = batch;
        if (!inside.isEmpty()) {
            all = new HashMap<>(batch);
            all.putAll(inside);
        }
        if (reservoir != null && counter.rows(all) > 0) {
            reservoir.offer(batch);
        }
        judge.take(all, counter);
    }

    /**
     * Takes what another thread, process or machine counted, as if its rows had come here. Counts
     * are not divided: many at once make a longer window.
     *
     * @param counts counts by the same baseline
     * @throws io.github.djlquant.CalibrationException if they are by another baseline or do not fit
     *     it; nothing is changed then
     */
    public void add(DriftCounts counts) {
        judge.add(counts, counter::drain);
    }

    /** Data to recalibrate with is that which comes after the first alarm. */
    private void restartReservoir() {
        if (reservoir != null) {
            reservoir.restart();
        }
    }

    /**
     * Returns rows that were met, to calibrate with: a random choice of those since the first alarm
     * was raised, or of all while none is.
     *
     * @return data of at most as many rows as {@link Builder#optReservoir} set; empty if nothing
     *     was to be kept, or there was nothing yet
     */
    public Optional<CalibrationData> reservoir() {
        List<Map<String, Tensor>> rows = reservoir == null ? List.of() : reservoir.rows();
        return rows.isEmpty() ? Optional.empty() : Optional.of(CalibrationData.ofFeeds(rows));
    }

    /**
     * Returns the alarms that are raised.
     *
     * @return the furthest above its threshold first
     */
    public List<DriftAlarm> alarms() {
        return judge.alarms();
    }

    /**
     * Returns the last complete window.
     *
     * @return its readings, empty before there was one
     */
    public Optional<WindowReport> latest() {
        return judge.latest();
    }

    /**
     * Returns what to do.
     *
     * @return an action with its evidence
     */
    public Recommendation recommendation() {
        return judge.recommendation();
    }

    /**
     * Returns the state as JSON.
     *
     * @return an object with the baseline's id, the action, the alarms and the last window
     */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("baseline", baseline().id());
        Recommendation recommendation = recommendation();
        json.addProperty("action", recommendation.action().name().toLowerCase(Locale.ROOT));
        JsonArray evidence = new JsonArray();
        recommendation.evidence().forEach(alarm -> evidence.add(alarm.toJson()));
        json.add("evidence", evidence);
        latest().ifPresent(window -> json.add("latest", window.toJson()));
        return json;
    }

    @Override
    public String toString() {
        return recommendation() + latest().map(window -> "\n" + window).orElse("");
    }

    /** Collects the settings of a {@link DriftMonitor}. */
    public static final class Builder {

        private long window;
        private long slide;
        private double falseAlarms = 1e-4;
        private int raiseAfter = 2;
        private int clearAfter = 3;
        private int every = 1;
        private long seed;
        private int reservoir;
        private Predicate<String> taps;
        private final List<DriftListener> listeners = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the size of a window, and that windows do not overlap. Smaller windows answer
         * sooner, larger ones see smaller differences.
         *
         * @param rows the least number of rows; by default 180, and the next window begins 30 later
         * @return this builder
         */
        public Builder optWindow(long rows) {
            window = atLeast(2, rows, "rows of a window");
            return this;
        }

        /**
         * Lets windows overlap.
         *
         * @param rows the rows from the start of a window to that of the next, at most those of a
         *     window; where few are odd, overlapping windows show the same ones again
         * @return this builder
         */
        public Builder optSlide(long rows) {
            slide = atLeast(1, rows, "rows between windows");
            return this;
        }

        /**
         * Sets how often chance may put a window above.
         *
         * @param probability of any figure of any tensor above its threshold in a window without
         *     drift, 1e-4 by default
         * @return this builder
         */
        public Builder optFalseAlarms(double probability) {
            if (!(probability > 0 && probability < 1)) {
                throw new IllegalArgumentException("a probability of " + probability);
            }
            falseAlarms = probability;
            return this;
        }

        /**
         * Sets how many windows make and end an alarm.
         *
         * @param raise windows above in a row that raise it, 2 by default
         * @param clear windows below in a row that clear it, 3 by default
         * @return this builder
         */
        public Builder optHysteresis(int raise, int clear) {
            raiseAfter = (int) atLeast(1, raise, "windows that raise an alarm");
            clearAfter = (int) atLeast(1, clear, "windows that clear an alarm");
            return this;
        }

        /**
         * Looks at some of the calls only.
         *
         * @param calls one of so many, chosen at random; 1, the default, for all
         * @return this builder
         */
        public Builder optEvery(int calls) {
            every = (int) atLeast(1, calls, "calls");
            return this;
        }

        /**
         * Sets the seed of all random choices.
         *
         * @param number any number, 0 by default
         * @return this builder
         */
        public Builder optSeed(long number) {
            seed = number;
            return this;
        }

        /**
         * Keeps some of the rows, to calibrate with them again.
         *
         * @param rows how many at most; 0, the default, for none. Each takes the memory of one
         *     input
         * @return this builder
         */
        public Builder optReservoir(int rows) {
            reservoir = (int) atLeast(0, rows, "rows of a reservoir");
            return this;
        }

        /**
         * Watches inner values too, where the artifact is opened by a {@code
         * QuantizationTranslatorFactory} or {@code QuantizationTranslator}: it is opened as a copy
         * that yields them ({@link TappedModel}). With calibration data their rows are looked at
         * one by one. A model that an engine loaded is watched inside if its file is such a copy.
         *
         * @param chosen tells the values, by their names; {@link DriftBaseline#tensors} lists them
         * @return this builder
         */
        public Builder optTaps(Predicate<String> chosen) {
            taps = Objects.requireNonNull(chosen, "chosen");
            return this;
        }

        /**
         * Returns which inner values are to be watched.
         *
         * @return tells them by their names; empty if only inputs are
         */
        public Optional<Predicate<String>> taps() {
            return Optional.ofNullable(taps);
        }

        /**
         * Adds someone who is told of alarms. They are logged in any case.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder addListener(DriftListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        long window() {
            return window;
        }

        long slide() {
            return slide;
        }

        double falseAlarms() {
            return falseAlarms;
        }

        int raiseAfter() {
            return raiseAfter;
        }

        int clearAfter() {
            return clearAfter;
        }

        List<DriftListener> listeners() {
            return listeners;
        }

        private static long atLeast(long least, long actual, String what) {
            if (actual < least) {
                throw new IllegalArgumentException(actual + " " + what);
            }
            return actual;
        }

        /**
         * Builds a monitor.
         *
         * @param baseline what to compare with
         * @return a monitor that has seen nothing
         * @throws IllegalArgumentException if windows begin further apart than they are long
         * @throws UnsupportedModelException if inner values are to be watched and the baseline is
         *     not that of a copy which yields them
         */
        public DriftMonitor build(DriftBaseline baseline) {
            Builder copy = new Builder();
            copy.window = window == 0 ? 180 : window;
            copy.slide = slide > 0 ? slide : window == 0 ? 30 : window;
            if (copy.slide > copy.window) {
                throw new IllegalArgumentException(
                        slide + " rows between windows of " + copy.window + ": some in none");
            }
            if (taps != null && baseline.taps().isEmpty()) {
                throw new UnsupportedModelException(
                        Problem.of("the baseline is that of a model which yields no inner values")
                                .at("baseline " + baseline.id())
                                .expected("inner values, as optTaps asks")
                                .next(
                                        "Serve the copy that TappedModel.write makes, by its own"
                                                + " baseline"));
            }
            copy.falseAlarms = falseAlarms;
            copy.raiseAfter = raiseAfter;
            copy.clearAfter = clearAfter;
            copy.every = every;
            copy.seed = seed;
            copy.reservoir = reservoir;
            copy.listeners.addAll(listeners);
            return new DriftMonitor(baseline, copy);
        }
    }
}
