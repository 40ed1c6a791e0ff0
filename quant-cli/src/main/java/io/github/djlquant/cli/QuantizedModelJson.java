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
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.plan.NodeDecision;
import java.util.Locale;

/** The JSON form of a {@link QuantizedModel}. Keys are added, never renamed: scripts read them. */
final class QuantizedModelJson {

    private QuantizedModelJson() {}

    static JsonObject of(QuantizedModel model) {
        JsonObject json = new JsonObject();
        json.addProperty("file", model.file().toString());
        json.addProperty("sourceBytes", model.sourceBytes());
        json.addProperty("bytes", model.bytes());
        json.add("provenance", model.provenance().toJson());
        json.add("quantizedMacShare", Json.number(model.plan().quantizedMacShare()));
        JsonArray nodes = new JsonArray();
        model.plan().nodes().forEach(node -> nodes.add(decision(node)));
        json.add("plan", nodes);
        JsonArray kernels = new JsonArray();
        model.execution().kernels().forEach(kernel -> kernels.add(kernel(kernel)));
        json.add("kernels", kernels);
        json.add("evaluation", EvaluationJson.of(model.evaluation()));
        JsonArray warnings = new JsonArray();
        model.warnings().forEach(warnings::add);
        json.add("warnings", warnings);
        JsonObject seconds = new JsonObject();
        model.times()
                .forEach(
                        (stage, time) ->
                                seconds.add(
                                        stage.name().toLowerCase(Locale.ROOT),
                                        Json.number(time.toNanos() / 1e9)));
        json.add("seconds", seconds);
        return json;
    }

    private static JsonObject decision(NodeDecision node) {
        JsonObject json = new JsonObject();
        json.addProperty("node", node.node());
        json.addProperty("op", node.op().toString());
        json.addProperty("quantized", node.quantized());
        json.addProperty("macs", node.macs());
        json.addProperty("reason", node.reason());
        return json;
    }

    private static JsonObject kernel(Execution.Kernel kernel) {
        JsonObject json = new JsonObject();
        json.addProperty("name", kernel.name());
        json.addProperty("op", kernel.op());
        json.addProperty("int8", kernel.int8());
        json.addProperty("remark", kernel.remark());
        return json;
    }
}
