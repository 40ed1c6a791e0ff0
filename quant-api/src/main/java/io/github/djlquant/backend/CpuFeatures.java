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
package io.github.djlquant.backend;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;

/**
 * What this machine's CPU says of itself. An emulator reports the host's flags; {@link CpuClass}
 * can be overridden, this can't.
 *
 * @param name the CPU's own name
 * @param list what it has of {@code avx2}, {@code avx512}, {@code vnni}, {@code dotprod}, {@code
 *     i8mm}
 */
public record CpuFeatures(String name, List<String> list) {

    /** By the spellings of Linux, Windows and macOS, without underscores. */
    private static final Map<String, String> SPELLINGS =
            Map.of(
                    "avx2", "avx2",
                    "avx512f", "avx512",
                    "avx512vnni", "vnni",
                    "avxvnni", "vnni",
                    "asimddp", "dotprod",
                    "featdotprod", "dotprod",
                    "i8mm", "i8mm",
                    "feati8mm", "i8mm");

    /** Copies the list. */
    public CpuFeatures {
        list = List.copyOf(list);
    }

    /**
     * Asks this machine.
     *
     * @return its features
     */
    public static CpuFeatures here() {
        CentralProcessor processor = new SystemInfo().getHardware().getProcessor();
        return new CpuFeatures(
                processor.getProcessorIdentifier().getName().strip(),
                named(processor.getFeatureFlags()));
    }

    /** Finds the features in lists of flags. */
    static List<String> named(List<String> lines) {
        Set<String> flags =
                lines.stream()
                        .flatMap(line -> Arrays.stream(line.split("[^A-Za-z0-9_]+")))
                        .map(flag -> flag.toLowerCase(Locale.ROOT).replace("_", ""))
                        .collect(Collectors.toSet());
        Set<String> found = new LinkedHashSet<>();
        for (String feature : List.of("avx2", "avx512", "vnni", "dotprod", "i8mm")) {
            SPELLINGS.forEach(
                    (flag, meaning) -> {
                        if (meaning.equals(feature) && flags.contains(flag)) {
                            found.add(feature);
                        }
                    });
        }
        return List.copyOf(found);
    }

    /**
     * Looks a feature up.
     *
     * @param feature such as {@code avx2}
     * @return true if the CPU has it
     */
    public boolean has(String feature) {
        return list.contains(feature);
    }
}
