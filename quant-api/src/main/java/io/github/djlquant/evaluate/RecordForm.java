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
package io.github.djlquant.evaluate;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonSyntaxException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Records in JSON: an object with a key per component. Absent lists and optional parts are empty,
 * everything else must be there.
 */
final class RecordForm implements TypeAdapterFactory {

    @Override
    public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
        return type.getRawType().isRecord() ? new Adapter<>(gson, type) : null;
    }

    private static final class Adapter<T> extends TypeAdapter<T> {

        private static final int MOST_SHOWN = 40;

        private final Gson gson;
        private final Class<? super T> type;
        private final RecordComponent[] components;

        Adapter(Gson gson, TypeToken<T> type) {
            this.gson = gson;
            this.type = type.getRawType();
            this.components = this.type.getRecordComponents();
        }

        @Override
        public void write(JsonWriter out, T value) throws IOException {
            if (value == null) {
                out.nullValue();
                return;
            }
            out.beginObject();
            for (RecordComponent component : components) {
                out.name(component.getName());
                try {
                    adapter(component).write(out, component.getAccessor().invoke(value));
                } catch (IllegalAccessException | InvocationTargetException e) {
                    throw new IllegalStateException(component.toString(), e);
                }
            }
            out.endObject();
        }

        @Override
        public T read(JsonReader in) throws IOException {
            String path = in.getPath();
            JsonElement element = gson.getAdapter(JsonElement.class).read(in);
            if (!element.isJsonObject()) {
                throw new JsonParseException(
                        "expected an object at " + path + " for " + type.getSimpleName());
            }
            JsonObject json = element.getAsJsonObject();
            Object[] parts = new Object[components.length];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = part(json, components[i]);
            }
            return make(parts);
        }

        private Object part(JsonObject json, RecordComponent component) {
            JsonElement part = json.get(component.getName());
            Class<?> raw = component.getType();
            boolean absent = part == null || part.isJsonNull();
            if (absent && raw == Optional.class) {
                return Optional.empty();
            }
            if (absent && raw == List.class) {
                return List.of();
            }
            if (part == null || absent && raw != double.class) {
                throw new JsonParseException(
                        "no '" + component.getName() + "' in " + type.getSimpleName());
            }
            try {
                return adapter(component).fromJsonTree(part == null ? JsonNull.INSTANCE : part);
            } catch (JsonSyntaxException
                    | IllegalStateException
                    | NumberFormatException
                    | UnsupportedOperationException e) {
                // What the library says of it is about its own methods.
                throw failure(component, "no " + words(raw) + ", but " + shown(part), e);
            } catch (JsonParseException e) {
                throw failure(component, e.getMessage(), e);
            }
        }

        private JsonParseException failure(
                RecordComponent component, String what, RuntimeException cause) {
            return new JsonParseException(
                    "'" + component.getName() + "' in " + type.getSimpleName() + ": " + what,
                    cause);
        }

        private static String words(Class<?> part) {
            if (part == List.class) {
                return "list";
            }
            if (part == String.class) {
                return "text";
            }
            return part == int.class || part == long.class ? "whole number" : part.getSimpleName();
        }

        private static String shown(JsonElement part) {
            String text = String.valueOf(part);
            return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
        }

        @SuppressWarnings("unchecked")
        private TypeAdapter<Object> adapter(RecordComponent component) {
            return (TypeAdapter<Object>) gson.getAdapter(TypeToken.get(component.getGenericType()));
        }

        @SuppressWarnings("unchecked")
        private T make(Object[] parts) {
            Class<?>[] types =
                    Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new);
            try {
                Constructor<?> canonical = type.getDeclaredConstructor(types);
                return (T) canonical.newInstance(parts);
            } catch (InvocationTargetException e) {
                throw new JsonParseException(
                        type.getSimpleName() + ": " + e.getCause().getMessage(), e);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type.toString(), e);
            }
        }
    }
}
