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
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.backend.TargetCheck;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.RecipeJson;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an artifact comes from and where it may go. Travels inside the artifact under {@link
 * #METADATA_KEY}.
 *
 * @param tool this project's version
 * @param sourceName the source file's name, without its folder
 * @param sourceSha256 the digest of the source file, followed by its external weights if it has
 *     some, lower-case hexadecimal
 * @param recipe what was asked
 * @param target where it may run
 * @param engine the engine that calibrated and verified, such as {@code OnnxRuntime}
 * @param runtimeVersion that engine's version
 * @param calibrationSamples rows seen in calibration, 0 without data
 */
public record Provenance(
        String tool,
        String sourceName,
        String sourceSha256,
        Recipe recipe,
        Target target,
        String engine,
        String runtimeVersion,
        long calibrationSamples) {

    /** The key under which an artifact's metadata holds the JSON form. */
    public static final String METADATA_KEY = "djl-quant";

    /** The key under which an artifact's metadata holds the plan. */
    public static final String PLAN_KEY = "djl-quant.plan";

    /** The key under which an artifact says which of its forms was measured to be the faster. */
    public static final String MEASURED_KEY = "djl-quant.measured";

    private static final Logger logger = LoggerFactory.getLogger(Provenance.class);

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Requires all parts. */
    public Provenance {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(sourceName, "sourceName");
        Objects.requireNonNull(sourceSha256, "sourceSha256");
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(runtimeVersion, "runtimeVersion");
    }

    /**
     * Returns the JSON form.
     *
     * @return the object stored in artifacts
     */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format", 1);
        json.addProperty("tool", tool);
        JsonObject source = new JsonObject();
        source.addProperty("name", sourceName);
        source.addProperty("sha256", sourceSha256);
        json.add("source", source);
        JsonObject place = new JsonObject();
        place.addProperty("name", target.name());
        if (target.cpu() != null) {
            place.addProperty("cpu", target.cpu().name());
        }
        place.addProperty("pairSafeWeights", target.pairSafeWeights());
        place.addProperty("runtimeVersion", target.runtimeVersion());
        json.add("target", place);
        json.addProperty("engine", engine);
        json.addProperty("runtimeVersion", runtimeVersion);
        json.addProperty("calibrationSamples", calibrationSamples);
        json.add("recipe", RecipeJson.write(recipe));
        return json;
    }

    /**
     * Finds the provenance in an artifact's metadata.
     *
     * @param metadata the metadata
     * @param file the file to name in errors
     * @return the provenance, empty if the model was not made by this project
     * @throws ModelFormatException if there is one and it can't be read
     */
    public static Optional<Provenance> in(Map<String, String> metadata, String file) {
        String text = metadata.get(METADATA_KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            JsonElement element = JsonParser.parseString(text);
            JsonObject json = element.getAsJsonObject();
            if (json.get("format").getAsInt() != 1) {
                throw new ModelFormatException(
                        Problem.of("made by a newer djl-quant")
                                .in(file)
                                .expected("format 1")
                                .actual(json.get("format")));
            }
            JsonObject place = json.getAsJsonObject("target");
            Target target =
                    new Target(
                            place.get("name").getAsString(),
                            place.has("cpu")
                                    ? CpuClass.valueOf(place.get("cpu").getAsString())
                                    : null,
                            place.get("pairSafeWeights").getAsBoolean(),
                            place.get("runtimeVersion").getAsString());
            JsonObject source = json.getAsJsonObject("source");
            return Optional.of(
                    new Provenance(
                            json.get("tool").getAsString(),
                            source.get("name").getAsString(),
                            source.get("sha256").getAsString(),
                            RecipeJson.read(json.get("recipe"), file),
                            target,
                            json.get("engine").getAsString(),
                            json.get("runtimeVersion").getAsString(),
                            json.get("calibrationSamples").getAsLong()));
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | ClassCastException
                | IllegalArgumentException e) {
            throw new ModelFormatException(
                    Problem.of("the metadata '" + METADATA_KEY + "' is damaged")
                            .in(file)
                            .actual(e.getMessage()),
                    e);
        }
    }

    /**
     * Refuses, or warns of, an artifact that was made for another CPU class or a newer runtime than
     * are here.
     *
     * @param file the artifact
     * @param runtime the version of the runtime here
     * @throws UnsupportedModelException if it does not run here, or its answers would be wrong
     */
    public void requirePlace(Path file, String runtime) {
        TargetCheck check = TargetCheck.of(target, CpuClass.here(), runtime);
        switch (check.verdict()) {
            case FINE -> {}
            case WARN -> {
                // What is being made here is only measured here.
                if (!StagedFile.isStaged(file)) {
                    logger.warn("{}: {}", file, check.text());
                }
            }
            case REFUSE ->
                    throw new UnsupportedModelException(
                            Problem.of(check.text()).in(file).at("target " + target.name()));
        }
    }

    /**
     * Returns the JSON form on one line.
     *
     * @return text for an artifact's metadata
     */
    public String print() {
        return GSON.toJson(toJson());
    }
}
