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

import ai.djl.engine.Engine;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.DefaultModelZoo;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.util.Utils;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.TraceInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds out what {@link LoadCheck} tells; used once. */
final class LoadExamination {

    private static final String LATE =
            "read too late: DJL chooses the translator factory before it opens this file";

    private final LoadCheck.Question question;
    private final String location;
    private final List<LoadCheck.Setting> settings = new ArrayList<>();
    private final List<String> blocked = new ArrayList<>();
    private final Map<String, Object> arguments = new TreeMap<>();
    private Path folder;
    private Path file;
    private String engine;
    private String engineReason;
    private Backend backend;
    private Path cached;
    private Path parameters;
    private String blockInputs;

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
        open(mrl, artifact);
        ServingProperties serving = ServingProperties.in(folder);
        chooseEngine(serving);
        boolean ours = collect(artifact, serving);
        String kind = findFile(artifact.getName());
        String outcome = ours ? outcome() : "float: nothing names this project's factory";
        return new LoadCheck(
                location,
                folder,
                file,
                kind,
                blockInputs,
                engine,
                engineReason,
                settings,
                ours && blocked.isEmpty(),
                blocked.isEmpty() ? outcome : "fails",
                cached,
                blocked);
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

    private void open(MRL mrl, Artifact artifact) throws IOException {
        Path place = mrl.getRepository().getResourceDirectory(artifact);
        if (Files.isRegularFile(place)) {
            file = place;
            folder = place.toAbsolutePath().getParent();
        } else if (Files.isDirectory(place)) {
            folder = Utils.getNestedModelDir(place);
        }
    }

    private void chooseEngine(ServingProperties serving) {
        String shipped = serving.values().get("engine");
        if (question.engine() != null) {
            engine = question.engine();
            engineReason = "the criteria names it";
        } else if (shipped != null) {
            engine = shipped;
            engineReason = "serving.properties names it";
        } else {
            engine = Engine.getDefaultEngineName();
            engineReason =
                    "DJL's default among "
                            + Engine.getAllEngines().stream().sorted().toList()
                            + ", whatever the model's format";
        }
        if (engine == null || !Engine.hasEngine(engine)) {
            blocked.add("the engine " + engine + " is not on the class path");
        }
        backend =
                Backends.all().stream()
                        .filter(found -> found.getEngineName().equals(engine))
                        .findFirst()
                        .orElse(null);
    }

    /** Returns whether this project's code will be called. */
    private boolean collect(Artifact artifact, ServingProperties serving) {
        boolean early = add("URL or zoo", artifact.getArguments(), true);
        early |= add("criteria", question.arguments(), true);
        Map<String, String> shipped = new TreeMap<>(serving.values());
        shipped.keySet().removeAll(arguments.keySet());
        boolean ours = early;
        String late = shipped.get(QuantizationArguments.TRANSLATOR_FACTORY);
        boolean named = late != null && late.equals(QuantizationTranslatorFactory.class.getName());
        if (!early && named && question.serving()) {
            ours = true;
        }
        boolean heeded = ours;
        shipped.forEach(
                (name, value) -> {
                    boolean trap = isTrap(name, value, heeded);
                    settings.add(
                            new LoadCheck.Setting(
                                    name,
                                    value,
                                    ServingProperties.NAME,
                                    !trap,
                                    trap ? LATE : remark(name)));
                    if (!trap) {
                        arguments.put(name, value);
                    }
                });
        return ours;
    }

    private static boolean isTrap(String name, String value, boolean ours) {
        if (ours) {
            return false;
        }
        return name.equals(QuantizationArguments.TRANSLATOR_FACTORY)
                        && value.equals(QuantizationTranslatorFactory.class.getName())
                || known(name).isPresent();
    }

    private static Optional<QuantizationArgument> known(String name) {
        try {
            return QuantizationArgument.named(name);
        } catch (QuantizationException e) {
            return Optional.empty();
        }
    }

    private static String remark(String name) {
        if (name.startsWith(QuantizationArguments.OPTION_PREFIX)) {
            return "for the engine's session, of the quantized model too";
        }
        if (name.equals("engine")) {
            return "chooses the engine, unless the criteria names one";
        }
        return known(name).isPresent() ? "for quantization" : "for DJL or the translator";
    }

    private boolean add(String origin, Map<String, ?> more, boolean heeded) {
        boolean ours = false;
        for (Map.Entry<String, ?> entry : new TreeMap<>(more).entrySet()) {
            String value = String.valueOf(entry.getValue());
            boolean names = entry.getKey().equals(QuantizationArguments.TRANSLATOR_FACTORY);
            ours |= names && value.equals(QuantizationTranslatorFactory.class.getName());
            settings.add(
                    new LoadCheck.Setting(
                            entry.getKey(),
                            value,
                            origin,
                            heeded,
                            names ? "chooses the factory" : remark(entry.getKey())));
            arguments.put(entry.getKey(), entry.getValue());
        }
        return ours;
    }

    private String findFile(String modelName) throws IOException {
        if (folder == null) {
            return "unknown: not on this machine yet, DJL downloads and unpacks it";
        }
        if (file == null && backend != null) {
            file = ModelFile.find(folder, modelName, backend).orElse(null);
        }
        if (file == null) {
            parameters = SavedInputs.file(folder).orElse(null);
        }
        if (parameters != null) {
            return arguments.containsKey("blockFactory")
                    ? "DJL parameters: blockFactory makes the Block"
                    : "DJL parameters: the criteria must bring the Block (optBlock, or a"
                            + " blockFactory)";
        }
        if (file == null) {
            blocked.add(
                    "no file that the engine "
                            + engine
                            + " would load as "
                            + modelName
                            + " in "
                            + folder);
            return "unknown";
        }
        Path found = file;
        Backend reader =
                Backends.all().stream()
                        .filter(other -> other.reads(found))
                        .findFirst()
                        .orElse(null);
        if (reader != null && !reader.getEngineName().equals(engine)) {
            blocked.add(
                    "the file is a model of "
                            + reader.getEngineName()
                            + " and the engine is "
                            + engine
                            + ": add optEngine(\""
                            + reader.getEngineName()
                            + "\")");
        }
        return reader == null ? "unknown" : reader.formatName();
    }

    private void tellInputs(List<TraceInput> given) throws IOException {
        if (!given.isEmpty()) {
            blockInputs = text(given) + " (blockInputs)";
            return;
        }
        List<TraceInput> saved = SavedInputs.in(parameters);
        if (saved.isEmpty()) {
            blockInputs = "unknown";
            blocked.add(
                    parameters.getFileName()
                            + " does not tell what the Block takes: add the argument blockInputs,"
                            + " such as blockInputs=data:float32:?x3x32x32");
        } else {
            blockInputs =
                    text(saved)
                            + " ("
                            + parameters.getFileName()
                            + " tells names and shapes; integers where the Block takes no floats;"
                            + " say more with blockInputs, and ? for what is to stay open)";
        }
    }

    private static String text(List<TraceInput> inputs) {
        return inputs.stream().map(TraceInput::text).collect(Collectors.joining(","));
    }

    private String outcome() throws IOException {
        try {
            QuantizationArguments read = QuantizationArguments.of(arguments);
            QuantizationOptions options = read.options(folder);
            List<String> recipes = options.recipes().stream().map(Recipe::name).toList();
            requireData(options);
            if (parameters != null) {
                tellInputs(options.blockInputs());
            }
            if (file != null && backend != null && backend.reads(file)) {
                cached =
                        QuantizationCache.find(
                                        new ModelFile(file, backend),
                                        backend,
                                        options,
                                        options.calibration())
                                .map(QuantizationCache.Artifact::file)
                                .orElse(null);
            }
            String how =
                    recipes.size() == 1
                            ? recipes.get(0)
                            : "the best of " + String.join(", ", recipes);
            return "quantized: "
                    + how
                    + (cached == null
                            ? ", made when it is loaded for the first time"
                            : ", from the cache");
        } catch (QuantizationException e) {
            blocked.add(e.getMessage());
            return "fails";
        }
    }

    private static void requireData(QuantizationOptions options) {
        if (options.recipes().size() == 1
                && options.recipes().get(0).method() == Method.STATIC
                && options.calibration() == null) {
            throw new RecipeException(
                    Problem.of("a static recipe needs calibration data")
                            .next("Add the argument calibration"));
        }
    }
}
