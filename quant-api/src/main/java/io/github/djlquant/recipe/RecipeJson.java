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

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The JSON form of a {@link Recipe}. Keys that it does not know are refused: a mistyped option must
 * not be silently ignored.
 */
public final class RecipeJson {

    /** Larger files are no recipes. */
    private static final long MAX_BYTES = 1 << 20;

    /** As errors list them. */
    private static final String PRESETS =
            "static-int8, dynamic-int8, optimize, x86, fbgemm, onednn, qnnpack";

    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

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
        return GSON.toJson(write(recipe));
    }

    /**
     * Parses a recipe. Absent keys keep the value of the preset that {@code name} names, or of
     * {@code static-int8}.
     *
     * @param text the JSON text
     * @param source the file to name in errors
     * @return the recipe
     * @throws RecipeException if the text is no JSON, of another version, has unknown keys or
     *     invalid values
     */
    public static Recipe parse(String text, String source) {
        JsonElement element;
        try {
            element = JsonParser.parseString(text);
            JsonReader again = new JsonReader(new StringReader(text));
            again.setLenient(true);
            refuseDuplicates(again, source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonParseException e) {
            throw new RecipeException(
                    Problem.of("not a recipe: the JSON is malformed")
                            .in(source)
                            .actual(e.getMessage()),
                    e);
        }
        return read(element, source);
    }

    /** Of two values of one key the parser keeps the last, without a word. */
    private static void refuseDuplicates(JsonReader json, String source) throws IOException {
        switch (json.peek()) {
            case BEGIN_OBJECT -> {
                Set<String> keys = new HashSet<>();
                json.beginObject();
                while (json.hasNext()) {
                    String key = json.nextName();
                    if (!keys.add(key)) {
                        throw new RecipeException(
                                Problem.of("a key stands twice in the recipe")
                                        .in(source)
                                        .at(json.getPath())
                                        .next("Remove one of them"));
                    }
                    refuseDuplicates(json, source);
                }
                json.endObject();
            }
            case BEGIN_ARRAY -> {
                json.beginArray();
                while (json.hasNext()) {
                    refuseDuplicates(json, source);
                }
                json.endArray();
            }
            default -> json.skipValue();
        }
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
        Fields fields = Fields.of(element, "", source);
        long version = fields.integer("version", Recipe.VERSION);
        if (version != Recipe.VERSION) {
            throw new RecipeException(
                    Problem.of("a recipe of another version")
                            .in(source)
                            .at("version")
                            .expected(Recipe.VERSION)
                            .actual(version));
        }
        String name = fields.string("name", "static-int8");
        Recipe recipe = Recipe.named(name).orElseGet(Recipe::staticInt8).withName(name);
        recipe =
                recipe.withMethod(fields.choice("method", Method.class, recipe.method()))
                        .withBiasCorrection(fields.bool("biasCorrection", recipe.biasCorrection()))
                        .withSplitInput(fields.bool("splitInput", recipe.splitInput()))
                        .withProtectOutliers(
                                fields.bool("protectOutliers", recipe.protectOutliers()))
                        .withFusion(fields.choice("fusion", Fusion.class, recipe.fusion()));
        if (fields.has("quantizedEngine")) {
            recipe =
                    recipe.withQuantizedEngine(
                            fields.choice("quantizedEngine", QuantizedEngine.class, null));
        }
        if (fields.has("activations")) {
            recipe =
                    recipe.withActivations(
                            scheme(fields.object("activations"), recipe.activations()));
        }
        if (fields.has("weights")) {
            recipe = recipe.withWeights(scheme(fields.object("weights"), recipe.weights()));
        }
        if (fields.has("ranges")) {
            recipe = recipe.withRanges(ranges(fields.object("ranges")));
        }
        if (fields.has("scope")) {
            Fields scope = fields.object("scope");
            recipe =
                    recipe.withScope(
                            new Scope(
                                    scope.strings("include"),
                                    scope.strings("exclude"),
                                    scope.strings("excludeOps")));
            scope.end();
        }
        if (fields.has("gate")) {
            Fields gate = fields.object("gate");
            GateThresholds kept = recipe.gate();
            recipe =
                    recipe.withGate(
                            gate.valid(
                                    () ->
                                            new GateThresholds(
                                                    gate.number("maxFlips", kept.maxFlips()),
                                                    gate.number("minCosine", kept.minCosine()),
                                                    gate.number("maxDrop", kept.maxDrop()),
                                                    gate.number(
                                                            "maxSliceDrop", kept.maxSliceDrop()),
                                                    gate.number("minSqnr", kept.minSqnr()),
                                                    gate.number("minSpeedup", kept.minSpeedup()),
                                                    required(gate, kept.required()),
                                                    gate.number(
                                                            "maxDivergence", kept.maxDivergence()),
                                                    gate.number(
                                                            "minDetections",
                                                            kept.minDetections()))));
            gate.end();
        }
        fields.end();
        return recipe;
    }

    private static Set<GateThresholds.Limit> required(Fields gate, Set<GateThresholds.Limit> kept) {
        Set<GateThresholds.Limit> required = EnumSet.noneOf(GateThresholds.Limit.class);
        required.addAll(kept);
        if (gate.has("required")) {
            required.retainAll(Set.of(GateThresholds.Limit.DROP));
            for (String name : gate.strings("required")) {
                required.add(
                        Arrays.stream(GateThresholds.Limit.values())
                                .filter(limit -> limit.text().equals(name))
                                .findFirst()
                                .orElseThrow(
                                        () ->
                                                new IllegalArgumentException(
                                                        "'"
                                                                + name
                                                                + "' is none of the limits flips,"
                                                                + " cosine, drop, divergence,"
                                                                + " detections, slice-drop")));
            }
        }
        if (gate.has("requireDrop") && !gate.bool("requireDrop", false)) {
            required.remove(GateThresholds.Limit.DROP);
        } else if (gate.has("requireDrop")) {
            required.add(GateThresholds.Limit.DROP);
        }
        return required;
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

    private static TensorScheme scheme(Fields fields, TensorScheme absent) {
        Granularity granularity = absent.granularity();
        String text = fields.string("granularity", null);
        if (text != null) {
            granularity =
                    switch (text) {
                        case "per-tensor" -> Granularity.PER_TENSOR;
                        case "per-channel" -> new Granularity.PerChannel(0);
                        case "per-group" ->
                                fields.valid(
                                        () ->
                                                new Granularity.PerGroup(
                                                        0,
                                                        Math.toIntExact(
                                                                fields.integer("groupSize", 32))));
                        default ->
                                throw fields.invalid(
                                        "granularity",
                                        "per-tensor, per-channel or per-group",
                                        text);
                    };
        }
        TensorScheme scheme =
                new TensorScheme(
                        fields.choice("type", QuantType.class, absent.type()),
                        fields.choice("symmetry", TensorScheme.Symmetry.class, absent.symmetry()),
                        granularity);
        fields.end();
        return scheme;
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

    private static RangeMethod ranges(Fields fields) {
        String method = fields.string("method", "");
        RangeMethod ranges =
                fields.valid(
                        () ->
                                switch (method) {
                                    case "min-max" -> new RangeMethod.MinMax();
                                    case "moving-average" -> new RangeMethod.MovingAverage();
                                    case "percentile" ->
                                            new RangeMethod.Percentile(
                                                    fields.number("percent", 99.99));
                                    case "entropy" -> new RangeMethod.Entropy();
                                    case "mse" -> new RangeMethod.Mse(fields.number("power", 2));
                                    default ->
                                            throw fields.invalid(
                                                    "method",
                                                    "min-max, moving-average, percentile, entropy or mse",
                                                    method);
                                });
        fields.end();
        return ranges;
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
