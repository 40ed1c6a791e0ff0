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
import java.util.List;
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
        Path found =
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
                                                                        + " Criteria.optModelName")));
        // A path to the second one and a folder with the first one's name give the same model's
        // name.
        Path other = folder.resolve(model.getName() + backend.fileExtension());
        if (!found.equals(other) && Files.isRegularFile(other)) {
            throw new UnsupportedModelException(
                    Problem.of("two files could be the one that was loaded")
                            .in(folder)
                            .at(model.getName())
                            .actual(found.getFileName() + " and " + other.getFileName())
                            .next("Rename one of them"));
        }
        return new ModelFile(found, backend);
    }

    /**
     * Finds the file that an engine of DJL loads from a folder: the model itself only tells its
     * folder and name. The order is that of the engines: the model's name, the folder's, "model". A
     * file of just that name goes before one with the ending, whatever its own ending is, if it is
     * a model at all.
     */
    static Optional<Path> find(Path folder, String modelName, Backend backend) {
        String extension = backend.fileExtension();
        Set<String> names = new LinkedHashSet<>();
        for (String stem :
                List.of(modelName, String.valueOf(folder.toAbsolutePath().getFileName()))) {
            names.add(stem);
            names.add(stem.endsWith(extension) ? stem : stem + extension);
        }
        names.add("model" + extension);
        return names.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .filter(file -> file.toString().endsWith(extension) || backend.reads(file))
                .findFirst();
    }

    /** With the engine's own ending, which tells the format of what is written. */
    @Override
    public String fileName() {
        String name = file.getFileName().toString();
        String extension = backend.fileExtension();
        return name.endsWith(extension) ? name : name + extension;
    }

    @Override
    public Path origin() {
        return file.toAbsolutePath();
    }

    @Override
    public String digest(SourceDigests known) {
        return known.ofModel(file, () -> backend.files(file));
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
