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

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The file form of a {@link CalibrationTable}. */
final class CalibrationTableFile {

    private static final String KIND = "calibration table";
    private static final int VERSION = 1;

    private CalibrationTableFile() {}

    static void save(CalibrationTable table, Path file) {
        JsonObject json = new JsonObject();
        json.add("values", StatisticsJson.write(table.entries()));
        JsonArray warnings = new JsonArray();
        for (CalibrationWarning warning : table.warnings()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("value", warning.value());
            entry.addProperty("kind", warning.kind().name());
            entry.addProperty("reason", warning.reason());
            warnings.add(entry);
        }
        json.add("warnings", warnings);
        new JsonFile(file, KIND, VERSION).write(json);
    }

    static CalibrationTable load(Path file) {
        return new JsonFile(file, KIND, VERSION)
                .read(
                        json ->
                                new CalibrationTable(
                                        StatisticsJson.read(json.getAsJsonObject("values")),
                                        warnings(json.getAsJsonArray("warnings"))));
    }

    private static List<CalibrationWarning> warnings(JsonArray json) {
        List<CalibrationWarning> warnings = new ArrayList<>();
        for (JsonElement element : json) {
            JsonObject entry = element.getAsJsonObject();
            warnings.add(
                    new CalibrationWarning(
                            entry.get("value").getAsString(),
                            CalibrationWarning.Kind.valueOf(entry.get("kind").getAsString()),
                            entry.get("reason").getAsString()));
        }
        return warnings;
    }
}
