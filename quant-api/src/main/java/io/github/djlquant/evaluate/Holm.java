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

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Corrects p-values for their number: the chance of any false alarm stays below the level (Holm
 * 1979, "A simple sequentially rejective multiple test procedure").
 */
final class Holm {

    private Holm() {}

    /**
     * The i-th smallest of n is multiplied by n - i (from 0), and never less than the one before.
     */
    static <K> Map<K, Double> correct(Map<K, Double> pValues) {
        List<Map.Entry<K, Double>> sorted =
                pValues.entrySet().stream()
                        .sorted(Comparator.comparingDouble(Map.Entry::getValue))
                        .toList();
        Map<K, Double> corrected = new LinkedHashMap<>();
        double least = 0;
        for (int i = 0; i < sorted.size(); i++) {
            least = Math.max(least, Math.min(1, (sorted.size() - i) * sorted.get(i).getValue()));
            corrected.put(sorted.get(i).getKey(), least);
        }
        return corrected;
    }
}
