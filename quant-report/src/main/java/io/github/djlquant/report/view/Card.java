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
package io.github.djlquant.report.view;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One sample in a gallery.
 *
 * @param sample which sample of the data, from 0
 * @param title what happened, such as {@code cat → dog}
 * @param kind a word to choose by, such as {@code lost}; may be empty
 * @param tone what it means
 * @param picture Base64 text of a PNG or JPEG file with its media type; empty if there is none
 * @param text the sample's text; empty if there is none
 * @param scores what both models say, the first of each pair is the float model's
 * @param facts more about it
 */
public record Card(
        long sample,
        String title,
        String kind,
        Tone tone,
        Optional<Picture> picture,
        Optional<String> text,
        List<Scores> scores,
        List<Block.Fact> facts) {

    /** Copies the lists. */
    public Card {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(tone, "tone");
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(text, "text");
        scores = List.copyOf(scores);
        facts = List.copyOf(facts);
    }

    /**
     * Takes the picture away.
     *
     * @return a copy without one
     */
    public Card withoutPicture() {
        return new Card(sample, title, kind, tone, Optional.empty(), text, scores, facts);
    }

    /** What the page's script shows of an opened card. */
    JsonObject details() {
        JsonObject json = new JsonObject();
        json.addProperty("sample", sample);
        json.addProperty("title", title);
        json.addProperty("kind", kind);
        text.ifPresent(t -> json.addProperty("text", t));
        JsonArray rows = new JsonArray();
        for (Scores row : scores) {
            rows.add(strings(row.name(), row.sourceText(), row.quantizedText()));
        }
        json.add("scores", rows);
        JsonArray pairs = new JsonArray();
        facts.forEach(fact -> pairs.add(strings(fact.name(), fact.value())));
        json.add("facts", pairs);
        return json;
    }

    private static JsonArray strings(String... values) {
        JsonArray array = new JsonArray();
        for (String value : values) {
            array.add(value);
        }
        return array;
    }

    /**
     * What both models say about one answer.
     *
     * @param name the answer
     * @param source the float model's figure
     * @param quantized the quantized model's figure
     */
    public record Scores(String name, double source, double quantized) {

        /**
         * Writes the float model's figure.
         *
         * @return the figure
         */
        public String sourceText() {
            return Figures.number(source);
        }

        /**
         * Writes the quantized model's figure.
         *
         * @return the figure
         */
        public String quantizedText() {
            return Figures.number(quantized);
        }
    }
}
