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
package io.github.djlquant;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.transform.TransformContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The JSON form of a result, for people and tools: in the file beside an artifact, in what the
 * command prints, and the plan in the artifact itself. Keys are added, never renamed: scripts read
 * them.
 */
public final class QuantJson {

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

    private QuantJson() {}

    /**
     * Describes a plan.
     *
     * @param plan the plan
     * @return an object with {@code nodes} and {@code values}; per-channel scales are left to the
     *     model itself
     */
    public static JsonObject plan(QuantPlan plan) {
        JsonArray nodes = new JsonArray();
        for (NodeDecision decision : plan.nodes()) {
            JsonObject node = new JsonObject();
            node.addProperty("node", decision.node());
            node.addProperty("op", decision.op().toString());
            node.addProperty("int8", decision.quantized());
            node.addProperty("macs", Math.max(0, decision.macs()));
            node.addProperty("reason", decision.reason());
            nodes.add(node);
        }
        JsonArray values = new JsonArray();
        for (ValueDecision decision : plan.values()) {
            JsonObject value = new JsonObject();
            value.addProperty("value", decision.value());
            value.addProperty("kind", decision.kind().name().toLowerCase(Locale.ROOT));
            if (decision.isQuantized()) {
                value.addProperty("type", decision.params().type().name().toLowerCase(Locale.ROOT));
                if (decision.params().size() == 1) {
                    value.addProperty("scale", decision.params().scale(0));
                    value.addProperty("zeroPoint", decision.params().zeroPoint(0));
                } else {
                    value.addProperty("scales", decision.params().size());
                }
            }
            value.addProperty("reason", decision.reason());
            values.add(value);
        }
        JsonObject json = new JsonObject();
        json.addProperty("int8MacShare", plan.quantizedMacShare());
        if (plan.layersOfUnknownWork() > 0) {
            json.addProperty("layersOfUnknownWork", plan.layersOfUnknownWork());
        }
        json.add("nodes", nodes);
        json.add("values", values);
        return json;
    }

    /**
     * Describes an evaluation.
     *
     * @param evaluation the evaluation
     * @return an object with one entry per output; what is not finite, or of nothing, is null.
     *     Tokens, boxes and shapes have the keys of {@link EvaluationJson}
     */
    public static JsonObject evaluation(Evaluation evaluation) {
        return evaluation(evaluation, EvaluationJson.write(evaluation));
    }

    private static JsonObject evaluation(Evaluation evaluation, JsonObject whole) {
        JsonObject json = new JsonObject();
        json.addProperty("samples", evaluation.samples());
        json.addProperty("realData", evaluation.realData());
        json.add("sqnr", number(evaluation.sqnr()));
        json.add(
                "cosine",
                number(evaluation.outputs().isEmpty() ? Double.NaN : evaluation.cosine()));
        json.add("flips", number(evaluation.flips()));
        JsonArray outputs = new JsonArray();
        evaluation.outputs().forEach(output -> outputs.add(output(output)));
        json.add("outputs", outputs);
        addAnswers(json, evaluation, whole);
        evaluation.accuracy().ifPresent(a -> json.add("accuracy", accuracy(a)));
        evaluation.latency().ifPresent(l -> json.add("latency", latency(l)));
        if (evaluation.variety().isPresent()) {
            json.add("variety", whole.get("variety"));
        }
        if (!evaluation.warnings().isEmpty()) {
            json.add("warnings", whole.get("warnings"));
        }
        return json;
    }

    /** Tokens, boxes and shapes, where there are some. */
    private static void addAnswers(JsonObject json, Evaluation evaluation, JsonObject whole) {
        if (!evaluation.divergences().isEmpty()) {
            JsonArray divergences = whole.getAsJsonArray("divergences");
            // Samples are for the report.
            divergences.forEach(text -> text.getAsJsonObject().remove("worst"));
            json.add("divergences", divergences);
        }
        if (evaluation.detections().isPresent()) {
            json.add("detections", whole.get("detections"));
        }
        if (!evaluation.shapes().isEmpty()) {
            json.add("shapes", whole.get("shapes"));
        }
    }

    private static JsonObject output(OutputError output) {
        JsonObject json = new JsonObject();
        json.addProperty("name", output.output());
        json.addProperty("samples", output.samples());
        json.add("sqnr", number(output.sqnr()));
        json.add("cosine", number(output.cosine()));
        output.concordance().ifPresent(c -> json.add("concordance", number(c)));
        json.add("maxError", number(output.maxError()));
        json.addProperty("classScores", output.classScores());
        json.add("flips", number(output.flips()));
        json.addProperty("nonFinite", output.nonFinite());
        return json;
    }

    private static JsonObject accuracy(Evaluation.Accuracy accuracy) {
        JsonObject json = new JsonObject();
        json.addProperty("labelled", accuracy.labelled());
        json.add("source", number(accuracy.source()));
        json.add("quantized", number(accuracy.quantized()));
        json.add("drop", interval(accuracy.drop()));
        return json;
    }

    private static JsonObject latency(LatencyRatio latency) {
        JsonObject json = new JsonObject();
        json.addProperty("threads", latency.threads());
        json.addProperty("calls", latency.calls());
        json.add("sourceMicros", number(latency.sourceMicros()));
        json.add("quantizedMicros", number(latency.quantizedMicros()));
        latency.optimizedMicros().ifPresent(m -> json.add("optimizedMicros", number(m)));
        json.add("ratio", number(latency.ratio()));
        json.add("interval", interval(new ConfidenceInterval(latency.low(), latency.high())));
        return json;
    }

    private static JsonObject interval(ConfidenceInterval interval) {
        JsonObject json = new JsonObject();
        json.add("low", number(interval.low()));
        json.add("high", number(interval.high()));
        return json;
    }

    /** JSON knows neither infinity (the SQNR of equal outputs) nor NaN: they become null. */
    private static JsonElement number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    /**
     * Describes a result.
     *
     * @param model the result
     * @return an object with everything that {@link QuantizedModel} knows
     */
    public static JsonObject of(QuantizedModel model) {
        return of(model, Draft.of(model));
    }

    /**
     * The bulk of a description, which is known before the engine is asked what it runs.
     *
     * @param provenance where the artifact comes from
     * @param evaluation the verification
     * @param trials the recipes that were tried
     * @param plan every decision
     * @param notes what the transforms did
     */
    record Draft(
            JsonObject provenance,
            JsonObject evaluation,
            JsonElement trials,
            JsonObject plan,
            JsonArray notes) {

        static Draft of(QuantizedModel model) {
            return of(model.provenance(), model.evaluation(), model.plan(), model.notes());
        }

        static Draft of(
                Provenance provenance,
                Evaluation evaluation,
                QuantPlan plan,
                List<TransformContext.Note> notes) {
            JsonObject whole = EvaluationJson.write(evaluation);
            JsonArray entries = new JsonArray();
            for (TransformContext.Note note : notes) {
                JsonObject entry = new JsonObject();
                entry.addProperty("transform", note.transform());
                entry.addProperty("node", note.node());
                entry.addProperty("fired", note.fired());
                entry.addProperty("reason", note.reason());
                entries.add(entry);
            }
            return new Draft(
                    provenance.toJson(),
                    QuantJson.evaluation(evaluation, whole),
                    whole.get("trials"),
                    QuantJson.plan(plan),
                    entries);
        }
    }

    private static JsonObject of(QuantizedModel model, Draft draft) {
        JsonObject json = new JsonObject();
        json.addProperty("file", model.file().getFileName().toString());
        json.addProperty("sourceBytes", model.sourceBytes());
        json.addProperty("bytes", model.bytes());
        json.add("provenance", draft.provenance());
        json.add("evaluation", draft.evaluation());
        json.add("trials", draft.trials());
        JsonArray kernels = new JsonArray();
        for (Execution.Kernel kernel : model.execution().kernels()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("name", kernel.name());
            entry.addProperty("op", kernel.op());
            entry.addProperty("int8", kernel.int8());
            entry.addProperty("remark", kernel.remark());
            kernels.add(entry);
        }
        json.add("kernels", kernels);
        JsonArray warnings = new JsonArray();
        model.warnings().forEach(warnings::add);
        json.add("warnings", warnings);
        JsonObject times = new JsonObject();
        model.times()
                .forEach(
                        (stage, time) ->
                                times.addProperty(
                                        stage.name().toLowerCase(Locale.ROOT),
                                        time.toNanos() / 1e9));
        json.add("seconds", times);
        json.add("plan", draft.plan());
        json.add("notes", draft.notes());
        return json;
    }

    /** Returns {@code NAME.quant.json} beside the artifact. */
    static Path fileOf(Path artifact) {
        return artifact.resolveSibling(artifact.getFileName() + ".quant.json");
    }

    /** Returns the text for people, over many lines. */
    static String print(JsonObject json) {
        return GSON.toJson(json);
    }

    static void write(QuantizedModel model, Draft draft, Path file) {
        try {
            Files.writeString(file, print(of(model, draft)) + System.lineSeparator());
        } catch (IOException e) {
            throw OutputException.of(
                    Problem.of("the description can't be written").in(file).actual(e.getMessage()),
                    e);
        }
    }
}
