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
import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.trace.BlockGraph;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.trace.TraceInput;
import io.github.djlquant.trace.TraceProof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The file of a float model: the one that DJL loaded it from or, of a DJL Block with parameters, an
 * export of the Block that is there until this is closed.
 *
 * @param file the file, in the format of the backend
 * @param export the folder that is to be deleted, or null
 * @param traced the graph of the export, or null
 */
record ModelFile(Path file, TemporaryFolder export, Graph traced) implements AutoCloseable {

    /**
     * Finds or writes the file.
     *
     * @param inputs what a Block takes; none for the shapes that it was initialized with
     * @param data representative inputs of a Block, or null
     * @throws UnsupportedModelException if there is none and none can be made
     * @throws io.github.djlquant.trace.TraceException if the Block does what a graph can't say
     */
    static ModelFile of(
            Model model, Backend backend, List<TraceInput> inputs, Supplier<CalibrationData> data) {
        Block block = model.getBlock();
        if (block instanceof GraphBlock || !(block instanceof SymbolBlock)) {
            Graph graph = BlockGraph.of(block, inputs, data.get());
            return export(model, backend.adopt(graph), backend);
        }
        return loaded(model, backend);
    }

    /**
     * Finds the file of a model that DJL loaded from one.
     *
     * @throws UnsupportedModelException if there is none
     */
    static ModelFile loaded(Model model, Backend backend) {
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
                null,
                null);
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

    private static ModelFile export(Model model, Graph graph, Backend backend) {
        TemporaryFolder folder = null;
        boolean done = false;
        try {
            folder = TemporaryFolder.create();
            String name = model.getName().replaceAll("[^A-Za-z0-9._-]", "_");
            Path file = folder.path().resolve(name + backend.fileExtension());
            backend.runtimeVersion();
            backend.write(graph, backend.target(Target.Name.ANY), file);
            done = true;
            return new ModelFile(file, folder, graph);
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("the block can't be written to a temporary file")
                            .in(folder == null ? null : folder.path())
                            .actual(e.getMessage()),
                    e);
        } finally {
            if (!done && folder != null) {
                new ModelFile(null, folder, null).close();
            }
        }
    }

    /**
     * Requires that an export answers as its Block, before anything is made of it. What was made of
     * the same export before was proved then.
     *
     * @throws io.github.djlquant.trace.TraceException if it does not
     */
    void prove(Block block, Backend backend) {
        if (traced != null) {
            TraceProof.require(block, traced, backend, file);
        }
    }

    @Override
    public void close() {
        if (export == null) {
            return;
        }
        try {
            export.close();
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("a temporary folder can't be removed").in(export.path()), e);
        }
    }
}
