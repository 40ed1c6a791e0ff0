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
package io.github.djlquant.translate;

import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.DefaultModelZoo;
import ai.djl.repository.zoo.ModelLoader;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.TraceInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out what {@link LoadCheck} tells; used once. */
final class LoadExamination {

    private final LoadCheck.Question question;
    private final String location;
    private final List<String> blocked = new ArrayList<>();
    private SettingsMerge said;
    private EngineChoice engine;
    private FoundModel found;
    private String runsIn;
    private String blockInputs;
    private Path cached;

    LoadExamination(LoadCheck.Question question, String location) {
        this.question = question;
        this.location = location;
    }

    LoadCheck result() throws IOException {
        MRL mrl = resource();
        Artifact artifact = mrl.match(question.filters().isEmpty() ? null : question.filters());
        if (artifact == null) {
            throw nothing("no artifact matches the filters");
        }
        Path place = mrl.getRepository().getResourceDirectory(artifact);
        Path folder = FoundModel.folder(place);
        said = new SettingsMerge(question, artifact, ServingProperties.in(folder));
        Set<String> present = question.engines();
        engine =
                EngineChoice.of(
                        question.engine(), said.argument("engine"), mrl.getGroupId(), present);
        if (engine.name() == null || !present.contains(engine.name())) {
            blocked.add("the engine " + engine.name() + " is not on the class path");
        }
        found =
                FoundModel.of(
                        place, folder, modelName(artifact), engine.name(), question.block(), said);
        blocked.addAll(found.blocked());
        String outcome = said.isOurs() ? outcome() : "float: nothing names this project's factory";
        return new LoadCheck(
                location,
                folder,
                found.file(),
                found.kind(),
                blockInputs,
                engine.name(),
                engine.reason(),
                engine.named(),
                blocked.isEmpty() ? runsIn : null,
                said.settings(),
                said.isOurs() && blocked.isEmpty(),
                blocked.isEmpty() ? outcome : "fails",
                cached,
                blocked);
    }

    private String modelName(Artifact artifact) {
        if (question.modelName() != null) {
            return question.modelName();
        }
        return Optional.ofNullable(said.option("modelName")).orElse(artifact.getName());
    }

    private UnsupportedModelException nothing(String what) {
        return new UnsupportedModelException(
                Problem.of(what)
                        .in(location)
                        .expected("a model's file, its folder, a zoo or an archive"));
    }

    private MRL resource() {
        String url =
                location.matches("[a-z][a-z0-9+.-]+:.*")
                        ? location
                        : Path.of(location).toUri().toString();
        Collection<ModelLoader> loaders;
        try {
            loaders = new DefaultModelZoo(url).getModelLoaders();
        } catch (IllegalArgumentException e) {
            throw nothing(e.getMessage());
        }
        if (loaders.size() > 1) {
            blocked.add(
                    "several models, of which DJL takes any: name one with optArtifactId: "
                            + loaders.stream()
                                    .map(ModelLoader::getArtifactId)
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
        }
        return loaders.stream()
                .findFirst()
                .orElseThrow(() -> nothing("there is no model"))
                .getMrl();
    }

    private String outcome() throws IOException {
        try {
            QuantizationOptions options =
                    QuantizationArguments.of(said.arguments()).options(found.folder());
            requireData(options);
            if (engine.name() != null) {
                chooseRunner(options);
            }
            String how =
                    options.recipes().stream()
                            .map(Recipe::name)
                            .collect(
                                    Collectors.joining(
                                            ", ",
                                            options.recipes().size() == 1 ? "" : "the best of ",
                                            ""));
            return "quantized: " + how + whence();
        } catch (QuantizationException e) {
            blocked.add(e.getMessage());
            return "fails";
        }
    }

    /** Only a file is known before it is loaded. */
    private String whence() {
        if (found.isBlock()) {
            return ", made when it is loaded for the first time (a Block is known by what it computes,"
                    + " which shows when it is loaded)";
        }
        return cached == null ? ", made when it is loaded for the first time" : ", from the cache";
    }

    private void chooseRunner(QuantizationOptions options) throws IOException {
        boolean file = !found.isBlock() && found.folder() != null;
        Backend backend =
                QuantizedEngine.of(file, found.folder(), engine.name(), options.block().engine());
        runsIn = backend.getEngineName();
        if (found.isBlock()) {
            tellInputs(options.block().inputs());
        } else if (found.file() != null && backend.reads(found.file())) {
            cached =
                    QuantizationCache.find(
                                    new ModelFile(found.file(), backend),
                                    backend,
                                    options,
                                    options.data().data())
                            .map(QuantizationCache.Artifact::file)
                            .orElse(null);
        }
    }

    private static void requireData(QuantizationOptions options) {
        if (options.recipes().size() == 1
                && options.recipes().get(0).method() == Method.STATIC
                && options.data().data() == null) {
            throw new RecipeException(
                    Problem.of("a static recipe needs calibration data")
                            .next("Add the argument calibration"));
        }
    }

    private void tellInputs(List<TraceInput> given) throws IOException {
        if (!given.isEmpty()) {
            blockInputs = text(given) + " (blockInputs)";
            return;
        }
        if (found.file() == null) {
            return;
        }
        List<TraceInput> saved = SavedInputs.in(found.file());
        if (saved.isEmpty()) {
            blockInputs = "unknown";
            blocked.add(
                    found.file().getFileName()
                            + " does not tell what the Block takes: add the argument blockInputs,"
                            + " such as blockInputs=data:float32:?x3x32x32");
        } else {
            blockInputs =
                    text(saved)
                            + " ("
                            + found.file().getFileName()
                            + " tells names and shapes; integers where the Block takes no floats;"
                            + " say more with blockInputs, and ? for what is to stay open)";
        }
    }

    private static String text(List<TraceInput> inputs) {
        return inputs.stream().map(TraceInput::text).collect(Collectors.joining(","));
    }
}
