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
package io.github.djlquant.pytorch.mutant;

import io.github.djlquant.QuantizationException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.pytorch.archive.ArchiveMutations;
import io.github.djlquant.testkit.GraphBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The program of {@link MutantsIT}: {@code KIND ARCHIVE FIRST COUNT FOLDER}. Prints a line before
 * and a line after each mutant, so that the last line tells which one killed the JVM.
 */
final class MutantMain {

    static final String START = "start ";
    static final String MADE = "made ";
    static final String REFUSED = "refused ";
    static final String WRONG = "WRONG ";

    private final Path mutant;
    private final Path outputs;
    private final Path output;
    private final List<Map<String, Tensor>> feeds;

    private MutantMain(Path original, Path folder) throws IOException {
        this.mutant = Files.createDirectories(folder.resolve("in")).resolve("mutant.pt");
        this.outputs = Files.createDirectories(folder.resolve("out"));
        this.output = outputs.resolve("int8.pt");
        Graph graph = new PyTorchBackend().read(original);
        Tensor images = GraphBuilder.random(new Random(7), 4, 3, 12, 12);
        this.feeds = List.of(Map.of(graph.inputs().get(0).name(), images));
    }

    public static void main(String[] args) throws IOException {
        ArchiveMutations.Kind kind = ArchiveMutations.Kind.valueOf(args[0]);
        Path original = Path.of(args[1]);
        int first = Integer.parseInt(args[2]);
        int count = Integer.parseInt(args[3]);
        MutantMain main = new MutantMain(original, Path.of(args[4]));
        for (int seed = first; seed < first + count; seed++) {
            main.attempt(kind, original, seed);
        }
    }

    private void attempt(ArchiveMutations.Kind kind, Path original, int seed) throws IOException {
        String name = kind + " " + seed;
        // A file that is mapped must not change, so every mutant is a new one.
        Files.deleteIfExists(mutant);
        ArchiveMutations.damage(original, mutant, kind, seed);
        say(START + name);
        long start = System.nanoTime();
        say(quantize() + name + " " + (System.nanoTime() - start) / 1000000 + " ms");
    }

    private String quantize() throws IOException {
        try {
            Quantizer.builder()
                    .optCalibration(CalibrationData.ofFeeds(feeds))
                    .optLatency(false)
                    .optThreads(1)
                    .build()
                    .quantize(mutant, output);
            Files.delete(output);
            Files.delete(outputs.resolve("int8.pt.quant.json"));
            return leftovers().isEmpty() ? MADE : WRONG + "leaves " + leftovers() + ": ";
        } catch (QuantizationException e) {
            return leftovers().isEmpty()
                    ? REFUSED + e + " | "
                    : WRONG + "leaves " + leftovers() + ": ";
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
