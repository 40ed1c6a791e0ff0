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

import ai.djl.util.Progress;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;

/**
 * What a run is asked to do.
 *
 * @param recipe the recipe
 * @param target where the artifact is to run
 * @param data what it may read
 * @param statistics what calibration takes and leaves
 * @param threads threads inside one run of the engine, 0 for the engine's choice
 * @param progress who is told how far it is, or null
 * @param handover on what terms the result is handed over
 * @param auto true to try what may suit and to keep the best
 */
record QuantizationSettings(
        Recipe recipe,
        Target.Name target,
        RunData data,
        KeptStatistics statistics,
        int threads,
        Progress progress,
        Handover handover,
        boolean auto) {

    /** One recipe on its own: its gate binds, and its latency decides. */
    QuantizationSettings trying(Recipe candidate) {
        return new QuantizationSettings(
                candidate,
                target,
                data,
                candidate.method() == Method.STATIC ? statistics : KeptStatistics.NONE,
                threads,
                progress,
                new Handover(handover.overwrite(), false, true, false),
                false);
    }

    /** For a prepared block, which is verified on rows that it saw. */
    QuantizationSettings withData(CalibrationData rows, CalibrationTable seen) {
        return new QuantizationSettings(
                recipe,
                target,
                new RunData(rows, null, null, 0, data.batchSize(), data.comparison()),
                KeptStatistics.of(seen),
                threads,
                progress,
                handover,
                false);
    }

    QuantizationSettings withRecipe(Recipe other) {
        return new QuantizationSettings(
                other, target, data, statistics, threads, progress, handover, auto);
    }

    /** Refuses options that contradict each other, whatever the model. */
    void requireConsistent() {
        boolean table = statistics.table() != null;
        if (!auto
                && recipe.method() != Method.STATIC
                && (table || statistics.tableFile() != null)) {
            throw new RecipeException(
                    Problem.of(
                                    table
                                            ? "this recipe takes no calibration table"
                                            : "this recipe measures nothing that could be kept")
                            .at(recipe.name())
                            .next("Leave the table out, or use the recipe static-int8"));
        }
        if (data.labels() != null && !data.isGiven()) {
            throw new RecipeException(
                    Problem.of("labels belong to data, and there is none")
                            .next("Pass the data (optCalibration, or --calibrate)"));
        }
    }

    /** A static recipe is for models that data can be run through. */
    void requireData() {
        if (!auto
                && recipe.method() == Method.STATIC
                && data.calibration() == null
                && statistics.table() == null) {
            throw new RecipeException(
                    Problem.of("a static recipe needs calibration data")
                            .at(recipe.name())
                            .next(
                                    "Pass data (optCalibration, or --calibrate), or use the recipe dynamic-int8"));
        }
    }
}
