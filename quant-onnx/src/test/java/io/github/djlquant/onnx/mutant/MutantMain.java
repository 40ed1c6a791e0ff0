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
package io.github.djlquant.onnx.mutant;

import io.github.djlquant.GateException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.read.FieldMutations;
import io.github.djlquant.onnx.read.Mutations;
import io.github.djlquant.testkit.GraphBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The program of {@link MutantRuns}: {@code KIND MODEL FIRST COUNT FOLDER}. Prints a line before
 * and a line after each mutant, so that the last line tells which one killed the JVM.
 */
final class MutantMain {

    static final String START = "start ";
    static final String MADE = "made ";
    static final String REFUSED = "refused ";
    static final String WRONG = "WRONG ";

    private final List<Map.Entry<String, byte[]>> hostile =
            List.copyOf(HostileModels.all().entrySet());
    private final Path source;
    private final Path outputs;
    private final Path output;
    private final List<Map<String, Tensor>> feeds;

    private MutantMain(Path folder, List<Map<String, Tensor>> feeds) throws IOException {
        this.source = Files.createDirectories(folder.resolve("in")).resolve("mutant.onnx");
        this.outputs = Files.createDirectories(folder.resolve("out"));
        this.output = outputs.resolve("int8.onnx");
        this.feeds = feeds;
    }

    public static void main(String[] args) throws IOException {
        Kind kind = Kind.valueOf(args[0]);
        Path original = Path.of(args[1]);
        int first = Integer.parseInt(args[2]);
        int count = Integer.parseInt(args[3]);
        byte[] bytes =
                Files.exists(original)
                        ? Files.readAllBytes(original)
                        : HostileModels.small().toByteArray();
        boolean small = !Files.exists(original);
        MutantMain main =
                new MutantMain(
                        Path.of(args[4]),
                        List.of(
                                small
                                        ? Map.of("x", random(4, 3, 8, 8))
                                        : Map.of("input", random(4, 3, 32, 32))));
        for (int seed = first; seed < first + count; seed++) {
            if (!main.attempt(kind, bytes, seed)) {
                return;
            }
        }
    }

    private static Tensor random(long... sizes) {
        return GraphBuilder.random(new Random(7), sizes);
    }

    /** What is done to a model. */
    enum Kind {
        BYTES,
        FIELDS,
        HOSTILE
    }

    private boolean attempt(Kind kind, byte[] original, int seed) throws IOException {
        String name = kind + " " + seed;
        byte[] mutant;
        switch (kind) {
            case BYTES -> mutant = Mutations.mutate(original, new Random(seed));
            case FIELDS ->
                    mutant =
                            FieldMutations.mutate(ModelProto.parseFrom(original), new Random(seed));
            default -> {
                if (seed >= hostile.size()) {
                    return false;
                }
                mutant = hostile.get(seed).getValue();
                name += " (" + hostile.get(seed).getKey().replace('\0', '0') + ")";
            }
        }
        // A file that is mapped must not change, so every mutant is a new one.
        Files.deleteIfExists(source);
        Files.write(source, mutant);
        say(START + name);
        long start = System.nanoTime();
        say(attempt() + name + " " + (System.nanoTime() - start) / 1000000 + " ms");
        return true;
    }

    private String attempt() throws IOException {
        try {
            Quantizer.builder()
                    .optCalibration(CalibrationData.ofFeeds(feeds))
                    .optLatency(false)
                    .optThreads(1)
                    .build()
                    .quantize(source, output);
            GraphChecker.check(new OnnxBackend().read(output), output.toString());
            Files.delete(output);
            Files.delete(outputs.resolve("int8.onnx.quant.json"));
            return leftovers().isEmpty() ? MADE : WRONG + "leaves " + leftovers() + ": ";
        } catch (QuantizationException e) {
            if (!leftovers().isEmpty()) {
                return WRONG + "leaves " + leftovers() + ": ";
            }
            boolean placed =
                    e.getMessage()
                                    .matches(
                                            "(?s).*(mutant|[Nn]ode|input|value|graph|constant|output) ?.*")
                            || e instanceof GateException;
            return placed ? REFUSED + e + " | " : WRONG + "names no place: " + e + " | ";
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return WRONG + "not a typed error: " + e + " | ";
        }
    }

    /** Files below the outputs, and those of ours in the folder for temporary files. */
    private List<Path> leftovers() throws IOException {
        try (Stream<Path> left = Files.list(outputs);
                Stream<Path> temporary =
                        Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return Stream.concat(
                            left,
                            temporary.filter(
                                    f -> f.getFileName().toString().startsWith("djl-quant-")))
                    .toList();
        }
    }

    private static void say(String line) {
        System.out.println(line.replace('\n', ' '));
        System.out.flush();
    }
}
