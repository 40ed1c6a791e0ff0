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

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oshi.SystemInfo;

/** Finds the {@link CpuClass} from the override, the architecture and the CPU's feature flags. */
final class CpuDetection {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Set<String> DOT_PRODUCTS = Set.of("avx512vnni", "avxvnni");

    private CpuDetection() {}

    static CpuClass detect(String override, String architecture) {
        if (override != null && !override.isBlank()) {
            return named(override.strip());
        }
        String arch = architecture.toLowerCase(Locale.ROOT);
        if (arch.equals("aarch64") || arch.equals("arm64")) {
            return CpuClass.ARM64;
        }
        return Flags.HERE.hasDotProducts ? CpuClass.X86_VNNI : CpuClass.X86_AVX2;
    }

    private static CpuClass named(String name) {
        return Arrays.stream(CpuClass.values())
                .filter(known -> known.text().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new RecipeException(
                                        Problem.of(
                                                        "the system property "
                                                                + CpuClass.PROPERTY
                                                                + " names no CPU class")
                                                .expected(
                                                        Arrays.stream(CpuClass.values())
                                                                .map(CpuClass::text)
                                                                .collect(Collectors.joining(", ")))
                                                .actual(name)));
    }

    /** Tells whether lists of flags, in the spelling of any operating system, name VNNI. */
    static boolean namesDotProducts(Stream<String> lines) {
        return lines.flatMap(line -> Arrays.stream(line.split("[^A-Za-z0-9_]+")))
                .map(flag -> flag.toLowerCase(Locale.ROOT).replace("_", ""))
                .anyMatch(DOT_PRODUCTS::contains);
    }

    /** The flags do not change while the process lives, and OSHI takes a moment to load. */
    private record Flags(boolean hasDotProducts) {
        static final Flags HERE = new Flags(namesDotProducts(lines().stream()));

        private static List<String> lines() {
            if (Files.isReadable(CPUINFO)) {
                try (Stream<String> lines = Files.lines(CPUINFO, StandardCharsets.ISO_8859_1)) {
                    return lines.filter(line -> line.startsWith("flags")).limit(1).toList();
                } catch (IOException e) {
                    return fromOshi();
                }
            }
            return fromOshi();
        }

        private static List<String> fromOshi() {
            return new SystemInfo().getHardware().getProcessor().getFeatureFlags();
        }
    }
}
