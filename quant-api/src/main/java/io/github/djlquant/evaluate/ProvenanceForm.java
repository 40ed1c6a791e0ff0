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

import com.google.gson.JsonDeserializationContext;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonSerializationContext;
import com.google.gson.JsonSerializer;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Provenance;
import java.lang.reflect.Type;
import java.util.Map;

/** A provenance in JSON, in the form that artifacts hold. */
final class ProvenanceForm implements JsonSerializer<Provenance>, JsonDeserializer<Provenance> {

    @Override
    public JsonElement serialize(Provenance value, Type type, JsonSerializationContext context) {
        return value.toJson();
    }

    @Override
    public Provenance deserialize(JsonElement json, Type type, JsonDeserializationContext context) {
        try {
            return Provenance.in(Map.of(Provenance.METADATA_KEY, json.toString()), "the provenance")
                    .orElseThrow();
        } catch (ModelFormatException e) {
            throw new JsonParseException(e.getMessage(), e);
        }
    }
}
