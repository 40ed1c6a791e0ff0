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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What must be reached: what is named is required, the rest is as before.
 *
 * @param limits the numbers by their names, as typed
 */
record GateChoice(Map<String, Double> limits) {

    /** What the options say about it. */
    static final String FORM =
            "What must be reached, such as flips=0.02,drop=0.5: flips, a share; drop and"
                    + " slice-drop, in points; cosine; sqnr, in dB; speedup; divergence, the share of"
                    + " other tokens; detections, how far boxes agree. What is named and can't be"
                    + " measured, fails.";

    private static final double POINTS = 100;

    private static final Set<String> NAMES =
            Set.of(
                    "flips",
                    "drop",
                    "slice-drop",
                    "cosine",
                    "sqnr",
                    "speedup",
                    "divergence",
                    "detections");

    /** Keeps the order. */
    GateChoice {
        limits = new LinkedHashMap<>(limits);
    }

    /**
     * Sets the limits.
     *
     * @param base what holds for those that are not named
     * @return thresholds
     * @throws IllegalArgumentException if a limit makes no sense
     */
    GateThresholds over(GateThresholds base) {
        Set<GateThresholds.Limit> named =
                Arrays.stream(GateThresholds.Limit.values())
                        .filter(limit -> limits.containsKey(limit.text()))
                        .collect(Collectors.toSet());
        return new GateThresholds(
                        limit("flips").orElse(base.maxFlips()),
                        limit("cosine").orElse(base.minCosine()),
                        points("drop").orElse(base.maxDrop()),
                        points("slice-drop").orElse(base.maxSliceDrop()),
                        limit("sqnr").or(base::minSqnr),
                        limit("speedup").or(base::minSpeedup),
                        base.required(),
                        limit("divergence").orElse(base.maxDivergence()),
                        limit("detections").orElse(base.minDetections()))
                .requiring(named);
    }

    private Optional<Double> points(String name) {
        return limit(name).map(points -> points / POINTS);
    }

    private Optional<Double> limit(String name) {
        return Optional.ofNullable(limits.get(name));
    }

    /** Reads {@code flips=0.02,drop=0.5}. */
    static final class Converter implements ITypeConverter<GateChoice> {

        @Override
        public GateChoice convert(String text) {
            Map<String, Double> limits = new LinkedHashMap<>();
            for (String part : text.split(",", -1)) {
                int equals = part.indexOf('=');
                if (equals < 1) {
                    throw new TypeConversionException(
                            "'" + part + "' is no limit such as flips=0.02");
                }
                String name = part.substring(0, equals).strip();
                if (!NAMES.contains(name)) {
                    throw new TypeConversionException(
                            "'"
                                    + name
                                    + "' is none of flips, drop, slice-drop, cosine, sqnr, speedup,"
                                    + " divergence, detections");
                }
                limits.put(name, number(part.substring(equals + 1)));
            }
            GateChoice choice = new GateChoice(limits);
            try {
                choice.over(GateThresholds.DEFAULT);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "'"
                                + text
                                + "': "
                                + e.getMessage()
                                + "; flips, cosine, divergence and detections are shares from 0 to 1,"
                                + " drop and slice-drop points from 0 to 100");
            }
            return choice;
        }

        private static double number(String text) {
            try {
                return Double.parseDouble(text.strip());
            } catch (NumberFormatException e) {
                throw new TypeConversionException(
                        "'" + text + "' is no number such as 0.05 (a share) or 1 (a point)");
            }
        }
    }
}
