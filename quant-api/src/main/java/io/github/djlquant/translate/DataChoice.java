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

import io.github.djlquant.calibrate.CalibrationData;

/**
 * The data for calibration and verification.
 *
 * @param data the data, or null
 * @param key stands for the data in the cache's key, or null to look at the data itself
 * @param samples the largest number of calibration rows, 0 for all
 * @param threads threads inside one calibration run, 0 for the engine's choice
 */
record DataChoice(CalibrationData data, String key, long samples, int threads) {

    static DataChoice of(CalibrationData data) {
        return new DataChoice(data, null, 0, 0);
    }

    DataChoice withData(CalibrationData chosen) {
        return new DataChoice(chosen, key, samples, threads);
    }

    DataChoice withKey(String text) {
        return new DataChoice(data, text, samples, threads);
    }

    DataChoice withSamples(long rows) {
        return new DataChoice(data, key, rows, threads);
    }

    DataChoice withThreads(int count) {
        return new DataChoice(data, key, samples, count);
    }
}
