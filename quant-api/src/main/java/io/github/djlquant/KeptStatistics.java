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

import io.github.djlquant.calibrate.CalibrationTable;
import java.nio.file.Path;

/**
 * What calibration takes from an earlier run, and leaves for a later one.
 *
 * @param table statistics of an earlier run in place of calibration, or null
 * @param tableFile where the statistics are kept, or null
 * @param resume where an interrupted calibration goes on, or null
 */
record KeptStatistics(CalibrationTable table, Path tableFile, Path resume) {

    static final KeptStatistics NONE = new KeptStatistics(null, null, null);

    static KeptStatistics of(CalibrationTable table) {
        return new KeptStatistics(table, null, null);
    }
}
