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
package io.github.djlquant.translate;

import ai.djl.util.Progress;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import java.util.Map;

/**
 * What both forms of the Criteria option know.
 *
 * @param recipe what to do
 * @param target where the quantized model is to run
 * @param calibration the data, or null
 * @param cacheKey stands for the data in the cache's key, or null to look at the data itself
 * @param samples the largest number of calibration rows, 0 for all
 * @param threads threads inside one calibration run, 0 for the engine's choice
 * @param progress who is told how far it is, or null
 * @param force true to take a model below its gate
 * @param engineOptions options of the quantized model's session
 */
record QuantizationOptions(
        Recipe recipe,
        Target.Name target,
        CalibrationData calibration,
        String cacheKey,
        long samples,
        int threads,
        Progress progress,
        boolean force,
        Map<String, String> engineOptions) {}
