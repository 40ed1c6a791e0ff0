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

import ai.djl.Model;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.graph.Graph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The file that DJL loaded a float model from.
 *
 * @param file the file
 * @param backend the engine whose format it has
 */
record ModelFile(Path file, Backend backend) implements CacheSource {

    /**
     * Finds the file of a model that DJL loaded from one.
     *
     * @throws UnsupportedModelException if there is none
     */
    static ModelFile of(Model model, Backend backend) {
        Path folder = model.getModelPath();
        if (folder == null) {
            throw new UnsupportedModelException(
                    Problem.of("the model was not loaded from a file")
                            .at(model.getName())
                            .next("Load it with Criteria.optModelPath or optModelUrls"));
        }
        return new ModelFile(
                find(folder, model.getName(), backend)
                        .orElseThrow(
                                () ->
                                        new UnsupportedModelException(
                                                Problem.of("the model's file was not found")
                                                        .in(folder)
                                                        .expected(
                                                                model.getName()
                                                                        + backend.fileExtension())
                                                        .next(
                                                                "Name the file with"
                                                                        + " Criteria.optModelName"))),
                backend);
    }

    /**
     * Finds the file that an engine of DJL loads from a folder: the model itself only tells its
     * folder and name. The order is that of the engines: the model's name, the folder's, "model".
     */
    static Optional<Path> find(Path folder, String modelName, Backend backend) {
        String extension = backend.fileExtension();
        Set<String> stems = new LinkedHashSet<>();
        stems.add(modelName);
        stems.add(String.valueOf(folder.toAbsolutePath().getFileName()));
        stems.add("model");
        for (String stem : stems) {
            for (String name : new String[] {stem, stem + extension}) {
                Path file = folder.resolve(name);
                if (name.endsWith(extension) && Files.isRegularFile(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public String fileName() {
        return file.getFileName().toString();
    }

    @Override
    public Path origin() {
        return file.toAbsolutePath();
    }

    @Override
    public String digest(SourceDigests known) {
        return known.of(backend.files(file));
    }

    @Override
    public Graph graph() {
        return backend.read(file);
    }

    @Override
    public void close() {
        // The file is the user's.
    }
}
