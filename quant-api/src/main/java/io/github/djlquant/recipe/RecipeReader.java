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

import com.google.gson.JsonElement;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads what {@link RecipeJson} writes; keys that are absent keep the value of the preset. */
final class RecipeReader {

    private RecipeReader() {}

    static Recipe read(JsonElement element, String source) {
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
        Recipe recipe = preset(name, fields.has("method"), source).withName(name);
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

    /** A mistyped preset must not silently become another one: a name of one's own says more. */
    private static Recipe preset(String name, boolean saysMethod, String source) {
        return Recipe.named(name)
                .or(() -> saysMethod ? Optional.of(Recipe.staticInt8()) : Optional.empty())
                .orElseThrow(
                        () ->
                                new RecipeException(
                                        Problem.of("no such preset")
                                                .in(source)
                                                .at("name")
                                                .expected(RecipeJson.PRESETS)
                                                .actual(name)
                                                .next(
                                                        "Name a preset; a recipe with a name of"
                                                                + " your own says its method, too"
                                                                + " (static, dynamic or float)")));
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
}
