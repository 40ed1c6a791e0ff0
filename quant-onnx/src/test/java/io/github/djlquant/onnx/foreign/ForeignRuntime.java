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
package io.github.djlquant.onnx.foreign;

import ai.onnxruntime.OrtEnvironment;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.testkit.LoudSkip;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a model file in another JVM that has nothing but ONNX Runtime on its class path.
 *
 * <pre>
 *   Map&lt;String, Tensor&gt; outputs = ForeignRuntime.WITHOUT_VNNI.run(file, feeds);
 * </pre>
 */
public enum ForeignRuntime {
    /** This machine's CPU, the runtime of this class path. */
    PLAIN,
    /** This machine's CPU, the lowest runtime that the target {@code any} promises. */
    LOWEST_RUNTIME,
    /**
     * An emulated x86-64 CPU with AVX2 but without 8-bit dot products. Skips the test, loudly,
     * where qemu-user is missing or this is no x86-64. Slow: some seconds for a small model.
     */
    WITHOUT_VNNI,
    /** The lowest runtime on the emulated CPU. */
    LOWEST_RUNTIME_WITHOUT_VNNI;

    private static final String EMULATOR = "qemu-x86_64";
    private static final long MINUTES = 10;

    /**
     * Runs one batch.
     *
     * @param model the model file
     * @param feeds a tensor for each input
     * @return a tensor for each output
     * @throws AssertionError if the other JVM fails; the message holds what it printed
     */
    public Map<String, Tensor> run(Path model, Map<String, Tensor> feeds) {
        requireEmulator();
        try {
            Path folder = Files.createTempDirectory("foreign-runtime-");
            Path in = folder.resolve("feeds");
            Path out = folder.resolve("outputs");
            Path log = folder.resolve("log");
            try {
                write(feeds, in);
                execute(command(model, in, out), log);
                return read(out);
            } finally {
                for (Path file : List.of(in, out, log, folder)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError("the other JVM could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private boolean isEmulated() {
        return this == WITHOUT_VNNI || this == LOWEST_RUNTIME_WITHOUT_VNNI;
    }

    private void requireEmulator() {
        if (!isEmulated()) {
            return;
        }
        boolean x86 = List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
        boolean found =
                x86
                        && List.of(
                                        System.getenv()
                                                .getOrDefault("PATH", "")
                                                .split(File.pathSeparator))
                                .stream()
                                .anyMatch(dir -> Files.isExecutable(Path.of(dir, EMULATOR)));
        LoudSkip.unless(
                found,
                "no answers of a CPU without VNNI, because "
                        + (x86
                                ? EMULATOR + " (Debian: qemu-user) is missing"
                                : "this is no x86-64"));
    }

    private List<String> command(Path model, Path in, Path out) throws URISyntaxException {
        List<String> command = new ArrayList<>();
        if (isEmulated()) {
            command.addAll(List.of(EMULATOR, "-cpu", "Haswell-noTSX"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (isEmulated()) {
            command.addAll(List.of("-Xint", "-XX:+UseSerialGC"));
        }
        command.addAll(List.of("-cp", location(ForeignMain.class) + File.pathSeparator + jar()));
        command.add(ForeignMain.class.getName());
        command.addAll(List.of(model.toString(), in.toString(), out.toString()));
        return command;
    }

    private String jar() throws URISyntaxException {
        if (this == PLAIN || this == WITHOUT_VNNI) {
            return location(OrtEnvironment.class);
        }
        String lowest = System.getProperty("quant.ort121", "");
        if (!Files.isRegularFile(Path.of(lowest))) {
            throw new AssertionError(
                    "the system property quant.ort121 names no file (" + lowest + "): build first");
        }
        return lowest;
    }

    private static String location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    private static void execute(List<String> command, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(
                    (ended
                                    ? "exit code " + process.exitValue()
                                    : "no end after " + MINUTES + " min")
                            + " of "
                            + String.join(" ", command)
                            + "\n"
                            + Files.readString(log));
        }
    }

    private static void write(Map<String, Tensor> tensors, Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeInt(tensors.size());
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                Tensor tensor = entry.getValue();
                ByteBuffer bytes = tensor.bytes();
                byte[] content = new byte[bytes.remaining()];
                bytes.get(content);
                ForeignMain.write(
                        out,
                        entry.getKey(),
                        tensor.dataType().name(),
                        tensor.shape().toArray(),
                        content);
            }
        }
    }

    private static Map<String, Tensor> read(Path file) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                ForeignMain.Entry entry = ForeignMain.read(in);
                tensors.put(
                        entry.name(),
                        new Tensor(
                                DataType.valueOf(entry.type()),
                                Shape.of(entry.shape()),
                                TensorStorage.of(ByteBuffer.wrap(entry.content()))));
            }
        }
        return tensors;
    }
}
