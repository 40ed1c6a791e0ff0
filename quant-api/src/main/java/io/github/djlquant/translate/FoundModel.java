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

import ai.djl.util.Utils;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an engine of DJL finds in a model's place, without loading it.
 *
 * @param folder the model's folder; null if it is not on this machine yet
 * @param file the file that is loaded; null if there is none or it is not known
 * @param kind the file's format
 * @param isBlock whether a Block takes the file's parameters
 * @param blocked why it can't be loaded; nothing if it can
 */
record FoundModel(Path folder, Path file, String kind, boolean isBlock, List<String> blocked) {

    private static final String PARAMETERS = ".params";

    private static final String BLOCK_FACTORY = "blockFactory";

    /** DJL's engine that runs files of its own only. */
    private static final String WITHOUT_BLOCKS = "OnnxRuntime";

    FoundModel {
        blocked = List.copyOf(blocked);
    }

    /**
     * Returns the folder from which DJL takes what lies beside a model.
     *
     * @param place the model's file or folder
     * @return null if there is nothing
     */
    static Path folder(Path place) {
        if (Files.isRegularFile(place)) {
            return place.toAbsolutePath().getParent();
        }
        return Files.isDirectory(place) ? Utils.getNestedModelDir(place) : null;
    }

    /**
     * Looks.
     *
     * @param place the model's file or folder
     * @param folder what {@link #folder} says
     * @param name the model's name in DJL
     * @param engine the engine that loads it, may be null
     * @param brought whether the criteria brings a Block
     * @param said what is said of the load
     */
    static FoundModel of(
            Path place,
            Path folder,
            String name,
            String engine,
            boolean brought,
            SettingsMerge said)
            throws IOException {
        if (folder == null) {
            return new FoundModel(
                    null,
                    null,
                    "unknown: not on this machine yet, DJL downloads and unpacks it",
                    false,
                    List.of());
        }
        Optional<Backend> backend = backend(engine);
        Path file =
                Files.isRegularFile(place)
                        ? place
                        : backend.flatMap(b -> ModelFile.find(folder, name, b)).orElse(null);
        boolean block = brought || said.argument(BLOCK_FACTORY) != null;
        if (!block && file != null && !isParameters(file)) {
            return ofFile(folder, file, engine);
        }
        List<Path> saved = SavedInputs.files(folder);
        if (block || !saved.isEmpty()) {
            return ofParameters(place, folder, saved, name, engine, said);
        }
        return new FoundModel(
                folder,
                null,
                "unknown",
                false,
                List.of(
                        "no file that the engine "
                                + engine
                                + " would load as "
                                + name
                                + " in "
                                + folder));
    }

    private static Optional<Backend> backend(String engine) {
        return Backends.all().stream().filter(b -> b.getEngineName().equals(engine)).findFirst();
    }

    private static boolean isParameters(Path file) {
        return file.toString().endsWith(PARAMETERS);
    }

    private static FoundModel ofFile(Path folder, Path file, String engine) {
        Backend reader =
                Backends.all().stream().filter(b -> b.reads(file)).findFirst().orElse(null);
        List<String> blocked = new ArrayList<>();
        if (reader != null && !reader.getEngineName().equals(engine)) {
            blocked.add(
                    "the file is a model of "
                            + reader.getEngineName()
                            + " and the engine is "
                            + engine
                            + ": add optEngine(\""
                            + reader.getEngineName()
                            + "\")");
        } else if (reader == null && backend(engine).isPresent()) {
            blocked.add("the file is no model that the engine " + engine + " reads");
        }
        String kind = reader == null ? "unknown" : reader.formatName();
        return new FoundModel(folder, file, kind, false, blocked);
    }

    private static FoundModel ofParameters(
            Path place,
            Path folder,
            List<Path> saved,
            String name,
            String engine,
            SettingsMerge said)
            throws IOException {
        List<String> blocked = new ArrayList<>();
        Path file = null;
        if (Files.isRegularFile(place)) {
            blocked.add(
                    "DJL finds saved parameters by the model's name: give it the folder, and"
                            + " optModelName");
        } else if (hasParameters(said)) {
            file = parameters(folder, name, said.option("epoch"));
            if (file == null) {
                blocked.add(missing(saved, name, said.option("epoch")));
            }
        }
        if (WITHOUT_BLOCKS.equals(engine)) {
            blocked.add(
                    "the engine OnnxRuntime takes no Blocks: add optEngine(\"PyTorch\");"
                            + " blockEngine=OnnxRuntime makes the quantized one run there");
        }
        String kind =
                said.argument(BLOCK_FACTORY) != null
                        ? "DJL parameters: blockFactory makes the Block"
                        : "DJL parameters: the criteria must bring the Block (optBlock, or a"
                                + " blockFactory)";
        return new FoundModel(folder, file, kind, true, blocked);
    }

    /** What DJL does not take for true is false. */
    private static boolean hasParameters(SettingsMerge said) {
        String option = said.option("hasParameter");
        return option == null || Boolean.parseBoolean(option);
    }

    /** The epoch that is asked for, or the last one. */
    private static Path parameters(Path folder, String name, String epoch) throws IOException {
        int number;
        try {
            number =
                    epoch == null
                            ? Utils.getCurrentEpoch(folder, name)
                            : Integer.parseInt(epoch.strip());
        } catch (NumberFormatException e) {
            return null;
        }
        Path file =
                folder.resolve(String.format(Locale.ROOT, "%s-%04d%s", name, number, PARAMETERS));
        return Files.isRegularFile(file) ? file : null;
    }

    private static String missing(List<Path> saved, String name, String epoch) {
        String there =
                saved.stream()
                        .map(file -> file.getFileName().toString())
                        .sorted()
                        .collect(Collectors.joining(", "));
        return "DJL looks for "
                + name
                + "-"
                + (epoch == null ? "NNNN" : epoch)
                + PARAMETERS
                + (there.isEmpty()
                        ? ", and there are no parameters"
                        : ", and there is " + there + ": name the model with optModelName");
    }
}
