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
package io.github.djlquant.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Measures our artifacts against those of the Python peers in one run of one Java runtime, and
 * prints one table.
 */
public final class SideBySide {

    private static final int CALIBRATION_ROUNDS = 6;
    private static final int PROCESS_ROUNDS = 6;

    private SideBySide() {}

    /**
     * Measures.
     *
     * @param args the work folder, the folder of the real data, the folder for the results, the
     *     peer's Python, the peer's script; then, to measure only a part, some of {@code make},
     *     {@code accuracy}, {@code latency}, {@code calibration}, {@code memory}, {@code
     *     quantizing}, {@code minilm}, {@code bert}, {@code others}; the results then have the
     *     parts' names
     * @throws Exception if a file is missing or a process fails
     */
    public static void main(String[] args) throws Exception {
        WorkFolder work = new WorkFolder(Path.of(args[0]));
        Path real = Path.of(args[1]);
        List<String> peer = List.of(args[3], args[4]);
        Set<String> parts = Set.copyOf(List.of(args).subList(5, args.length));
        Report report = new Report(Machine.here());
        for (Network network : Network.values()) {
            if (wanted(parts, "make")) {
                MeasureQuantizing.make(work, network, report);
            }
        }
        if (wanted(parts, "accuracy")) {
            MeasureAccuracy.run(work, real, report);
        }
        for (Network network : Network.values()) {
            if (wanted(parts, "latency")) {
                MeasureLatency.run(work, network, report);
            }
        }
        for (Network network : Network.values()) {
            if (wanted(parts, "calibration")) {
                MeasureCalibration.time(work, network, CALIBRATION_ROUNDS, report);
            }
        }
        if (wanted(parts, "memory")) {
            MeasureCalibration.memory(work, report);
        }
        for (Network network : Network.values()) {
            if (wanted(parts, "quantizing")) {
                MeasureQuantizing.run(work, network, PROCESS_ROUNDS, peer, report);
            }
        }
        for (Transformer transformer : Transformer.values()) {
            if (wanted(parts, transformer.id())) {
                MeasureTransformer.run(work, real, transformer, PROCESS_ROUNDS, peer, report);
            }
        }
        if (wanted(parts, "others")) {
            MeasureOtherPeers.run(work, real, report);
        }
        report.write(
                Path.of(args[2]),
                parts.isEmpty() ? "side-by-side" : String.join("-", new TreeSet<>(parts)));
        System.out.println(report.markdown());
    }

    private static boolean wanted(Set<String> parts, String part) {
        return parts.isEmpty() || parts.contains(part);
    }
}
