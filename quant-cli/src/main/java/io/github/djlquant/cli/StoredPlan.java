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

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The plan that an artifact carries: what was decided on each node and value, and why. It is read
 * from the file alone, so it holds the planner's words and not its objects.
 *
 * @param integerShare the share of multiply-accumulates on integers, of those that are known,
 *     between 0 and 1
 * @param layersOfUnknownWork layers that the share knows nothing of
 * @param nodes the decisions on nodes, in graph order
 * @param values the decisions on values, in graph order
 * @param json the whole as it is stored
 */
record StoredPlan(
        double integerShare,
        int layersOfUnknownWork,
        List<NodeEntry> nodes,
        List<ValueEntry> values,
        JsonObject json) {

    /**
     * The decision on a node.
     *
     * @param node its name
     * @param op its operator
     * @param integer false if it stays float
     * @param multiplyAccumulates for one sample; 0 if it has none or they are not known
     * @param reason why so
     */
    record NodeEntry(
            String node, String op, boolean integer, long multiplyAccumulates, String reason) {}

    /**
     * The decision on a value.
     *
     * @param value its name
     * @param kind what it is to the node that uses it
     * @param type the type of its integers; empty if it stays float
     * @param reason why so
     */
    record ValueEntry(String value, String kind, Optional<String> type, String reason) {}

    /**
     * Finds the plan in an artifact's metadata.
     *
     * @param metadata the metadata
     * @param file the file to name in errors
     * @return the plan, empty if the model carries none
     * @throws ModelFormatException if there is one and it can't be read
     */
    static Optional<StoredPlan> in(Map<String, String> metadata, Path file) {
        String text = metadata.get(Provenance.PLAN_KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            return Optional.of(
                    new StoredPlan(
                            part(json, "int8MacShare").getAsDouble(),
                            json.has("layersOfUnknownWork")
                                    ? json.get("layersOfUnknownWork").getAsInt()
                                    : 0,
                            entries(json, "nodes", StoredPlan::node),
                            entries(json, "values", StoredPlan::value),
                            json));
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | ClassCastException
                | IllegalArgumentException e) {
            throw new ModelFormatException(
                    Problem.of("the metadata '" + Provenance.PLAN_KEY + "' is damaged")
                            .in(file)
                            .expected("the plan that djl-quant writes, as JSON")
                            .actual(e.getMessage())
                            .next("Quantize the model again from its source"),
                    e);
        }
    }

    private static NodeEntry node(JsonObject json) {
        return new NodeEntry(
                part(json, "node").getAsString(),
                part(json, "op").getAsString(),
                part(json, "int8").getAsBoolean(),
                part(json, "macs").getAsLong(),
                part(json, "reason").getAsString());
    }

    private static ValueEntry value(JsonObject json) {
        return new ValueEntry(
                part(json, "value").getAsString(),
                part(json, "kind").getAsString(),
                json.has("type") ? Optional.of(json.get("type").getAsString()) : Optional.empty(),
                part(json, "reason").getAsString());
    }

    private static <T> List<T> entries(
            JsonObject json, String key, Function<JsonObject, T> reader) {
        JsonArray array = part(json, key).getAsJsonArray();
        List<T> entries = new ArrayList<>(array.size());
        for (JsonElement element : array) {
            entries.add(reader.apply(element.getAsJsonObject()));
        }
        return List.copyOf(entries);
    }

    private static JsonElement part(JsonObject json, String key) {
        JsonElement part = json.get(key);
        if (part == null) {
            throw new IllegalArgumentException("'" + key + "' is missing");
        }
        return part;
    }
}
