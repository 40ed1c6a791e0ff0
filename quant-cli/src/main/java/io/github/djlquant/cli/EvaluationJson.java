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
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.OutputError;

/** The JSON form of an {@link Evaluation}. Keys are added, never renamed: scripts read them. */
final class EvaluationJson {

    private EvaluationJson() {}

    static JsonObject of(Evaluation evaluation) {
        JsonObject json = new JsonObject();
        json.addProperty("samples", evaluation.samples());
        json.addProperty("realData", evaluation.realData());
        json.add("sqnr", Json.number(evaluation.sqnr()));
        json.add("cosine", Json.number(evaluation.cosine()));
        json.add("flips", Json.number(evaluation.flips()));
        JsonArray outputs = new JsonArray();
        evaluation.outputs().forEach(output -> outputs.add(output(output)));
        json.add("outputs", outputs);
        evaluation.accuracy().ifPresent(a -> json.add("accuracy", accuracy(a)));
        evaluation.latency().ifPresent(l -> json.add("latency", latency(l)));
        return json;
    }

    private static JsonObject output(OutputError output) {
        JsonObject json = new JsonObject();
        json.addProperty("name", output.output());
        json.addProperty("samples", output.samples());
        json.add("sqnr", Json.number(output.sqnr()));
        json.add("cosine", Json.number(output.cosine()));
        json.add("maxError", Json.number(output.maxError()));
        json.addProperty("classScores", output.classScores());
        json.add("flips", Json.number(output.flips()));
        json.addProperty("nonFinite", output.nonFinite());
        return json;
    }

    private static JsonObject accuracy(Evaluation.Accuracy accuracy) {
        JsonObject json = new JsonObject();
        json.addProperty("labelled", accuracy.labelled());
        json.add("source", Json.number(accuracy.source()));
        json.add("quantized", Json.number(accuracy.quantized()));
        json.add("drop", interval(accuracy.drop()));
        return json;
    }

    private static JsonObject latency(LatencyRatio latency) {
        JsonObject json = new JsonObject();
        json.addProperty("threads", latency.threads());
        json.addProperty("calls", latency.calls());
        json.add("sourceMicros", Json.number(latency.sourceMicros()));
        json.add("quantizedMicros", Json.number(latency.quantizedMicros()));
        json.add("ratio", Json.number(latency.ratio()));
        json.add("interval", interval(new ConfidenceInterval(latency.low(), latency.high())));
        return json;
    }

    private static JsonObject interval(ConfidenceInterval interval) {
        JsonObject json = new JsonObject();
        json.add("low", Json.number(interval.low()));
        json.add("high", Json.number(interval.high()));
        return json;
    }
}
