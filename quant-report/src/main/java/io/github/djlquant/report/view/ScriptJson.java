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
package io.github.djlquant.report.view;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;

/**
 * JSON inside a script element. HTML ends the element at the first {@code </script}, whatever the
 * JSON says, and U+2028 and U+2029 end a line for some readers: Gson writes {@code < > & = '} and
 * both of them as {@code \\u} escapes unless it is told not to.
 */
public final class ScriptJson {

    private static final Gson GSON = new GsonBuilder().serializeNulls().create();

    private ScriptJson() {}

    /**
     * Prints an element.
     *
     * @param element the element
     * @return JSON on one line without any of {@code < > &}
     */
    public static String print(JsonElement element) {
        return GSON.toJson(element);
    }

    /**
     * Makes a number.
     *
     * @param value the number
     * @return null in JSON if it is not finite
     */
    public static JsonElement number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }
}
