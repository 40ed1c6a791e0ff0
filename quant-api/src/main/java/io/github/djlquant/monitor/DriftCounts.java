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
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was counted of all monitored tensors: of a part of a window, a window, or several. Immutable
 * and of fixed size; merging is exact, associative and commutative, so that threads and processes
 * may share the traffic in any way.
 *
 * @param baseline what the baseline is told by; counts by another one are not comparable
 * @param rows the rows that were offered; a tensor's own rows may be fewer
 * @param tensors counts by tensor
 */
public record DriftCounts(String baseline, long rows, Map<String, TensorCounts> tensors) {

    /** Copies the map. */
    public DriftCounts {
        tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
        if (rows < 0) {
            throw new IllegalArgumentException(rows + " rows");
        }
    }

    /** Refuses counts that do not fit what is counted by a baseline. */
    void requireFit(DriftBaseline expected) {
        requireSame(expected.id(), baseline);
        tensors.forEach(
                (name, counts) -> {
                    TensorBaseline known = expected.tensors().get(name);
                    if (known == null || known.bins().size() != counts.bins().length) {
                        throw new CalibrationException(
                                Problem.of("the counts do not fit their baseline")
                                        .at("%" + name)
                                        .expected(
                                                known == null
                                                        ? "one of " + expected.tensors().keySet()
                                                        : known.bins().size() + " bins")
                                        .actual(counts.bins().length + " bins")
                                        .next("Give all processes the same artifact"));
                    }
                });
    }

    private static void requireSame(String expected, String actual) {
        if (!expected.equals(actual)) {
            throw new CalibrationException(
                    Problem.of("counts by different baselines can't be merged")
                            .expected("baseline " + expected)
                            .actual("baseline " + actual)
                            .next("Give all processes the same artifact"));
        }
    }

    /**
     * Merges counts by the same baseline.
     *
     * @param other counts of other rows
     * @return the counts of both
     * @throws CalibrationException if the baselines differ
     */
    public DriftCounts merge(DriftCounts other) {
        requireSame(baseline, other.baseline);
        Map<String, TensorCounts> merged = new TreeMap<>(tensors);
        other.tensors.forEach((name, counts) -> merged.merge(name, counts, TensorCounts::merge));
        return new DriftCounts(baseline, rows + other.rows, merged);
    }

    /**
     * Returns the JSON form, for another process.
     *
     * @return an object that {@link #parse} reads
     */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format", 1);
        json.addProperty("baseline", baseline);
        json.addProperty("rows", rows);
        JsonObject all = new JsonObject();
        tensors.forEach((name, counts) -> all.add(name, numbers(counts)));
        json.add("tensors", all);
        return json;
    }

    private static JsonArray numbers(TensorCounts counts) {
        JsonArray array = new JsonArray();
        array.add(counts.rows());
        array.add(counts.drawn());
        array.add(counts.rowsBelow());
        array.add(counts.rowsAbove());
        array.add(counts.outside());
        array.add(counts.clipped());
        array.add(counts.nonFinite());
        Arrays.stream(counts.bins()).forEach(array::add);
        return array;
    }

    /**
     * Reads what {@link #toJson} made.
     *
     * @param text JSON
     * @return the counts
     * @throws CalibrationException if the text is malformed
     */
    public static DriftCounts parse(String text) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            if (json.get("format").getAsInt() != 1) {
                throw new IllegalArgumentException("format " + json.get("format"));
            }
            Map<String, TensorCounts> tensors = new TreeMap<>();
            for (Map.Entry<String, JsonElement> entry :
                    json.getAsJsonObject("tensors").entrySet()) {
                long[] n = new long[entry.getValue().getAsJsonArray().size()];
                for (int i = 0; i < n.length; i++) {
                    n[i] = entry.getValue().getAsJsonArray().get(i).getAsLong();
                }
                tensors.put(
                        entry.getKey(),
                        new TensorCounts(
                                n[0],
                                Arrays.copyOfRange(n, 7, n.length),
                                n[1],
                                n[2],
                                n[3],
                                n[4],
                                n[5],
                                n[6]));
            }
            return new DriftCounts(
                    json.get("baseline").getAsString(), json.get("rows").getAsLong(), tensors);
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | ClassCastException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) {
            throw new CalibrationException(
                    Problem.of("the counts of a drift monitor are malformed: " + e.getMessage()),
                    e);
        }
    }
}
