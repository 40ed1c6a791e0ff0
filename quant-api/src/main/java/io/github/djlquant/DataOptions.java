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
package io.github.djlquant;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.PairedComparison;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Collects what a run may read, to calibrate and to verify, and what calibration takes from another
 * run or leaves for it. The part of {@link Quantizer.Builder} that is about data.
 *
 * @param <B> the builder
 */
public abstract class DataOptions<B extends DataOptions<B>> {

    private CalibrationData calibration;
    private CalibrationData heldOut;
    private Labels labels;
    private UnaryOperator<PairedComparison.Builder> verification = UnaryOperator.identity();
    private CalibrationTable table;
    private Path tableFile;
    private Path resume;
    private long samples;
    private int batchSize;

    DataOptions() {}

    /** This builder. */
    abstract B self();

    /**
     * Sets the data for calibration and, unless {@link #optVerificationData} gives other data, for
     * verification: on its first 256 rows, or 2,048 with labels.
     *
     * @param data the data
     * @return this builder
     */
    public B optCalibration(CalibrationData data) {
        calibration = Objects.requireNonNull(data, "calibration");
        return self();
    }

    /**
     * Sets data for verification alone, all of which is read. Ranges are chosen to suit the
     * calibration data, so rows that calibration has not seen judge better.
     *
     * @param data the data
     * @return this builder
     */
    public B optVerificationData(CalibrationData data) {
        heldOut = Objects.requireNonNull(data, "heldOut");
        return self();
    }

    /**
     * Sets the right class of each sample that verification reads. Verification then measures
     * accuracy, on more samples, and the gate judges how far it fell.
     *
     * @param classes the labels, in the order of the data
     * @return this builder
     */
    public B optLabels(Labels classes) {
        labels = Objects.requireNonNull(classes, "labels");
        return self();
    }

    /**
     * Says more of how the result is compared with its source: class names, metrics, slices of
     * one's own, a readout, a detector, or what the model is for.
     *
     * <pre>{@code
     * .optVerification(with -> with.optTask(Task.EMBEDDING).optSlices(Slicing.byColumn(file, "camera")))
     * }</pre>
     *
     * @param how adds to each comparison, of which {@link Quantizer.Builder#optAuto} makes several;
     *     metrics are made anew each time
     * @return this builder
     */
    public B optVerification(UnaryOperator<PairedComparison.Builder> how) {
        verification = Objects.requireNonNull(how, "verification");
        return self();
    }

    /**
     * Takes what an earlier run measured instead of calibrating, such as for another target. Data
     * is then used for verification only.
     *
     * @param measured the table, of the same model and of a recipe that observes the same
     * @return this builder
     */
    public B optCalibrationTable(CalibrationTable measured) {
        table = Objects.requireNonNull(measured, "table");
        return self();
    }

    /**
     * Keeps what calibration measured, even if the result falls below its gate; {@link
     * CalibrationTable#load} reads it again.
     *
     * @param file the file to write; like the output, it is replaced only where that is allowed
     * @return this builder
     */
    public B optSaveCalibrationTable(Path file) {
        tableFile = Objects.requireNonNull(file, "file");
        return self();
    }

    /**
     * Sets a file to go on from when calibration was interrupted. The same data must come in the
     * same order. The file is deleted at the end of calibration.
     *
     * @param checkpoint the file, which need not exist
     * @return this builder
     */
    public B optResume(Path checkpoint) {
        resume = Objects.requireNonNull(checkpoint, "checkpoint");
        return self();
    }

    /**
     * Limits calibration.
     *
     * @param rows the largest number of rows, 0 for all
     * @return this builder
     */
    public B optSamples(long rows) {
        samples = requireNotNegative(rows, "samples");
        return self();
    }

    /**
     * Sets the rows of a calibration batch; a model with a fixed batch overrules it. By default 16,
     * and fewer where a row is large: what large rows gain by company is less than what the memory
     * for it costs.
     *
     * @param rows the number, at least 1
     * @return this builder
     */
    public B optBatchSize(int rows) {
        if (rows < 1) {
            throw new RecipeException(Problem.of("a batch has at least one row").actual(rows));
        }
        batchSize = rows;
        return self();
    }

    /** The rows that were given. */
    RunData rows() {
        return new RunData(calibration, heldOut, labels, samples, batchSize, verification);
    }

    /** What calibration takes from another run, and leaves. */
    KeptStatistics statistics() {
        return new KeptStatistics(table, tableFile, resume);
    }

    static long requireNotNegative(long value, String name) {
        if (value < 0) {
            throw new RecipeException(Problem.of("a negative number of " + name).actual(value));
        }
        return value;
    }
}
