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
import com.google.gson.JsonPrimitive;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.report.TerminalText;

/** Names of models and data without line ends, so that none passes for a line of the result. */
final class PlainNames {

    private PlainNames() {}

    /** Replaces control characters in all texts of an evaluation. */
    static Evaluation in(Evaluation evaluation) {
        return EvaluationJson.parse(plain(EvaluationJson.write(evaluation)).toString(), "");
    }

    /** Replaces them in what a result tells. */
    static QuantizedModel in(QuantizedModel model) {
        return new QuantizedModel(
                model.file(),
                model.sourceBytes(),
                model.bytes(),
                model.provenance(),
                model.plan(),
                model.notes(),
                model.execution(),
                in(model.evaluation()),
                model.warnings().stream().map(TerminalText::plain).toList(),
                model.times(),
                model.calibrationTable());
    }

    private static JsonElement plain(JsonElement element) {
        if (element instanceof JsonObject object) {
            JsonObject copy = new JsonObject();
            object.entrySet().forEach(e -> copy.add(e.getKey(), plain(e.getValue())));
            return copy;
        }
        if (element instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(part -> copy.add(plain(part)));
            return copy;
        }
        return element instanceof JsonPrimitive text && text.isString()
                ? new JsonPrimitive(TerminalText.plain(text.getAsString()))
                : element;
    }
}
