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
package io.github.djlquant.recipe;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.TensorScheme;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The JSON form of a {@link Recipe}. Keys that it does not know are refused: a mistyped option must
 * not be silently ignored.
 */
public final class RecipeJson {

    /** Larger files are no recipes. */
    private static final long MAX_BYTES = 1 << 20;

    /** As errors list them. */
    static final String PRESETS =
            "static-int8, dynamic-int8, optimize, auto, x86, fbgemm, onednn, qnnpack";

    private RecipeJson() {}

    /**
     * Writes a recipe.
     *
     * @param recipe the recipe
     * @return its JSON form
     */
    public static JsonObject write(Recipe recipe) {
        JsonObject json = new JsonObject();
        json.addProperty("version", Recipe.VERSION);
        json.addProperty("name", recipe.name());
        json.addProperty("method", text(recipe.method()));
        json.add("activations", scheme(recipe.activations()));
        json.add("weights", scheme(recipe.weights()));
        json.add("ranges", ranges(recipe.ranges()));
        json.addProperty("biasCorrection", recipe.biasCorrection());
        json.addProperty("splitInput", recipe.splitInput());
        json.addProperty("protectOutliers", recipe.protectOutliers());
        recipe.quantizedEngine().ifPresent(v -> json.addProperty("quantizedEngine", v.text()));
        json.addProperty("fusion", text(recipe.fusion()));
        JsonObject scope = new JsonObject();
        scope.add("include", strings(recipe.scope().include()));
        scope.add("exclude", strings(recipe.scope().exclude()));
        scope.add("excludeOps", strings(recipe.scope().excludeOps()));
        json.add("scope", scope);
        JsonObject gate = new JsonObject();
        gate.addProperty("maxFlips", recipe.gate().maxFlips());
        gate.addProperty("minCosine", recipe.gate().minCosine());
        gate.addProperty("maxDrop", recipe.gate().maxDrop());
        recipe.gate().minSqnr().ifPresent(v -> gate.addProperty("minSqnr", v));
        recipe.gate().minSpeedup().ifPresent(v -> gate.addProperty("minSpeedup", v));
        // The drop has a key of its own, which older versions read.
        List<String> required = new ArrayList<>();
        for (GateThresholds.Limit limit : recipe.gate().required()) {
            if (limit == GateThresholds.Limit.DROP) {
                gate.addProperty("requireDrop", true);
            } else {
                required.add(limit.text());
            }
        }
        if (!required.isEmpty()) {
            gate.add("required", strings(required));
        }
        // Only where asked for, so that recipes of most artifacts stay readable for older versions.
        if (recipe.gate().maxSliceDrop() != GateThresholds.DEFAULT.maxSliceDrop()) {
            gate.addProperty("maxSliceDrop", recipe.gate().maxSliceDrop());
        }
        if (recipe.gate().maxDivergence() != GateThresholds.DEFAULT.maxDivergence()) {
            gate.addProperty("maxDivergence", recipe.gate().maxDivergence());
        }
        if (recipe.gate().minDetections() != GateThresholds.DEFAULT.minDetections()) {
            gate.addProperty("minDetections", recipe.gate().minDetections());
        }
        json.add("gate", gate);
        return json;
    }

    /**
     * Prints a recipe.
     *
     * @param recipe the recipe
     * @return indented JSON text
     */
    public static String print(Recipe recipe) {
        return new GsonBuilder().setPrettyPrinting().create().toJson(write(recipe));
    }

    /**
     * Parses a recipe. Absent keys keep the value of the preset that {@code name} names, or of
     * {@code static-int8}; another name needs a {@code method}.
     *
     * @param text the JSON text
     * @param source the file to name in errors
     * @return the recipe
     * @throws RecipeException if the text is no JSON, of another version, names no preset and no
     *     method, has unknown keys or invalid values
     */
    public static Recipe parse(String text, String source) {
        return read(new JsonText(text, source).tree(), source);
    }

    /**
     * Reads a recipe's file.
     *
     * @param file the file, in UTF-8
     * @return the recipe
     * @throws RecipeException if there is no such file, it can't be read or is no recipe
     */
    public static Recipe load(Path file) {
        try {
            if (Files.isDirectory(file) || Files.size(file) > MAX_BYTES) {
                throw new RecipeException(
                        Problem.of("not a recipe").in(file).expected("a small JSON file"));
            }
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new RecipeException(
                    Problem.of("no such recipe")
                            .in(file)
                            .expected(PRESETS + " or the name of a .json file"),
                    e);
        } catch (MalformedInputException e) {
            throw new RecipeException(
                    Problem.of("not a recipe: the file is no UTF-8 text").in(file), e);
        } catch (IOException e) {
            throw new RecipeException(Problem.of("the recipe can't be read").in(file), e);
        }
    }

    /**
     * Reads a recipe, as {@link #parse} does.
     *
     * @param element the JSON form
     * @param source the file to name in errors
     * @return the recipe
     */
    public static Recipe read(JsonElement element, String source) {
        return RecipeReader.read(element, source);
    }

    private static JsonObject scheme(TensorScheme scheme) {
        JsonObject json = new JsonObject();
        json.addProperty("type", text(scheme.type()));
        json.addProperty("symmetry", text(scheme.symmetry()));
        Granularity granularity = scheme.granularity();
        if (granularity instanceof Granularity.PerTensor) {
            json.addProperty("granularity", "per-tensor");
        } else if (granularity instanceof Granularity.PerChannel) {
            json.addProperty("granularity", "per-channel");
        } else if (granularity instanceof Granularity.PerGroup group) {
            json.addProperty("granularity", "per-group");
            json.addProperty("groupSize", group.size());
        } else {
            throw new IllegalArgumentException("no JSON form is written for " + granularity);
        }
        return json;
    }

    private static JsonObject ranges(RangeMethod method) {
        JsonObject json = new JsonObject();
        if (method instanceof RangeMethod.MinMax) {
            json.addProperty("method", "min-max");
        } else if (method instanceof RangeMethod.MovingAverage) {
            json.addProperty("method", "moving-average");
        } else if (method instanceof RangeMethod.Percentile p) {
            json.addProperty("method", "percentile");
            json.addProperty("percent", p.percent());
        } else if (method instanceof RangeMethod.Entropy) {
            json.addProperty("method", "entropy");
        } else if (method instanceof RangeMethod.Mse m) {
            json.addProperty("method", "mse");
            json.addProperty("power", m.power());
        } else {
            throw new IllegalArgumentException("no JSON form is written for " + method);
        }
        return json;
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static JsonArray strings(List<String> values) {
        JsonArray array = new JsonArray();
        new ArrayList<>(values).forEach(array::add);
        return array;
    }
}
