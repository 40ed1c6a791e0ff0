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

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.djlquant.EvaluationException;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The JSON form of an {@link Evaluation}, for other tools, later reports and comparisons over time.
 *
 * <p>An object with {@code "format": 1} and a key for each component of the record; nested records
 * likewise, each by the names of its components. What is empty is an empty array, or null. Choices
 * are in lower case, such as {@code input_property}. A number that is not finite is one of the
 * strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}. Keys are added, never renamed:
 * readers ignore those that they don't know, and take a list or optional part that is absent for
 * empty.
 */
public final class EvaluationJson {

    /** The version of the form. */
    public static final int FORMAT = 1;

    private static final int MOST_SHOWN = 40;

    private static final String WRITTEN_BY =
            "'djl-quant evaluate FLOAT INT8 --data DATA --report FILE.json' writes one";

    private static final Gson GSON =
            new GsonBuilder()
                    .disableHtmlEscaping()
                    .serializeNulls()
                    .setPrettyPrinting()
                    .registerTypeAdapter(double.class, new AnyNumber())
                    .registerTypeAdapter(Double.class, new AnyNumber())
                    .registerTypeAdapterFactory(new RecordForm())
                    .registerTypeAdapterFactory(new OptionalForm())
                    .registerTypeAdapterFactory(new ChoiceForm())
                    // Its own form, though it is a record: what comes later goes first.
                    .registerTypeAdapter(Provenance.class, new ProvenanceForm())
                    .create();

    private EvaluationJson() {}

    /**
     * Describes an evaluation.
     *
     * @param evaluation the evaluation
     * @return an object
     */
    public static JsonObject write(Evaluation evaluation) {
        JsonObject json = new JsonObject();
        json.addProperty("format", FORMAT);
        JsonObject parts = GSON.toJsonTree(evaluation).getAsJsonObject();
        parts.entrySet().forEach(entry -> json.add(entry.getKey(), entry.getValue()));
        return json;
    }

    /**
     * Prints an evaluation.
     *
     * @param evaluation the evaluation
     * @return indented JSON text
     */
    public static String print(Evaluation evaluation) {
        return GSON.toJson(write(evaluation));
    }

    /**
     * Reads an evaluation.
     *
     * @param text the JSON text
     * @param source the file to name in errors
     * @return the evaluation
     * @throws EvaluationException if the text is no evaluation, or of a newer form
     */
    public static Evaluation parse(String text, String source) {
        JsonElement json = json(text, source);
        try {
            JsonElement format = json.isJsonObject() ? json.getAsJsonObject().get("format") : null;
            if (format == null || !format.isJsonPrimitive()) {
                throw new EvaluationException(
                        Problem.of("not an evaluation")
                                .in(source)
                                .expected("a JSON object with \"format\"")
                                .next(WRITTEN_BY));
            }
            if (!format.getAsString().equals(String.valueOf(FORMAT))) {
                throw new EvaluationException(
                        Problem.of("an evaluation of another version")
                                .in(source)
                                .at("format")
                                .expected(FORMAT)
                                .actual(format));
            }
            return GSON.fromJson(json, Evaluation.class);
        } catch (JsonParseException | IllegalArgumentException | StackOverflowError e) {
            throw new EvaluationException(
                    Problem.of("not an evaluation: " + e.getMessage()).in(source), e);
        }
    }

    private static JsonElement json(String text, String source) {
        try {
            return JsonParser.parseString(text);
        } catch (JsonParseException | StackOverflowError e) {
            throw new EvaluationException(
                    Problem.of("not an evaluation")
                            .in(source)
                            .expected("JSON")
                            .actual(text.isBlank() ? "nothing" : "'" + start(text) + "'")
                            .next(WRITTEN_BY),
                    e);
        }
    }

    private static String start(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "..." : line;
    }

    /**
     * Reads an evaluation from a file.
     *
     * @param file the file
     * @return the evaluation
     * @throws EvaluationException if it can't be read, is no evaluation, or of a newer form
     */
    public static Evaluation read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (MalformedInputException e) {
            throw new EvaluationException(
                    Problem.of("not an evaluation: the file is no UTF-8 text").in(file), e);
        } catch (NoSuchFileException e) {
            throw new EvaluationException(
                    Problem.of("there is no evaluation")
                            .in(file)
                            .expected("a .json file")
                            .actual("nothing")
                            .next(WRITTEN_BY),
                    e);
        } catch (IOException e) {
            throw new EvaluationException(
                    Problem.of("the evaluation can't be read").in(file).actual(e.getMessage()), e);
        }
    }
}
