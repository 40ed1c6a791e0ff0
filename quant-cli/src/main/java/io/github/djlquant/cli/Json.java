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

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.util.Locale;

/** How JSON is printed. */
final class Json {

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

    private Json() {}

    static String print(JsonElement element) {
        return escaped(GSON.toJson(element));
    }

    /** Writes what may move a terminal's cursor as an escape; outside of strings there is none. */
    static String escaped(String json) {
        StringBuilder text = new StringBuilder(json.length());
        for (char character : json.toCharArray()) {
            boolean moves =
                    Character.getType(character) == Character.FORMAT
                            || character > '~' && Character.isISOControl(character);
            if (moves) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            } else {
                text.append(character);
            }
        }
        return text.toString();
    }
}
