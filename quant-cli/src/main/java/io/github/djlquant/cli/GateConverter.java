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
package io.github.djlquant.cli;

import io.github.djlquant.recipe.GateThresholds;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code flips=0.02,drop=0.5}: what is named is required, the rest keeps its default. */
final class GateConverter implements ITypeConverter<GateThresholds> {

    private static final double POINTS = 100;

    @Override
    public GateThresholds convert(String text) {
        Map<String, Double> limits = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new TypeConversionException("'" + part + "' is no limit such as flips=0.02");
            }
            limits.put(part.substring(0, equals).strip(), number(part.substring(equals + 1)));
        }
        GateThresholds base = GateThresholds.DEFAULT;
        Set<GateThresholds.Limit> named =
                Arrays.stream(GateThresholds.Limit.values())
                        .filter(limit -> limits.containsKey(limit.name().toLowerCase(Locale.ROOT)))
                        .collect(Collectors.toSet());
        Double flips = limits.remove("flips");
        Double cosine = limits.remove("cosine");
        Double drop = limits.remove("drop");
        Double sliceDrop = limits.remove("slice-drop");
        Double sqnr = limits.remove("sqnr");
        Double speedup = limits.remove("speedup");
        Double divergence = limits.remove("divergence");
        Double detections = limits.remove("detections");
        if (!limits.isEmpty()) {
            throw new TypeConversionException(
                    "'"
                            + limits.keySet().iterator().next()
                            + "' is none of flips, drop, slice-drop, cosine, sqnr, speedup,"
                            + " divergence, detections");
        }
        try {
            return new GateThresholds(
                            flips == null ? base.maxFlips() : flips,
                            cosine == null ? base.minCosine() : cosine,
                            drop == null ? base.maxDrop() : drop / POINTS,
                            Optional.ofNullable(sliceDrop).map(points -> points / POINTS),
                            Optional.ofNullable(sqnr),
                            Optional.ofNullable(speedup))
                    .withMaxDivergence(divergence == null ? base.maxDivergence() : divergence)
                    .withMinDetections(detections == null ? base.minDetections() : detections)
                    .requiring(named);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "': " + e.getMessage());
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is no number");
        }
    }
}
