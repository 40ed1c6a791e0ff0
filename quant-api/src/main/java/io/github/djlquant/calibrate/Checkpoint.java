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
package io.github.djlquant.calibrate;

import com.google.gson.JsonObject;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.observe.Statistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How far a calibration came: after an interruption it goes on from there.
 *
 * @param job what is observed and how, as text; a checkpoint of another job is refused
 * @param rows the rows of the data that are done
 * @param entries the statistics of these rows
 */
record Checkpoint(String job, long rows, Map<String, Statistics> entries) {

    private static final String KIND = "calibration checkpoint";
    private static final int VERSION = 1;

    /** Reads a checkpoint; null if there is none. */
    static Checkpoint load(Path file, String job) {
        if (!Files.exists(file)) {
            return null;
        }
        Checkpoint checkpoint =
                new JsonFile(file, KIND, VERSION)
                        .read(
                                json ->
                                        new Checkpoint(
                                                json.get("job").getAsString(),
                                                json.get("rows").getAsLong(),
                                                StatisticsJson.read(
                                                        json.getAsJsonObject("values"))));
        if (!checkpoint.job.equals(job)) {
            throw new CalibrationException(
                    Problem.of("the checkpoint is of another calibration")
                            .in(file)
                            .expected(job)
                            .actual(checkpoint.job)
                            .next("Delete the file to start over, or name another one"));
        }
        return checkpoint;
    }

    void save(Path file) {
        JsonObject json = new JsonObject();
        json.addProperty("job", job);
        json.addProperty("rows", rows);
        json.add("values", StatisticsJson.write(entries));
        new JsonFile(file, KIND, VERSION).write(json);
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CalibrationException(
                    Problem.of("the checkpoint can't be deleted: " + e.getMessage()).in(file), e);
        }
    }
}
