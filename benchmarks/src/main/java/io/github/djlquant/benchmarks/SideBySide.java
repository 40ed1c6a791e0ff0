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

/**
 * Measures our artifacts against the Python peer's in one run of one Java runtime, and prints one
 * table.
 */
public final class SideBySide {

    private SideBySide() {}

    /**
     * Measures.
     *
     * @param args the work folder, the folder of the real data, the folder for the results
     * @throws Exception if a file is missing or a process fails
     */
    public static void main(String[] args) throws Exception {
        WorkFolder work = new WorkFolder(Path.of(args[0]));
        Path real = Path.of(args[1]);
        Report report = new Report(Machine.here());
        MeasureAccuracy.run(work, real, report);
        for (Network network : Network.values()) {
            MeasureLatency.run(work, network, report);
        }
        report.write(Path.of(args[2]));
        System.out.println(report.markdown());
    }
}
