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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads the keys of one JSON object, remembers which were asked for, and refuses the rest. */
final class Fields {

    private final JsonObject json;
    private final String path;
    private final String source;
    private final Set<String> known = new HashSet<>();

    private Fields(JsonObject json, String path, String source) {
        this.json = json;
        this.path = path;
        this.source = source;
    }

    /** Of an object itself, which its keys' names begin with. */
    private static String place(String path) {
        return path.isEmpty() ? null : path.substring(0, path.length() - 1);
    }

    static Fields of(JsonElement element, String path, String source) {
        if (element == null || !element.isJsonObject()) {
            throw new RecipeException(
                    Problem.of("not a recipe")
                            .in(source)
                            .at(place(path))
                            .expected("a JSON object"));
        }
        return new Fields(element.getAsJsonObject(), path, source);
    }

    boolean has(String key) {
        known.add(key);
        return json.has(key);
    }

    Fields object(String key) {
        known.add(key);
        return of(json.get(key), path + key + ".", source);
    }

    String string(String key, String absent) {
        if (!has(key)) {
            return absent;
        }
        JsonElement value = json.get(key);
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            throw invalid(key, "a string", value);
        }
        return value.getAsString();
    }

    boolean bool(String key, boolean absent) {
        if (!has(key)) {
            return absent;
        }
        JsonElement value = json.get(key);
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
            throw invalid(key, "true or false", value);
        }
        return value.getAsBoolean();
    }

    double number(String key, double absent) {
        if (!has(key)) {
            return absent;
        }
        JsonElement value = json.get(key);
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
            throw invalid(key, "a number", value);
        }
        return value.getAsDouble();
    }

    Optional<Double> number(String key, Optional<Double> absent) {
        return has(key) ? Optional.of(number(key, 0)) : absent;
    }

    long integer(String key, long absent) {
        double value = number(key, absent);
        if (value != Math.rint(value) || Math.abs(value) > 1e15) {
            throw invalid(key, "an integer", value);
        }
        return (long) value;
    }

    List<String> strings(String key) {
        List<String> values = new ArrayList<>();
        if (has(key)) {
            if (!json.get(key).isJsonArray()) {
                throw invalid(key, "an array of strings", json.get(key));
            }
            for (JsonElement element : json.getAsJsonArray(key)) {
                if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
                    throw invalid(key, "an array of strings", element);
                }
                values.add(element.getAsString());
            }
        }
        return values;
    }

    <T extends Enum<T>> T choice(String key, Class<T> type, T absent) {
        String text = string(key, null);
        if (text == null) {
            return absent;
        }
        for (T constant : type.getEnumConstants()) {
            if (text(constant).equals(text)) {
                return constant;
            }
        }
        throw invalid(
                key,
                Arrays.stream(type.getEnumConstants())
                        .map(Fields::text)
                        .collect(Collectors.joining(", ")),
                text);
    }

    <T> T valid(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new RecipeException(
                    Problem.of("an invalid value")
                            .in(source)
                            .at(place(path))
                            .actual(e.getMessage()),
                    e);
        }
    }

    void end() {
        for (String key : json.keySet()) {
            if (!known.contains(key)) {
                throw new RecipeException(
                        Problem.of("an unknown key")
                                .in(source)
                                .at(path + key)
                                .expected(
                                        "one of "
                                                + known.stream()
                                                        .sorted()
                                                        .collect(Collectors.joining(", "))));
            }
        }
    }

    RecipeException invalid(String key, String expected, Object actual) {
        return new RecipeException(
                Problem.of("an invalid value")
                        .in(source)
                        .at(path + key)
                        .expected(expected)
                        .actual(actual));
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
