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
package io.github.djlquant.monitor;

import com.google.gson.JsonObject;
import java.util.Locale;

/**
 * A figure of a tensor that has left what chance explains, with the evidence.
 *
 * @param worst the reading furthest above its threshold
 * @param firstWindow the number of the first window above
 * @param lastWindow the number of the last window above
 * @param windowsAbove how many windows were above in all
 * @param windowRows the rows of the last window above
 */
public record DriftAlarm(
        Reading worst, long firstWindow, long lastWindow, long windowsAbove, long windowRows) {

    /**
     * Returns the tensor.
     *
     * @return its name
     */
    public String tensor() {
        return worst.tensor();
    }

    /**
     * Returns the figure.
     *
     * @return what was measured
     */
    public Figure figure() {
        return worst.figure();
    }

    /**
     * Returns the JSON form.
     *
     * @return an object with the reading and the windows
     */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("tensor", tensor());
        json.addProperty("figure", figure().text());
        json.addProperty("value", worst.value());
        json.addProperty("threshold", worst.threshold());
        json.addProperty("firstWindow", firstWindow);
        json.addProperty("lastWindow", lastWindow);
        json.addProperty("windowsAbove", windowsAbove);
        json.addProperty("windowRows", windowRows);
        return json;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%%%s: %s %.3f where chance gives at most %.3f, in %d windows of %d rows (windows %d to %d)",
                tensor(),
                figure().text(),
                worst.value(),
                worst.threshold(),
                windowsAbove,
                windowRows,
                firstWindow,
                lastWindow);
    }
}
