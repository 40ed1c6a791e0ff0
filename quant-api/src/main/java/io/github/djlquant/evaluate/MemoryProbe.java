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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a model in a process of its own and tells by how much its memory grows, as the operating
 * system counts it (proc(5)): in a process that ran before, freed memory would be used again and
 * hide what a model takes. On other systems than Linux nothing is told.
 */
public final class MemoryProbe {

    private static final Logger logger = LoggerFactory.getLogger(MemoryProbe.class);

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path PEAK_RESET = Path.of("/proc/self/clear_refs");
    private static final String RESULT = "memory-growth ";
    private static final int CALLS = 3;
    private static final long MOST_SECONDS = 120;

    private MemoryProbe() {}

    /** By how many bytes the resident set grew when the model was opened, and at most. */
    record Growth(long loaded, long peak) {}

    static Optional<Growth> inProcessOfItsOwn(Path model) {
        if (!Files.isReadable(STATUS)) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("djlquant.") || name.startsWith("ai.djl."))
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .forEach(command::add);
        command.add(MemoryProbe.class.getName());
        command.add(model.toAbsolutePath().toString());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        // ONNX Runtime parses the command line for its telemetry, and does not bear a long one.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        try {
            return output(builder, MOST_SECONDS)
                    .flatMap(
                            output ->
                                    output.lines()
                                            .filter(line -> line.startsWith(RESULT))
                                            .map(line -> line.substring(RESULT.length()).split(" "))
                                            .map(
                                                    parts ->
                                                            new Growth(
                                                                    Long.parseLong(parts[0]),
                                                                    Long.parseLong(parts[1])))
                                            .findFirst());
        } catch (IOException e) {
            logger.warn("the memory of {} can't be measured: {}", model, e.getMessage());
            return Optional.empty();
        }
    }

    /** What a process prints; through a file, since reading a pipe waits for the process. */
    static Optional<String> output(ProcessBuilder builder, long mostSeconds) throws IOException {
        Path file = Files.createTempFile("djl-quant-memory-", ".txt");
        Process process = null;
        try {
            process = builder.redirectOutput(file.toFile()).start();
            return process.waitFor(mostSeconds, TimeUnit.SECONDS)
                    ? Optional.of(Files.readString(file))
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(file);
        }
    }

    /**
     * Prints by how much memory grows.
     *
     * @param args the model's file
     * @throws IOException if the operating system does not tell
     */
    public static void main(String[] args) throws IOException {
        Path model = Path.of(args[0]);
        Backend backend = Backends.forFile(model);
        backend.runtimeVersion();
        Graph graph = backend.read(model);
        Map<String, Tensor> row = new SignatureInputs(graph, backend.catalog()).row(0);
        // Else the peak would be that of reading the graph above: 5 resets it (proc(5)).
        Files.writeString(PEAK_RESET, "5");
        long before = bytes("VmRSS:");
        try (GraphRunner runner = backend.open(model, RunOptions.DEFAULT)) {
            long loaded = bytes("VmRSS:");
            for (int i = 0; i < CALLS; i++) {
                runner.run(row);
            }
            long peak = bytes("VmHWM:");
            System.out.println(
                    RESULT + Math.max(0, loaded - before) + " " + Math.max(0, peak - before));
        }
    }

    private static long bytes(String key) throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new IOException("no " + key + " in " + STATUS));
    }
}
