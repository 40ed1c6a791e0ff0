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

import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries the recipes that may suit a model, each with its verification, in a folder of its own, and
 * hands over the best that passes its gate ({@link RecipeTrials}). That may be the float model in
 * the form that the runtime computes fastest ({@link Recipe#optimize()}); the result's warnings say
 * so, and how the others did.
 *
 * <pre>
 *   with data:     static-int8, dynamic-int8, optimize
 *   without data:  dynamic-int8, optimize
 * </pre>
 *
 * <p>{@link Quantizer.Builder#optAuto} leads here.
 */
final class AutoQuantizer {

    private final QuantizationSettings settings;

    AutoQuantizer(QuantizationSettings settings) {
        this.settings = settings;
    }

    QuantizedModel quantize(Path source, Path output) {
        try (StagedModel stage = StagedModel.beside(output, settings.handover().overwrite());
                TemporaryFolder folder = TemporaryFolder.create()) {
            Path staged = stage.path();
            RecipeTrials.Choice choice =
                    RecipeTrials.choose(
                            candidates(),
                            recipe -> attempt(recipe, source, folder.path(), output.getFileName()));
            QuantizedModel model = handOver(choice, output);
            Files.copy(choice.model().file(), staged, StandardCopyOption.REPLACE_EXISTING);
            StageClock.refuseIfInterrupted();
            stage.commit(model, QuantJson.Draft.of(model));
            return model;
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("the candidates can't be written")
                            .in(output)
                            .actual(e)
                            .next("Make room in the folder of temporary files (java.io.tmpdir)"),
                    e);
        }
    }

    private QuantizedModel attempt(Recipe recipe, Path source, Path folder, Path name) {
        Path file = folder.resolve(recipe.name() + "-" + name);
        return Quantizer.of(settings.trying(recipe)).quantize(source, file);
    }

    /** Scope, schemes and gate of the recipe that was given hold for all. */
    private List<Recipe> candidates() {
        List<Recipe> candidates = new ArrayList<>();
        Recipe base = settings.recipe();
        if (settings.data().calibration() != null || settings.statistics().table() != null) {
            candidates.add(base.withName("static-int8").withMethod(Method.STATIC));
        }
        candidates.add(base.withName("dynamic-int8").withMethod(Method.DYNAMIC));
        candidates.add(base.withName("optimize").withMethod(Method.FLOAT));
        return candidates;
    }

    private static QuantizedModel handOver(RecipeTrials.Choice choice, Path output) {
        QuantizedModel model = choice.model();
        List<String> warnings = new ArrayList<>(model.warnings());
        boolean stayedFloat = model.provenance().recipe().method() == Method.FLOAT;
        warnings.add(
                "auto: "
                        + (stayedFloat ? "nothing is quantized, the float model is best. " : "")
                        + choice.reason());
        return new QuantizedModel(
                output,
                model.sourceBytes(),
                model.bytes(),
                model.provenance(),
                model.plan(),
                model.notes(),
                model.execution(),
                model.evaluation()
                        .with()
                        .optSubject(
                                Subject.of(
                                                model.provenance(),
                                                model.sourceBytes(),
                                                output.getFileName().toString(),
                                                model.bytes())
                                        .withData(
                                                model.evaluation()
                                                        .subject()
                                                        .map(Subject::data)
                                                        .orElse("")))
                        .optTrials(choice.trials())
                        .build(),
                warnings,
                model.times(),
                model.calibrationTable());
    }
}
