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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a window came to.
 *
 * @param window its number, from 1
 * @param rows the rows in it
 * @param readings every figure of every tensor
 */
public record WindowReport(long window, long rows, List<Reading> readings) {

    /** Copies the list. */
    public WindowReport {
        readings = List.copyOf(readings);
    }

    /**
     * Measures a window.
     *
     * @param window its number
     * @param counts what was counted in it
     * @param baseline what it is compared with
     * @param alpha the probability of any reading above its threshold without drift, shared out
     *     evenly
     */
    static WindowReport of(long window, DriftCounts counts, DriftBaseline baseline, double alpha) {
        List<TensorBaseline> counted = new ArrayList<>();
        int figures = 0;
        for (TensorBaseline tensor : baseline.watched()) {
            TensorCounts known = counts.tensors().get(tensor.tensor());
            if (known != null && known.rows() > 0) {
                counted.add(tensor);
                figures += baseline.figures(tensor).size();
            }
        }
        double share = alpha / Math.max(1, figures);
        List<Reading> readings = new ArrayList<>(figures);
        for (TensorBaseline tensor : counted) {
            Set<Figure> wanted = baseline.figures(tensor);
            for (Reading reading :
                    TensorReadings.of(tensor, counts.tensors().get(tensor.tensor()), share)) {
                if (wanted.contains(reading.figure())) {
                    readings.add(reading);
                }
            }
        }
        return new WindowReport(window, counts.rows(), readings);
    }

    /**
     * Returns what is above its threshold.
     *
     * @return readings; empty if all is well
     */
    public List<Reading> above() {
        return readings.stream().filter(Reading::isAbove).toList();
    }

    /**
     * Returns the JSON form.
     *
     * @return an object with one entry per reading
     */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("window", window);
        json.addProperty("rows", rows);
        JsonArray array = new JsonArray();
        for (Reading reading : readings) {
            JsonObject entry = new JsonObject();
            entry.addProperty("tensor", reading.tensor());
            entry.addProperty("figure", reading.figure().text());
            entry.addProperty("value", reading.value());
            entry.addProperty("threshold", reading.threshold());
            entry.addProperty("above", reading.isAbove());
            array.add(entry);
        }
        json.add("readings", array);
        return json;
    }

    @Override
    public String toString() {
        List<Reading> above = above();
        return "window "
                + window
                + " of "
                + rows
                + " rows: "
                + (above.isEmpty()
                        ? "as calibrated"
                        : above.stream().map(Reading::toString).collect(Collectors.joining(", ")));
    }
}
