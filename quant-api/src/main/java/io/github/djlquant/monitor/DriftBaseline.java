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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * What a {@link DriftMonitor} compares with: how the inputs, and some of the values inside, looked
 * in calibration. Travels inside the artifact under {@link #METADATA_KEY}; of bounded size.
 */
public final class DriftBaseline {

    /** The key under which an artifact's metadata holds the JSON form. */
    public static final String METADATA_KEY = "djl-quant.baseline";

    /** Elements drawn of each row. */
    public static final int DRAWS = 64;

    /** Values inside the graph, besides what was measured row by row: a few kilobytes at most. */
    static final int MOST_VALUES = 8;

    private final List<String> inputs;
    private final Map<String, TensorBaseline> tensors;
    private final int draws;
    private final List<Tap> taps;
    private final List<String> masks;
    private final boolean filled;
    private final List<TensorBaseline> watched;
    private final String text;
    private final String id;

    /**
     * Creates a baseline.
     *
     * @param filled true if calibration met texts that were filled up
     */
    DriftBaseline(
            List<String> inputs,
            List<TensorBaseline> tensors,
            int draws,
            List<Tap> taps,
            boolean filled) {
        this.filled = filled;
        this.taps = List.copyOf(taps);
        this.inputs = List.copyOf(inputs);
        this.draws = draws;
        Map<String, TensorBaseline> all = new LinkedHashMap<>();
        tensors.forEach(tensor -> all.put(tensor.tensor(), tensor));
        this.tensors = Collections.unmodifiableMap(all);
        this.masks = this.inputs.stream().filter(this::isMask).toList();
        this.watched = all.values().stream().filter(t -> !masks.contains(t.tensor())).toList();
        this.text = BaselineJson.print(this);
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        this.id = Long.toHexString(sum.getValue());
    }

    /** What a mask says of itself, without the filling, is 1 throughout. */
    private boolean isMask(String input) {
        TensorBaseline known = tensors.get(input);
        return known != null
                && known.min() == 1
                && known.max() == 1
                && input.toLowerCase(Locale.ROOT).contains("mask");
    }

    /**
     * Starts a baseline.
     *
     * @param inputs the graph's inputs, in their order
     * @return a builder
     */
    public static Builder builder(List<String> inputs) {
        return new Builder(inputs);
    }

    /**
     * Finds the baseline in an artifact's metadata.
     *
     * @param metadata the metadata
     * @param file the file to name in errors
     * @return the baseline, empty if there is none: the model was quantized without data, or not by
     *     this project
     * @throws ModelFormatException if there is one and it can't be read
     */
    public static Optional<DriftBaseline> in(Map<String, String> metadata, String file) {
        String text = metadata.get(METADATA_KEY);
        return text == null ? Optional.empty() : Optional.of(BaselineJson.parse(text, file));
    }

    /**
     * Reads the baseline of an artifact.
     *
     * @param artifact a quantized model file
     * @return what it was calibrated on
     * @throws ModelFormatException if the file is malformed
     * @throws CalibrationException if it has no baseline
     */
    public static DriftBaseline of(Path artifact) {
        return in(Backends.forFile(artifact).read(artifact).metadata(), artifact.toString())
                .orElseThrow(
                        () ->
                                new CalibrationException(
                                        Problem.of("the model has no baseline to compare with")
                                                .in(artifact)
                                                .expected("metadata " + METADATA_KEY)
                                                .next(
                                                        "Quantize with a static recipe and data, or"
                                                                + " build a baseline from data"
                                                                + " (DriftBaseline.builder)")));
    }

    /**
     * Returns the JSON form on one line.
     *
     * @return text for an artifact's metadata
     */
    public String print() {
        return text;
    }

    /**
     * Returns the graph's inputs.
     *
     * @return names in the graph's order, also of inputs that are not monitored
     */
    public List<String> inputs() {
        return inputs;
    }

    /**
     * Returns what is known of each tensor.
     *
     * @return baselines by tensor, inputs first
     */
    public Map<String, TensorBaseline> tensors() {
        return tensors;
    }

    /**
     * Returns how many elements are drawn of each row.
     *
     * @return at least 1
     */
    public int draws() {
        return draws;
    }

    /** The tensors that are compared: all but masks. */
    List<TensorBaseline> watched() {
        return watched;
    }

    /** The inputs that tell which elements of the others are filling. */
    List<String> masks() {
        return masks;
    }

    /** True if calibration met texts that were filled up. */
    boolean isFilled() {
        return filled;
    }

    /**
     * Tells whether what is known of a tensor is without filling. The distribution of an inner
     * value is of all elements that calibration computed.
     */
    boolean isWithoutFilling(TensorBaseline tensor) {
        return !filled || tensor.isMeasured();
    }

    /** What can be measured of a tensor: integers that are tapped can't leave their range. */
    Set<Figure> figures(TensorBaseline tensor) {
        for (Tap tap : taps) {
            if (tap.value().equals(tensor.tensor())) {
                return EnumSet.complementOf(EnumSet.of(Figure.SATURATION));
            }
        }
        return EnumSet.allOf(Figure.class);
    }

    /** The values that the model yields behind its own outputs, in their order. */
    List<Tap> taps() {
        return taps;
    }

    /** The same for a copy that yields inner values. */
    DriftBaseline with(List<Tap> tapped, TapSamples samples) {
        List<TensorBaseline> known = tensors.values().stream().map(samples::baseline).toList();
        return new DriftBaseline(inputs, known, draws, tapped, filled);
    }

    /**
     * Returns what tells this baseline from others.
     *
     * @return a short text
     */
    public String id() {
        return id;
    }

    @Override
    public String toString() {
        return "baseline " + id + " of " + tensors.values();
    }

    /** Builds a {@link DriftBaseline}. */
    public static final class Builder {

        private final List<String> inputs;
        private final Map<String, RowSamples> measured = new LinkedHashMap<>();
        private boolean filled;
        private CalibrationTable table = new CalibrationTable(Map.of());
        private QuantPlan plan = new QuantPlan(List.of(), List.of());

        private Builder(List<String> inputs) {
            this.inputs = List.copyOf(inputs);
        }

        /**
         * Sets what calibration saw.
         *
         * @param seen the table
         * @return this builder
         */
        public Builder optTable(CalibrationTable seen) {
            table = Objects.requireNonNull(seen, "table");
            return this;
        }

        /**
         * Sets what became of the values: it tells what the quantized form clips, and which values
         * inside the graph are worth monitoring.
         *
         * @param decided the plan
         * @return this builder
         */
        public Builder optPlan(QuantPlan decided) {
            plan = Objects.requireNonNull(decided, "plan");
            return this;
        }

        /**
         * Looks at rows one by one, which makes thresholds as narrow as they can be. Where an input
         * of ones and zeros whose name contains "mask" is 0, texts are filled up, and nothing is
         * looked at. Keeps the same memory however many rows are added.
         *
         * @param batch tensors by name, rows first; types that can't be monitored are left out
         * @return this builder
         */
        public Builder add(Map<String, Tensor> batch) {
            Padding padding = new Padding(batch, masks(batch));
            filled |= padding.isThere();
            batch.forEach(
                    (name, tensor) -> {
                        if (tensor.shape().rank() > 0 && Elements.isReadable(tensor.dataType())) {
                            measured.computeIfAbsent(name, n -> new RowSamples(DRAWS, null))
                                    .add(tensor, padding);
                        }
                        if (hasNeighbours(tensor)) {
                            measured.computeIfAbsent(
                                            name + " (neighbours)",
                                            n -> new RowSamples(DRAWS, name))
                                    .add(tensor, padding);
                        }
                    });
            return this;
        }

        private List<String> masks(Map<String, Tensor> batch) {
            return inputs.stream()
                    .filter(batch::containsKey)
                    .filter(name -> Padding.isMask(name, batch.get(name)))
                    .toList();
        }

        /** Signals and images: what lies side by side in memory lies so in the world. */
        private static boolean hasNeighbours(Tensor tensor) {
            return tensor.shape().rank() > 2
                    && switch (tensor.dataType()) {
                        case FLOAT, UINT8, INT8 -> true;
                        default -> false;
                    };
        }

        /**
         * Builds the baseline.
         *
         * @return a baseline, of no tensor if nothing was seen
         */
        public DriftBaseline build() {
            List<TensorBaseline> tensors = new ArrayList<>();
            measured.forEach(
                    (name, samples) -> {
                        if (samples.rows() > 1) {
                            tensors.add(
                                    samples.baseline(name, table.get(name), low(name), high(name)));
                        }
                    });
            List<TensorBaseline> inside = new ArrayList<>();
            for (ValueDecision decision : plan.values()) {
                Optional<Statistics> known = table.get(decision.value());
                if (!measured.containsKey(decision.value())
                        && decision.kind() == ValueDecision.Kind.ACTIVATION
                        && decision.isQuantized()
                        && known.filter(s -> s.samples() > 1 && s.histogram().total() > 0)
                                .isPresent()) {
                    inside.add(
                            TensorBaseline.of(
                                    decision.value(),
                                    known.get(),
                                    low(decision.value()),
                                    high(decision.value())));
                }
            }
            int kept = Math.min(MOST_VALUES, inside.size());
            for (int i = 0; i < kept; i++) {
                tensors.add(inside.get(kept == 1 ? 0 : i * (inside.size() - 1) / (kept - 1)));
            }
            return new DriftBaseline(inputs, tensors, DRAWS, List.of(), filled);
        }

        /** Half a step beyond the ends still rounds to them. */
        private double low(String value) {
            return plan.value(value)
                    .filter(decision -> decision.isQuantized() && decision.params().size() == 1)
                    .map(ValueDecision::params)
                    .map(p -> (p.qmin() - p.zeroPoint(0) - 0.5) * p.scale(0))
                    .orElse(Double.NEGATIVE_INFINITY);
        }

        private double high(String value) {
            return plan.value(value)
                    .filter(decision -> decision.isQuantized() && decision.params().size() == 1)
                    .map(ValueDecision::params)
                    .map(p -> (p.qmax() - p.zeroPoint(0) + 0.5) * p.scale(0))
                    .orElse(Double.POSITIVE_INFINITY);
        }
    }
}
