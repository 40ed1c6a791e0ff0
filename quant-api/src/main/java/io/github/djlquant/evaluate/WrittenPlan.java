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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.scheme.QuantType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What an artifact says of the decisions on its nodes. */
final class WrittenPlan {

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, double[]> ranges = new HashMap<>();

    private WrittenPlan() {}

    /** A decision: whether the node is to run on integers, its work, and why. */
    record Node(boolean integer, long macs, String reason) {}

    static Optional<WrittenPlan> in(Map<String, String> metadata, String file) {
        String text = metadata.get(Provenance.PLAN_KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            WrittenPlan plan = new WrittenPlan();
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            if (json.has("values")) {
                json.getAsJsonArray("values").forEach(v -> plan.value(v.getAsJsonObject()));
            }
            for (JsonElement element : json.getAsJsonArray("nodes")) {
                JsonObject node = element.getAsJsonObject();
                plan.nodes.put(
                        node.get("node").getAsString(),
                        new Node(
                                node.get("int8").getAsBoolean(),
                                node.get("macs").getAsLong(),
                                node.get("reason").getAsString()));
            }
            return Optional.of(plan);
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | ClassCastException
                | NumberFormatException e) {
            throw new ModelFormatException(
                    Problem.of("the metadata '" + Provenance.PLAN_KEY + "' is damaged").in(file),
                    e);
        }
    }

    private void value(JsonObject value) {
        if (!value.has("scale")) {
            return;
        }
        QuantType type =
                QuantType.valueOf(value.get("type").getAsString().toUpperCase(Locale.ROOT));
        ranges.put(
                value.get("value").getAsString(),
                ValueRange.range(
                        type.dataType().bits(),
                        type.isSigned(),
                        value.get("scale").getAsDouble(),
                        value.get("zeroPoint").getAsDouble()));
    }

    /** The least and the largest number that a value's integers say, and their step. */
    Optional<double[]> range(String value) {
        return Optional.ofNullable(ranges.get(value));
    }

    Optional<Node> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    Map<String, Node> nodes() {
        return nodes;
    }
}
