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
package io.github.djlquant.calibrate;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djlquant.observe.ChannelSums;
import io.github.djlquant.observe.ExactSum;
import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.MeasureTotal;
import io.github.djlquant.observe.Statistics;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The JSON form of statistics. Nothing is rounded: extremes are written with the digits that
 * identify a binary64 number, sums as whole numbers of their unit.
 */
final class StatisticsJson {

    private static final int RADIX = 36;

    private StatisticsJson() {}

    static JsonObject write(Map<String, Statistics> entries) {
        JsonObject json = new JsonObject();
        entries.forEach((name, statistics) -> json.add(name, write(statistics)));
        return json;
    }

    static Map<String, Statistics> read(JsonObject json) {
        Map<String, Statistics> entries = new TreeMap<>();
        json.entrySet()
                .forEach(
                        entry ->
                                entries.put(
                                        entry.getKey(),
                                        statistics(entry.getValue().getAsJsonObject())));
        return entries;
    }

    private static JsonObject write(Statistics statistics) {
        JsonObject json = new JsonObject();
        json.addProperty("batches", statistics.batches());
        json.addProperty("samples", statistics.samples());
        if (!statistics.isEmpty()) {
            json.addProperty("min", statistics.min());
            json.addProperty("max", statistics.max());
        }
        json.addProperty("minima", text(statistics.minima()));
        json.addProperty("maxima", text(statistics.maxima()));
        if (statistics.histogram().total() > 0) {
            json.addProperty("histogram", statistics.histogram().encode());
        }
        statistics
                .channels()
                .ifPresent(
                        channels -> {
                            JsonArray sums = new JsonArray();
                            channels.sums().forEach(sum -> sums.add(text(sum)));
                            json.add("channels", sums);
                            json.addProperty("channelWeight", channels.weight());
                        });
        if (!statistics.measures().isEmpty()) {
            json.add("measures", measures(statistics.measures()));
        }
        return json;
    }

    private static JsonObject measures(Map<String, MeasureTotal> measures) {
        JsonObject json = new JsonObject();
        measures.forEach(
                (name, total) -> {
                    JsonObject entry = new JsonObject();
                    entry.addProperty("merge", total.merge().name());
                    JsonArray elements = new JsonArray();
                    total.elements().forEach(element -> elements.add(text(element)));
                    entry.add("elements", elements);
                    json.add(name, entry);
                });
        return json;
    }

    private static Map<String, MeasureTotal> readMeasures(JsonObject json) {
        Map<String, MeasureTotal> measures = new TreeMap<>();
        if (json.has("measures")) {
            json.getAsJsonObject("measures")
                    .entrySet()
                    .forEach(entry -> measures.put(entry.getKey(), total(entry.getValue())));
        }
        return measures;
    }

    private static MeasureTotal total(JsonElement json) {
        JsonObject entry = json.getAsJsonObject();
        return new MeasureTotal(
                Measure.Merge.valueOf(entry.get("merge").getAsString()),
                sums(entry.getAsJsonArray("elements")));
    }

    private static Statistics statistics(JsonObject json) {
        long batches = json.get("batches").getAsLong();
        return new Statistics(
                batches == 0 ? Double.POSITIVE_INFINITY : json.get("min").getAsDouble(),
                batches == 0 ? Double.NEGATIVE_INFINITY : json.get("max").getAsDouble(),
                json.has("histogram")
                        ? FloatHistogram.decode(json.get("histogram").getAsString())
                        : FloatHistogram.EMPTY,
                sum(json.get("minima")),
                sum(json.get("maxima")),
                batches,
                json.get("samples").getAsLong(),
                channels(json),
                readMeasures(json));
    }

    private static Optional<ChannelSums> channels(JsonObject json) {
        if (!json.has("channels")) {
            return Optional.empty();
        }
        return Optional.of(
                new ChannelSums(
                        sums(json.getAsJsonArray("channels")),
                        json.get("channelWeight").getAsLong()));
    }

    private static List<ExactSum> sums(JsonArray json) {
        List<ExactSum> sums = new ArrayList<>(json.size());
        json.forEach(sum -> sums.add(sum(sum)));
        return sums;
    }

    private static String text(ExactSum sum) {
        return sum.units().toString(RADIX);
    }

    private static ExactSum sum(JsonElement text) {
        String digits = text.getAsString();
        // 2^-149 to 2^128 in base 36 are 54 digits; no sum of long many such numbers has 100.
        if (digits.length() > 100) {
            throw new IllegalArgumentException("a sum has " + digits.length() + " digits");
        }
        return new ExactSum(new BigInteger(digits, RADIX));
    }
}
