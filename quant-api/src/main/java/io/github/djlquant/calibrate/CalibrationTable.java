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

import io.github.djlquant.observe.Statistics;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The statistics of every observed value. Immutable, of fixed size whatever the number of samples,
 * merges exactly.
 */
public final class CalibrationTable {

    private final Map<String, Statistics> entries;

    /**
     * Creates a table.
     *
     * @param entries statistics by value name
     */
    public CalibrationTable(Map<String, Statistics> entries) {
        this.entries = Collections.unmodifiableMap(new TreeMap<>(entries));
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
}
