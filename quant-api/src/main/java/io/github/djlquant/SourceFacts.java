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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.recipe.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Reads the source while the engine loads, then weighs its files and computes their digest while
 * the run goes on with other things: a digest takes one processor for as long as some tenth of a
 * large model's quantization.
 */
final class SourceFacts implements AutoCloseable {

    /** Held while the digest is to rest. */
    private final ReentrantLock rest = new ReentrantLock();

    private final FutureTask<Graph> reading;
    private final FutureTask<Facts> digesting;
    private final BiConsumer<Graph, BooleanSupplier> between;

    private SourceFacts(
            Supplier<Graph> graph,
            Supplier<List<Path>> files,
            BiConsumer<Graph, BooleanSupplier> between) {
        this.between = between;
        reading = new FutureTask<>(graph::get);
        digesting = new FutureTask<>(() -> facts(files.get()));
    }

    /**
     * What is known about the source's files.
     *
     * @param bytes their size
     * @param sha256 their digest, as {@link FileDigest} makes it
     */
    record Facts(long bytes, String sha256) {}

    /** Starts on a float model. */
    static SourceFacts of(Backend backend, Path source) {
        return of(backend, source, (graph, wanted) -> {});
    }

    /**
     * Starts on a float model.
     *
     * @param between is given the graph before the digest is taken, and told when the processors
     *     are needed for other things
     */
    static SourceFacts of(
            Backend backend, Path source, BiConsumer<Graph, BooleanSupplier> between) {
        return of(() -> read(backend, source), () -> backend.files(source), between);
    }

    /**
     * Starts.
     *
     * @param graph reads the source; called in another thread
     * @param files names the source's files; called in another thread
     */
    static SourceFacts of(Supplier<Graph> graph, Supplier<List<Path>> files) {
        return of(graph, files, (read, wanted) -> {});
    }

    static SourceFacts of(
            Supplier<Graph> graph,
            Supplier<List<Path>> files,
            BiConsumer<Graph, BooleanSupplier> between) {
        SourceFacts facts = new SourceFacts(graph, files, between);
        Thread thread = new Thread(facts::run, "djl-quant-source");
        thread.setDaemon(true);
        thread.start();
        return facts;
    }

    /**
     * Reads a model that was not quantized already. One that was only optimized is a float model;
     * what it tells of its making does not hold for what is made of it.
     */
    private static Graph read(Backend backend, Path source) {
        Graph graph = backend.read(source);
        Optional<Provenance> made = Provenance.in(graph.metadata(), source.toString());
        if (made.isEmpty()) {
            return graph;
        }
        if (made.get().recipe().method() != Method.FLOAT) {
            throw new UnsupportedModelException(
                    Problem.of("this model was quantized already")
                            .in(source)
                            .actual(
                                    "made by djl-quant "
                                            + made.get().tool()
                                            + " from "
                                            + made.get().sourceName())
                            .next("Start from the float model"));
        }
        Map<String, String> metadata = new LinkedHashMap<>(graph.metadata());
        metadata.keySet()
                .removeAll(
                        Set.of(
                                Provenance.METADATA_KEY,
                                Provenance.PLAN_KEY,
                                Provenance.MEASURED_KEY));
        return new Graph(
                graph.name(),
                graph.inputs(),
                graph.outputs(),
                graph.nodes(),
                graph.constants(),
                graph.types(),
                graph.opsets(),
                metadata,
                graph.attachments());
    }

    private void run() {
        reading.run();
        try {
            between.accept(reading.get(), this::mayWork);
        } catch (InterruptedException | ExecutionException | CancellationException e) {
            // Whoever waits for the graph is told.
        } finally {
            digesting.run();
        }
    }

    /**
     * Lets the digest rest while something runs that keeps all processors busy: threads of an
     * engine wait for each other, so that what one of them loses all lose.
     */
    <T> T restDuring(Supplier<T> work) {
        rest.lock();
        try {
            return work.get();
        } finally {
            rest.unlock();
        }
    }

    private boolean mayWork() {
        return !rest.isLocked() && !digesting.isCancelled();
    }

    private void pause() {
        rest.lock();
        rest.unlock();
    }

    private Facts facts(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return new Facts(bytes, FileDigest.sha256(files, this::pause));
    }

    /**
     * Waits for the graph.
     *
     * @throws QuantizationCancelledException if the waiting thread is interrupted
     */
    Graph graph() {
        return await(reading);
    }

    /**
     * Waits for the facts.
     *
     * @throws QuantizationCancelledException if the waiting thread is interrupted
     * @throws ModelFormatException if a file can't be read
     */
    Facts get() {
        return await(digesting);
    }

    private static <T> T await(FutureTask<T> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            throw new QuantizationCancelledException(
                    Problem.of("the quantization was interrupted; nothing was written"), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error broken) {
                throw broken;
            }
            throw new ModelFormatException(
                    Problem.of("the source can't be read").actual(e.getCause()), e.getCause());
        }
    }

    /** Ends the work if nobody needs it any more. */
    @Override
    public void close() {
        reading.cancel(true);
        digesting.cancel(true);
    }
}
