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
package io.github.djlquant.monitor;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * The JSON form of a baseline. What elements are compared with is exact; shares and their
 * covariance have five digits, which is far more than a few hundred rows tell.
 */
final class BaselineJson {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final MathContext DIGITS = new MathContext(5);

    private BaselineJson() {}

    static String print(DriftBaseline baseline) {
        JsonObject json = new JsonObject();
        json.addProperty("format", 1);
        json.addProperty("draws", baseline.draws());
        JsonArray inputs = new JsonArray();
        baseline.inputs().forEach(inputs::add);
        json.add("inputs", inputs);
        JsonArray tensors = new JsonArray();
        baseline.tensors().values().forEach(tensor -> tensors.add(write(tensor)));
        json.add("tensors", tensors);
        if (!baseline.taps().isEmpty()) {
            json.add("taps", GSON.toJsonTree(baseline.taps()));
        }
        if (baseline.isFilled()) {
            json.addProperty("filled", true);
        }
        return GSON.toJson(json);
    }

    private static List<Tap> taps(JsonObject json) {
        List<Tap> taps = new ArrayList<>();
        if (json.has("taps")) {
            for (JsonElement element : json.getAsJsonArray("taps")) {
                JsonObject tap = element.getAsJsonObject();
                taps.add(
                        new Tap(
                                tap.get("value").getAsString(),
                                tap.get("output").getAsString(),
                                tap.get("scale").getAsFloat(),
                                tap.get("zeroPoint").getAsInt()));
            }
        }
        return taps;
    }

    private static boolean isFilled(JsonObject json) {
        return json.has("filled") && json.get("filled").getAsBoolean();
    }

    private static JsonObject write(TensorBaseline tensor) {
        JsonObject json = new JsonObject();
        json.addProperty("name", tensor.tensor());
        tensor.neighboursOf().ifPresent(of -> json.addProperty("neighboursOf", of));
        json.addProperty("rows", tensor.rows());
        json.addProperty("min", tensor.min());
        json.addProperty("max", tensor.max());
        if (Double.isFinite(tensor.low())) {
            json.addProperty("low", tensor.low());
        }
        if (Double.isFinite(tensor.high())) {
            json.addProperty("high", tensor.high());
        }
        JsonArray cuts = new JsonArray();
        for (float cut : tensor.bins().cuts()) {
            cuts.add(cut);
        }
        json.add("cuts", cuts);
        JsonArray shares = new JsonArray();
        for (int i = 0; i < tensor.bins().size(); i++) {
            shares.add(rounded(tensor.share(i)));
        }
        json.add("shares", shares);
        json.add("clipped", rounded(tensor.clipped()));
        if (tensor.isMeasured()) {
            json.addProperty("shareRows", tensor.shareRows());
            json.add("clippedVariance", rounded(tensor.clippedVariance()));
            JsonArray covariance = new JsonArray();
            for (int a = 0; a < tensor.bins().size(); a++) {
                for (int b = 0; b <= a; b++) {
                    covariance.add(rounded(tensor.covariance(a, b)));
                }
            }
            json.add("covariance", covariance);
        }
        return json;
    }

    /** From the shortest decimal form: the exact one of a small number has a hundred digits. */
    private static JsonPrimitive rounded(double value) {
        return new JsonPrimitive(BigDecimal.valueOf(value).round(DIGITS).doubleValue());
    }

    static DriftBaseline parse(String text, String file) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            if (json.get("format").getAsInt() != 1) {
                throw new ModelFormatException(
                        Problem.of("the baseline was made by a newer djl-quant")
                                .in(file)
                                .expected("format 1")
                                .actual(json.get("format")));
            }
            List<String> inputs = new ArrayList<>();
            json.getAsJsonArray("inputs").forEach(input -> inputs.add(input.getAsString()));
            List<TensorBaseline> tensors = new ArrayList<>();
            for (JsonElement tensor : json.getAsJsonArray("tensors")) {
                tensors.add(read(tensor.getAsJsonObject()));
            }
            int draws = json.get("draws").getAsInt();
            if (draws < 1 || draws > 4096) {
                throw new IllegalArgumentException(draws + " draws");
            }
            return new DriftBaseline(inputs, tensors, draws, taps(json), isFilled(json));
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | ClassCastException
                | IllegalArgumentException e) {
            throw new ModelFormatException(
                    Problem.of("the metadata '" + DriftBaseline.METADATA_KEY + "' is damaged")
                            .in(file)
                            .actual(e.getMessage()),
                    e);
        }
    }

    private static TensorBaseline read(JsonObject json) {
        float[] cuts = new float[json.getAsJsonArray("cuts").size()];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = json.getAsJsonArray("cuts").get(i).getAsFloat();
        }
        double[] shares = numbers(json.getAsJsonArray("shares"));
        boolean measured = json.has("covariance");
        double clipped = json.get("clipped").getAsDouble();
        return new TensorBaseline(
                json.get("name").getAsString(),
                json.has("neighboursOf") ? json.get("neighboursOf").getAsString() : null,
                json.get("rows").getAsLong(),
                json.get("min").getAsDouble(),
                json.get("max").getAsDouble(),
                json.has("low") ? json.get("low").getAsDouble() : Double.NEGATIVE_INFINITY,
                json.has("high") ? json.get("high").getAsDouble() : Double.POSITIVE_INFINITY,
                new Bins(cuts),
                shares,
                measured ? json.get("shareRows").getAsLong() : 0,
                measured ? square(json.getAsJsonArray("covariance"), shares.length) : null,
                clipped,
                measured ? json.get("clippedVariance").getAsDouble() : clipped * (1 - clipped));
    }

    private static double[] numbers(JsonArray array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).getAsDouble();
            if (!Double.isFinite(numbers[i])) {
                throw new IllegalArgumentException("a share of " + numbers[i]);
            }
        }
        return numbers;
    }

    private static double[][] square(JsonArray packed, int size) {
        double[] numbers = numbers(packed);
        if (numbers.length != size * (size + 1) / 2) {
            throw new IllegalArgumentException(
                    "a covariance of " + numbers.length + " numbers for " + size + " bins");
        }
        double[][] square = new double[size][size];
        int at = 0;
        for (int a = 0; a < size; a++) {
            for (int b = 0; b <= a; b++, at++) {
                square[a][b] = numbers[at];
                square[b][a] = numbers[at];
            }
        }
        return square;
    }
}
