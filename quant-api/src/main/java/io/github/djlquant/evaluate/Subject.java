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
package io.github.djlquant.evaluate;

import io.github.djlquant.Provenance;
import io.github.djlquant.Version;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.graph.Graph;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * What was compared, where and how.
 *
 * @param source the source model's file name, without its folder
 * @param sourceBytes its size with external weights
 * @param quantized the quantized model's file name, without its folder
 * @param quantizedBytes its size
 * @param engine the engine's name and version, such as {@code OnnxRuntime 1.29.0}
 * @param tool this project's version
 * @param data what the data was, for people
 * @param time when, in the form of ISO 8601, such as {@code 2026-05-01T12:00:00Z}
 * @param provenance where the quantized model comes from, with its recipe; empty if this project
 *     did not make it
 * @param command the command that repeats the evaluation, if there is one
 */
public record Subject(
        String source,
        long sourceBytes,
        String quantized,
        long quantizedBytes,
        String engine,
        String tool,
        String data,
        String time,
        Optional<Provenance> provenance,
        Optional<String> command) {

    /** Requires the parts. */
    public Subject {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(quantized, "quantized");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(provenance, "provenance");
        Objects.requireNonNull(command, "command");
    }

    /**
     * Tells what a quantization compared, as far as its result says.
     *
     * @param provenance where the quantized model comes from
     * @param sourceBytes the source model's size with external weights
     * @param quantized the quantized model's file name
     * @param quantizedBytes its size
     * @return the subject, without data, time and command
     */
    public static Subject of(
            Provenance provenance, long sourceBytes, String quantized, long quantizedBytes) {
        return new Subject(
                provenance.sourceName(),
                sourceBytes,
                quantized,
                quantizedBytes,
                provenance.engine() + " " + provenance.runtimeVersion(),
                provenance.tool(),
                "",
                "",
                Optional.of(provenance),
                Optional.empty());
    }

    /** Tells what an evaluation of two files compares, here and now. */
    static Subject of(Path source, Path quantized, Graph graph, String data) {
        Backend backend = Backends.forFile(source);
        return new Subject(
                source.getFileName().toString(),
                FileSizes.of(backend, source),
                quantized.getFileName().toString(),
                FileSizes.of(Backends.forFile(quantized), quantized),
                backend.getEngineName() + " " + backend.runtimeVersion(),
                Version.current(),
                data,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Provenance.in(graph.metadata(), quantized.toString()),
                Optional.empty());
    }

    /**
     * Says what the data was.
     *
     * @param text for people
     * @return a copy
     */
    public Subject withData(String text) {
        return new Subject(
                source,
                sourceBytes,
                quantized,
                quantizedBytes,
                engine,
                tool,
                text,
                time,
                provenance,
                command);
    }

    /**
     * Adds the command that repeats the evaluation.
     *
     * @param line a command line
     * @return a copy
     */
    public Subject withCommand(String line) {
        return new Subject(
                source,
                sourceBytes,
                quantized,
                quantizedBytes,
                engine,
                tool,
                data,
                time,
                provenance,
                Optional.of(line));
    }
}
