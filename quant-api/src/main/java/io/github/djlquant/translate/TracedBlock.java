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
import ai.djl.engine.Engine;
import ai.djl.nn.Block;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.Version;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphDigest;
import io.github.djlquant.trace.BlockGraph;
import io.github.djlquant.trace.BlockTrace;
import io.github.djlquant.trace.ElementsDigest;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.trace.TraceInput;
import io.github.djlquant.trace.TraceMemory;
import io.github.djlquant.trace.TraceProof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A DJL Block with its parameters. What it computes, only a trace tells; what an earlier trace did
 * is followed where that is kept, and computes nothing ({@link BlockTrace}). The Block is written
 * to a file, and the file compared with it, only to be quantized.
 */
final class TracedBlock implements CacheSource {

    private final Block block;
    private final String name;
    private final Path origin;
    private final Backend backend;
    private final BlockTrace trace;
    private Graph adopted;
    private TemporaryFolder folder;
    private Path file;

    /**
     * Prepares; traces when that is needed.
     *
     * @param model the model whose block it is
     * @param backend the engine that is to run it
     * @param inputs what the block takes; none for the shapes that it was initialized with
     * @param data representative inputs, or null
     * @throws io.github.djlquant.UnsupportedModelException if nobody tells the inputs' shapes
     */
    TracedBlock(Model model, Backend backend, List<TraceInput> inputs, CalibrationData data) {
        this.backend = backend;
        block = model.getBlock();
        name = model.getName().replaceAll("[^A-Za-z0-9._-]", "_");
        origin = model.getModelPath() == null ? Path.of(name) : model.getModelPath().resolve(name);
        trace = new BlockTrace(block, inputs, data);
    }

    @Override
    public String fileName() {
        return name + backend.fileExtension();
    }

    @Override
    public Path origin() {
        return origin;
    }

    /**
     * Tells graphs apart: by what the Block is made of, with all elements, and by the steps of its
     * trace. Where these are not to be told, by the graph.
     *
     * @throws io.github.djlquant.trace.TraceException if the block does what a graph can't say
     */
    @Override
    public String digest(SourceDigests known) {
        Optional<String> structure = trace.structure();
        if (structure.isEmpty()) {
            return GraphDigest.sha256(trace.graph());
        }
        try (ElementsDigest elements = trace.elements()) {
            String made = name(structure.get(), known);
            // Models of one structure, in their own places, don't forget each other's traces.
            String note = digest(made, origin.toString());
            Optional<TraceMemory> memory = known.trace(note).filter(trace::repeats);
            if (memory.isEmpty()) {
                trace.graph();
                memory = trace.memory();
                memory.ifPresent(steps -> known.keep(note, steps));
            }
            return memory.isPresent()
                    ? digest(made, elements.text(), memory.get().digest())
                    : GraphDigest.sha256(trace.graph());
        }
    }

    private static String digest(String... parts) {
        return CacheKey.hex(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    }

    /** Other code of ours may trace otherwise, another engine compute other constants. */
    private String name(String structure, SourceDigests known) {
        String engine = BlockGraph.engineOf(block);
        return digest(
                Version.current(),
                new ExtensionCode(known).of(BlockTrace.class),
                String.valueOf(engine),
                engine == null ? "" : Engine.getEngine(engine).getVersion(),
                structure);
    }

    @Override
    public FeedSpec rows(int samples) {
        return trace.rows(samples);
    }

    @Override
    public Graph graph() {
        if (adopted == null) {
            adopted = backend.adopt(trace.graph());
        }
        return adopted;
    }

    /**
     * Writes the file, and requires that it answers as the block.
     *
     * @throws io.github.djlquant.trace.TraceException if it does not
     */
    @Override
    public Path file() {
        if (file == null) {
            try {
                folder = TemporaryFolder.create();
            } catch (IOException e) {
                throw new QuantizationException(
                        Problem.of("the block can't be written to a temporary file")
                                .actual(e.getMessage()),
                        e);
            }
            Path export = folder.path().resolve(fileName());
            backend.runtimeVersion();
            backend.write(graph(), backend.target(Target.Name.ANY), export);
            if (!(block instanceof GraphBlock)) {
                TraceProof.require(block, graph(), backend, export, List.of());
            }
            file = export;
        }
        return file;
    }

    @Override
    public void close() {
        if (folder == null) {
            return;
        }
        try {
            folder.close();
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("a temporary folder can't be removed").in(folder.path()), e);
        }
    }
}
