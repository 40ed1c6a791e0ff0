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
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.PairedComparison;
import java.util.function.UnaryOperator;

/**
 * The rows that a run may read: to calibrate, to prove rewrites on, and to verify.
 *
 * @param calibration the data, or null
 * @param heldOut what verification reads in its place, all of it, or null
 * @param labels the right class of each sample that verification reads, or null
 * @param samples the largest number of calibration rows, 0 for all
 * @param batchSize rows of a calibration batch, 0 for as many as suit the model's rows
 * @param comparison what verification does besides
 */
record RunData(
        CalibrationData calibration,
        CalibrationData heldOut,
        Labels labels,
        long samples,
        int batchSize,
        UnaryOperator<PairedComparison.Builder> comparison) {

    /** Whether there are real rows of any kind. */
    boolean isGiven() {
        return calibration != null || heldOut != null;
    }

    /** The rows to calibrate on, or what is nearest to them. */
    CalibrationData typical() {
        return calibration != null ? calibration : heldOut;
    }

    /** The rows to judge by. */
    CalibrationData judged() {
        return heldOut != null ? heldOut : calibration;
    }

    /** At most so many rows, and no more than the user allows. */
    long limit(long most) {
        return samples > 0 ? Math.min(most, samples) : most;
    }
}
