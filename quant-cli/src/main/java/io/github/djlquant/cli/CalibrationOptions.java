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

import io.github.djlquant.Problem;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What calibration measured, kept from one run for another. */
final class CalibrationOptions {

    @Option(
            names = "--save-calibration",
            paramLabel = "FILE",
            description =
                    "Keep what calibration measures, such as for another target; also if the"
                            + " result is refused.")
    private Path saved;

    @Option(
            names = "--calibration-table",
            paramLabel = "FILE",
            description =
                    "Take what an earlier run of the same model and recipe kept, and do not"
                            + " calibrate: DATA is then for the comparison only. Several of them,"
                            + " each of a part of the data, are merged.")
    private List<Path> tables = List.of();

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description =
                    "Write down now and then how far calibration is, and go on from there if the"
                            + " file exists. It goes when calibration is done.")
    private Path resume;

    /**
     * Tells whether there is something measured.
     *
     * @return true if there are tables
     */
    boolean isMeasured() {
        return !tables.isEmpty();
    }

    /**
     * Tells which options make sense only where calibration runs.
     *
     * @return their names, as far as they are given
     */
    List<String> forCalibrating() {
        List<String> names = new ArrayList<>();
        if (resume != null) {
            names.add("--resume");
        }
        if (saved != null && tables.isEmpty()) {
            names.add("--save-calibration");
        }
        return names;
    }

    /**
     * Hands the options on.
     *
     * @param quantizer takes them
     * @throws RecipeException if there is nothing to resume
     */
    void apply(Quantizer.Builder quantizer) {
        if (resume != null && isMeasured()) {
            throw new RecipeException(
                    Problem.of("--resume with --calibration-table")
                            .next("Leave one of them out: with a table nothing is calibrated"));
        }
        tables.stream()
                .map(CalibrationTable::load)
                .reduce(CalibrationTable::merge)
                .ifPresent(quantizer::optCalibrationTable);
        if (saved != null) {
            quantizer.optSaveCalibrationTable(saved);
        }
        if (resume != null) {
            quantizer.optResume(resume);
        }
    }
}
