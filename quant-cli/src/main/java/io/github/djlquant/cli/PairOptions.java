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

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Labels;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Two models and what both are to answer. */
final class PairOptions {

    @Parameters(
            index = "0",
            paramLabel = "FLOAT",
            description = "The model to compare with (.onnx or .pt).")
    private Path source;

    @Parameters(index = "1", paramLabel = "QUANTIZED", description = "The model to judge.")
    private Path quantized;

    @Option(
            names = "--data",
            paramLabel = "DATA",
            required = true,
            description = "Inputs: " + DataOptions.FORMS)
    private Path data;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description =
                    "The right class of each row: a text file, one index (from 0) a line."
                            + DataOptions.OF_IMAGES)
    private Path labels;

    @Option(
            names = "--samples",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Use at most the first N rows of DATA. Default: all.")
    private int samples = Integer.MAX_VALUE;

    @Mixin private DataOptions dataOptions = new DataOptions();

    Path source() {
        return source;
    }

    Path quantized() {
        return quantized;
    }

    CalibrationData data() {
        return dataOptions.data(data);
    }

    /** The name of the data, for people. */
    String dataName() {
        return data.getFileName().toString();
    }

    /** The labels; null if there are none. */
    Labels labels() {
        return labels == null ? null : Labels.read(labels, data());
    }

    boolean hasLabels() {
        return labels != null;
    }

    int samples() {
        return samples;
    }

    OptionalInt batch() {
        return dataOptions.batch();
    }
}
