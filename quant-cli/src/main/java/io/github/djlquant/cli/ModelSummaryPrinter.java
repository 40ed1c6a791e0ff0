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
import com.google.gson.JsonObject;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.report.TerminalText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The two forms of a {@link ModelSummary}: for people and for programs. */
final class ModelSummaryPrinter {

    private ModelSummaryPrinter() {}

    static String text(ModelSummary model) {
        StringBuilder text = new StringBuilder();
        row(text, "file", "%s, %,d bytes", model.file(), model.bytes());
        row(text, "inputs", "%s", values(model.inputs()));
        row(text, "outputs", "%s", values(model.outputs()));
        row(text, "opsets", "%s", join(model.opsets(), " ", false));
        row(
                text,
                "operators",
                "%d: %s",
                model.nodes(),
                model.operators().isEmpty() ? "none" : join(model.operators(), " ", true));
        row(text, "parameters", "%,d (%,d bytes)", model.parameters(), model.parameterBytes());
        row(text, "multiply-adds", "%s", work(model.work()));
        row(text, "quantized", "%s", model.form().text());
        model.provenance()
                .ifPresent(
                        p -> {
                            row(
                                    text,
                                    "made by",
                                    "djl-quant %s from %s (sha256 %.12s...)",
                                    p.tool(),
                                    p.sourceName(),
                                    p.sourceSha256());
                            row(
                                    text,
                                    "",
                                    "recipe %s, %,d calibration samples, target %s, needs %s %s or newer",
                                    p.recipe().name(),
                                    p.calibrationSamples(),
                                    p.target().name(),
                                    p.engine(),
                                    p.target().runtimeVersion());
                        });
        model.plan().ifPresent(plan -> text.append(StoredPlanPrinter.summary(plan)));
        return text.toString();
    }

    static JsonObject json(ModelSummary model) {
        JsonObject json = new JsonObject();
        json.addProperty("file", model.file().toString());
        json.addProperty("bytes", model.bytes());
        json.add("inputs", jsonValues(model.inputs()));
        json.add("outputs", jsonValues(model.outputs()));
        json.add("opsets", jsonCounts(model.opsets()));
        json.addProperty("nodes", model.nodes());
        json.add("operators", jsonCounts(model.operators()));
        json.addProperty("parameters", model.parameters());
        json.addProperty("parameterBytes", model.parameterBytes());
        JsonObject work = new JsonObject();
        work.addProperty("count", model.work().count());
        work.addProperty("nodesCounted", model.work().counted());
        work.addProperty("nodesUnknown", model.work().unknown());
        json.add("multiplyAccumulates", work);
        json.addProperty("form", model.form().name().toLowerCase(Locale.ROOT));
        model.provenance().ifPresent(p -> json.add("provenance", p.toJson()));
        model.plan().ifPresent(plan -> json.add("plan", plan.json()));
        return json;
    }

    private static void row(StringBuilder text, String key, String format, Object... values) {
        text.append(String.format(Locale.ROOT, "%-14s", key))
                .append(TerminalText.plain(String.format(Locale.ROOT, format, values)))
                .append(System.lineSeparator());
    }

    private static String work(MultiplyAccumulates work) {
        if (work.counted() == 0 && work.unknown() > 0) {
            return "unknown, the file does not tell the shapes of inner values";
        }
        String text = String.format(Locale.ROOT, "%,d per sample", work.count());
        return work.unknown() == 0
                ? text
                : String.format(
                        Locale.ROOT,
                        "%s in %d nodes; the file does not tell the shapes of %d others",
                        text,
                        work.counted(),
                        work.unknown());
    }

    private static String values(List<Value> values) {
        return values.stream()
                .map(v -> v.name() + " " + v.type())
                .collect(Collectors.joining(", "));
    }

    private static String join(Map<String, ?> counts, String space, boolean countFirst) {
        return counts.entrySet().stream()
                .map(
                        e ->
                                countFirst
                                        ? e.getValue() + space + e.getKey()
                                        : e.getKey() + space + e.getValue())
                .collect(Collectors.joining(", "));
    }

    private static JsonArray jsonValues(List<Value> values) {
        JsonArray array = new JsonArray();
        for (Value value : values) {
            JsonObject json = new JsonObject();
            json.addProperty("name", value.name());
            if (value.type() instanceof ValueType.TensorType tensor) {
                json.addProperty(
                        "type",
                        tensor.dataType() == null
                                ? "?"
                                : tensor.dataType().name().toLowerCase(Locale.ROOT));
                if (tensor.shape() != null) {
                    JsonArray shape = new JsonArray();
                    for (Dimension dimension : tensor.shape().dimensions()) {
                        if (dimension instanceof Dimension.Fixed fixed) {
                            shape.add(fixed.size());
                        } else {
                            shape.add(dimension.toString());
                        }
                    }
                    json.add("shape", shape);
                }
            } else {
                json.addProperty("type", value.type().toString());
            }
            array.add(json);
        }
        return array;
    }

    private static JsonObject jsonCounts(Map<String, ? extends Number> counts) {
        JsonObject json = new JsonObject();
        counts.forEach(json::addProperty);
        return json;
    }
}
