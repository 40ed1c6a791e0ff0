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
package io.github.djlquant.calibrate.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a tokenizer's files say about length and padding.
 *
 * @param maxLength the most tokens of a sample, positive
 * @param padId the token that fills up
 * @param padType the type of that token
 * @param padLeft true to fill up before the text
 */
public record TokenizerSettings(int maxLength, long padId, long padType, boolean padLeft) {

    /** Of a tokenizer that says nothing; BERT's length. */
    private static final int DEFAULT_LENGTH = 512;

    /** Beside the tokenizer, with the length that the model was trained for. */
    private static final String CONFIG = "tokenizer_config.json";

    private static final List<String> PADS =
            List.of("[PAD]", "<pad>", "<|pad|>", "<|endoftext|>", "</s>");

    /**
     * Reads the settings.
     *
     * @param tokenizer a {@code tokenizer.json}; a {@code tokenizer_config.json} beside it counts
     *     for the length
     * @return the settings
     * @throws CalibrationException if there is no such file, or it is no tokenizer
     */
    public static TokenizerSettings read(Path tokenizer) {
        if (!Files.isRegularFile(tokenizer)) {
            throw new CalibrationException(
                    Problem.of("there is no tokenizer")
                            .in(tokenizer)
                            .expected("a tokenizer.json (Hugging Face's fast tokenizers)")
                            .actual(Files.exists(tokenizer) ? "a folder" : "nothing")
                            .next(
                                    "It comes with the model; AutoTokenizer.save_pretrained writes it"));
        }
        JsonObject file = parts(tokenizer, List.of("truncation", "padding", "added_tokens"));
        Path config = tokenizer.resolveSibling(CONFIG);
        JsonObject beside =
                Files.isRegularFile(config)
                        ? parts(config, List.of("model_max_length"))
                        : new JsonObject();
        try {
            return of(file, beside);
        } catch (IllegalStateException
                | ClassCastException
                | NumberFormatException
                | UnsupportedOperationException e) {
            throw malformed(tokenizer, e);
        }
    }

    private static TokenizerSettings of(JsonObject file, JsonObject config) {
        double length = Double.POSITIVE_INFINITY;
        if (isObject(file.get("truncation"))) {
            length = file.getAsJsonObject("truncation").get("max_length").getAsDouble();
        }
        if (config.has("model_max_length") && config.get("model_max_length").isJsonPrimitive()) {
            // Tokenizers without a length say 1e30.
            length = Math.min(length, config.get("model_max_length").getAsDouble());
        }
        int most = length >= 1 && length <= 1 << 20 ? (int) length : DEFAULT_LENGTH;
        if (!isObject(file.get("padding"))) {
            return new TokenizerSettings(most, padToken(file), 0, false);
        }
        JsonObject padding = file.getAsJsonObject("padding");
        return new TokenizerSettings(
                most,
                padding.get("pad_id").getAsLong(),
                padding.get("pad_type_id").getAsLong(),
                "left".equalsIgnoreCase(padding.get("direction").getAsString()));
    }

    /** A tokenizer that does not pad by itself may still have a token for it. */
    private static long padToken(JsonObject file) {
        for (String pad : PADS) {
            if (file.get("added_tokens") != null && file.get("added_tokens").isJsonArray()) {
                for (JsonElement token : file.getAsJsonArray("added_tokens")) {
                    if (pad.equals(token.getAsJsonObject().get("content").getAsString())) {
                        return token.getAsJsonObject().get("id").getAsLong();
                    }
                }
            }
        }
        return 0;
    }

    private static boolean isObject(JsonElement element) {
        return element != null && element.isJsonObject();
    }

    /** The vocabulary, most of the file, is passed over. */
    private static JsonObject parts(Path file, List<String> wanted) {
        JsonObject parts = new JsonObject();
        try (Reader reader = Files.newBufferedReader(file);
                JsonReader json = new JsonReader(reader)) {
            json.beginObject();
            while (json.peek() != JsonToken.END_OBJECT) {
                String name = json.nextName();
                if (wanted.contains(name)) {
                    parts.add(name, JsonParser.parseReader(json));
                } else {
                    json.skipValue();
                }
            }
            return parts;
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw malformed(file, e);
        }
    }

    /** What the parser says of it is for programmers. */
    private static boolean isOfTheParser(Exception cause) {
        return cause instanceof MalformedJsonException
                || cause instanceof EOFException
                || cause instanceof JsonParseException
                || cause instanceof IllegalStateException;
    }

    static CalibrationException malformed(Path file, Exception cause) {
        return new CalibrationException(
                Problem.of("the tokenizer can't be read")
                        .in(file)
                        .expected("a tokenizer.json (Hugging Face's fast tokenizers)")
                        .actual(isOfTheParser(cause) ? "something else" : cause.getMessage()),
                cause);
    }
}
