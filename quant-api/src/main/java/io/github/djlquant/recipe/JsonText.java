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
package io.github.djlquant.recipe;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;

/**
 * Parses a recipe's text. Of two values of one key the library's own parser keeps the last, without
 * a word; here a key that stands twice is refused.
 *
 * @param text JSON, comments allowed
 * @param source the file to name in errors
 */
record JsonText(String text, String source) {

    JsonElement tree() {
        JsonReader json = new JsonReader(new StringReader(text));
        json.setLenient(true);
        try {
            JsonElement tree = next(json);
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw malformed("more behind its end, at " + json.getPath(), null);
            }
            return tree;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw malformed(e.getMessage(), e);
        }
    }

    private JsonElement next(JsonReader json) throws IOException {
        return switch (json.peek()) {
            case BEGIN_OBJECT -> object(json);
            case BEGIN_ARRAY -> array(json);
            case NUMBER -> new JsonPrimitive(new BigDecimal(json.nextString()));
            case BOOLEAN -> new JsonPrimitive(json.nextBoolean());
            case NULL -> {
                json.nextNull();
                yield JsonNull.INSTANCE;
            }
            default -> new JsonPrimitive(json.nextString());
        };
    }

    private JsonObject object(JsonReader json) throws IOException {
        JsonObject object = new JsonObject();
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            if (object.has(key)) {
                throw new RecipeException(
                        Problem.of("a key stands twice in the recipe")
                                .in(source)
                                .at(json.getPath())
                                .next("Remove one of them"));
            }
            object.add(key, next(json));
        }
        json.endObject();
        return object;
    }

    private JsonArray array(JsonReader json) throws IOException {
        JsonArray array = new JsonArray();
        json.beginArray();
        while (json.hasNext()) {
            array.add(next(json));
        }
        json.endArray();
        return array;
    }

    private RecipeException malformed(String what, Exception cause) {
        return new RecipeException(
                Problem.of("not a recipe: the JSON is malformed").in(source).actual(what), cause);
    }
}
