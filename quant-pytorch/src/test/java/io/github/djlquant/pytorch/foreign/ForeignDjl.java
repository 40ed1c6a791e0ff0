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
package io.github.djlquant.pytorch.foreign;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.LoudSkip;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs an archive in another JVM that has DJL and libtorch on its class path, and none of ours. */
public enum ForeignDjl {
    /** This machine's CPU. */
    PLAIN,
    /** This machine's CPU, of which oneDNN is told to use AVX2 only. */
    ONEDNN_AVX2,
    /**
     * An emulated x86-64 CPU with AVX2 but without 8-bit dot products. Skips the test, loudly,
     * where qemu-user is missing or this is no x86-64.
     */
    WITHOUT_VNNI;

    private static final String EMULATOR = "qemu-x86_64";
    private static final long MINUTES = 10;

    /**
     * Runs one batch.
     *
     * @param model the archive
     * @param feeds the arguments in order, floats or longs
     * @return the elements of the first result
     * @throws AssertionError if the other JVM fails; the message holds what it printed
     */
    public float[] run(Path model, List<Tensor> feeds) {
        if (this == WITHOUT_VNNI) {
            requireEmulator();
        }
        try {
            Path folder = Files.createTempDirectory("foreign-djl-");
            Path in = folder.resolve("feeds");
            Path out = folder.resolve("output");
            Path log = folder.resolve("log");
            try {
                write(feeds, in);
                execute(command(ForeignMain.class, model, in, out), log);
                return read(out);
            } finally {
                for (Path file : List.of(in, out, log, folder)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("the other JVM could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /**
     * Loads a model as a user would.
     *
     * @param model the archive
     * @return by how many bytes the process grew, mapped files aside
     */
    public static long memoryAfterLoad(Path model) {
        try {
            Path out = Files.createTempFile("foreign-djl-", ".txt");
            try {
                PLAIN.execute(PLAIN.command(ForeignMemory.class, model, out), out);
                return Files.readAllLines(out).stream()
                        .filter(line -> line.startsWith(ForeignMemory.RESULT))
                        .mapToLong(
                                line ->
                                        Long.parseLong(
                                                line.substring(ForeignMemory.RESULT.length())))
                        .findFirst()
                        .orElseThrow();
            } finally {
                Files.deleteIfExists(out);
            }
        } catch (IOException e) {
            throw new AssertionError("the other JVM could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static void requireEmulator() {
        boolean x86 = List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
        LoudSkip.unless(x86, "this is no x86-64, so there is no CPU without VNNI to emulate");
        boolean found =
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, EMULATOR)));
        LoudSkip.unless(found, EMULATOR + " (Debian: qemu-user) is missing");
    }

    private List<String> command(Class<?> program, Path... arguments) {
        List<String> command = new ArrayList<>();
        if (this == WITHOUT_VNNI) {
            command.addAll(List.of(EMULATOR, "-cpu", "Haswell-noTSX"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (this == WITHOUT_VNNI) {
            command.addAll(List.of("-Xint", "-XX:+UseSerialGC"));
        }
        command.addAll(List.of("-Dai.djl.pytorch.num_threads=1", "-cp", classPath()));
        command.add(program.getName());
        Arrays.stream(arguments).map(Path::toString).forEach(command::add);
        return command;
    }

    /** Everything but this project's code, which lies in the folders of a build; tests are left. */
    private static String classPath() {
        String all =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar") || entry.endsWith("test-classes"))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("quant-"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void execute(List<String> command, Path log) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        if (this == ONEDNN_AVX2) {
            builder.environment().put("ONEDNN_MAX_CPU_ISA", "AVX2");
        }
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        if (!ended || process.exitValue() != 0) {
            String what =
                    ended ? "exit code " + process.exitValue() : "no end after " + MINUTES + " min";
            throw new AssertionError(
                    what + " of " + String.join(" ", command) + "\n" + Files.readString(log));
        }
    }

    private static void write(List<Tensor> tensors, Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeInt(tensors.size());
            for (Tensor tensor : tensors) {
                boolean floats = tensor.dataType() == DataType.FLOAT;
                out.writeBoolean(floats);
                out.writeInt(tensor.shape().rank());
                for (long size : tensor.shape().toArray()) {
                    out.writeLong(size);
                }
                if (floats) {
                    for (float element : tensor.toFloats()) {
                        out.writeFloat(element);
                    }
                } else {
                    for (long element : tensor.toLongs()) {
                        out.writeLong(element);
                    }
                }
            }
        }
    }

    private static float[] read(Path file) throws IOException {
        float[] elements = new float[(int) (Files.size(file) / Float.BYTES)];
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            for (int i = 0; i < elements.length; i++) {
                elements[i] = in.readFloat();
            }
        }
        return elements;
    }
}
