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
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.Statistics;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The statistics of every observed value. Immutable, of fixed size whatever the number of samples,
 * merges exactly.
 */
public final class CalibrationTable {

    private final Map<String, Statistics> entries;
    private final List<CalibrationWarning> warnings;

    /**
     * Creates a table.
     *
     * @param entries statistics by value name
     */
    public CalibrationTable(Map<String, Statistics> entries) {
        this(entries, List.of());
    }

    /**
     * Creates a table with signs that the data does not suffice.
     *
     * @param entries statistics by value name
     * @param warnings what was noticed
     */
    public CalibrationTable(Map<String, Statistics> entries, List<CalibrationWarning> warnings) {
        this.entries = Collections.unmodifiableMap(new TreeMap<>(entries));
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Reads a table.
     *
     * @param file what {@link #save} wrote
     * @return exactly what was saved
     * @throws io.github.djlquant.CalibrationException if the file can't be read, is malformed or of
     *     an unknown version
     */
    public static CalibrationTable load(Path file) {
        return CalibrationTableFile.load(file);
    }

    /**
     * Writes the table as JSON, beside the file first and then moved in place.
     *
     * @param file the file to create or replace
     * @throws io.github.djlquant.OutputException if the file can't be written
     */
    public void save(Path file) {
        CalibrationTableFile.save(this, file);
    }

    /**
     * Returns what is known of a value.
     *
     * @param value its name
     * @return its statistics, empty if it was not observed
     */
    public Optional<Statistics> get(String value) {
        return Optional.ofNullable(entries.get(value));
    }

    /**
     * Returns all entries.
     *
     * @return statistics by value name, sorted
     */
    public Map<String, Statistics> entries() {
        return entries;
    }

    /**
     * Returns the signs that the data does not suffice.
     *
     * @return what was noticed; empty if nothing was
     */
    public List<CalibrationWarning> warnings() {
        return warnings;
    }

    /**
     * Checks that the table holds what a plan needs.
     *
     * @param requests what is to be known of each value
     * @throws CalibrationException if a value is missing, or was observed for less; the table is of
     *     another model or recipe
     */
    public void requireAll(Map<String, ObservationRequest> requests) {
        requests.forEach(
                (value, wanted) -> {
                    Statistics known = entries.get(value);
                    if (known == null) {
                        throw unfit(value, "its statistics", "none");
                    }
                    // It had no element in any sample: no table could tell more.
                    if (known.isEmpty()) {
                        return;
                    }
                    if (wanted.histogram() && known.histogram().total() == 0) {
                        throw unfit(value, "a histogram", "its extremes only");
                    }
                    if (wanted.channelAxis().isPresent() && known.channels().isEmpty()) {
                        throw unfit(value, "the means of its channels", "none");
                    }
                    for (Measure measure : wanted.measures()) {
                        if (!known.measures().containsKey(measure.name())) {
                            throw unfit(value, "the measure " + measure.name(), "none");
                        }
                    }
                });
    }

    private static CalibrationException unfit(String value, String expected, String actual) {
        return new CalibrationException(
                Problem.of("the calibration table does not fit the model and the recipe")
                        .at("value " + value)
                        .expected(expected)
                        .actual(actual)
                        .next("Calibrate this model with this recipe"));
    }

    /**
     * Returns the number of samples seen.
     *
     * @return the largest number of rows of any value
     */
    public long samples() {
        return entries.values().stream().mapToLong(Statistics::samples).max().orElse(0);
    }

    /**
     * Adds what follows for values that a rewrite made from observed ones.
     *
     * @param derived statistics by value name
     * @return a larger table with the same warnings
     */
    public CalibrationTable with(Map<String, Statistics> derived) {
        Map<String, Statistics> all = new TreeMap<>(entries);
        all.putAll(derived);
        return new CalibrationTable(all, warnings);
    }

    /**
     * Merges two tables, each of a part of the data.
     *
     * @param other the table of the other part
     * @return the statistics of both; the warnings of both, each once, but for those of a part
     *     without a range beside one that has it
     */
    public CalibrationTable merge(CalibrationTable other) {
        Objects.requireNonNull(other, "other");
        Map<String, Statistics> merged = new TreeMap<>(entries);
        other.entries.forEach((name, part) -> merged.merge(name, part, Statistics::merge));
        Set<CalibrationWarning> all = new LinkedHashSet<>(warnings);
        all.addAll(other.warnings);
        if (noRange().isEmpty() || other.noRange().isEmpty()) {
            all.removeIf(CalibrationTable::isOfNoRange);
        }
        return new CalibrationTable(merged, List.copyOf(all));
    }

    /**
     * Tells whether the data showed no range at all: then none should be used.
     *
     * @return what was seen of the rows; empty if they differ
     */
    public Optional<String> noRange() {
        return warnings.stream()
                .filter(CalibrationTable::isOfNoRange)
                .map(CalibrationWarning::reason)
                .findFirst();
    }

    private static boolean isOfNoRange(CalibrationWarning warning) {
        return warning.kind() == CalibrationWarning.Kind.NO_RANGE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CalibrationTable that
                && entries.equals(that.entries)
                && warnings.equals(that.warnings);
    }

    @Override
    public int hashCode() {
        return Objects.hash(entries, warnings);
    }

    @Override
    public String toString() {
        return "statistics of " + entries.size() + " values over " + samples() + " samples";
    }
}
