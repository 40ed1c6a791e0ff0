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
package io.github.djlquant.testkit.mutant;

import io.github.djlquant.QuantizationException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.transform.BrokenTransformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs in the JVM that {@link MutantRuns} starts: quantizes one mutant after the other. Prints
 * a line before and a line after each, so that the last line tells which one killed the JVM. Its
 * {@code main} takes {@code KIND MODEL FIRST COUNT FOLDER}.
 */
public abstract class MutantProgram {

    static final String START = "start ";
    static final String MADE = "made ";
    static final String REFUSED = "refused ";
    static final String WRONG = "WRONG ";

    private final Path source;
    private final Path outputs;
    private final Path output;
    private final Map<String, Tensor> feeds;

    /**
     * Prepares.
     *
     * @param folder where files go
     * @param extension of the models' files
     * @param feeds a batch to calibrate on
     * @throws IOException if the folder can't be written
     */
    protected MutantProgram(Path folder, String extension, Map<String, Tensor> feeds)
            throws IOException {
        this.source = Files.createDirectories(folder.resolve("in")).resolve("mutant" + extension);
        this.outputs = Files.createDirectories(folder.resolve("out"));
        this.output = outputs.resolve("int8" + extension);
        this.feeds = Map.copyOf(feeds);
    }

    /**
     * Writes a mutant.
     *
     * @param seed which one
     * @param file the file to write
     * @return the mutant's name, empty if there are no more
     * @throws IOException if it can't be written
     */
    protected abstract Optional<String> write(int seed, Path file) throws IOException;

    /**
     * Checks an artifact that was made of a mutant.
     *
     * @param artifact the file
     */
    protected void check(Path artifact) {}

    /**
     * Tells whether a refusal says enough.
     *
     * @param refusal what was thrown
     * @return false if it should name a place and does not
     */
    protected boolean namesPlace(QuantizationException refusal) {
        return true;
    }

    /**
     * Quantizes mutants.
     *
     * @param first the first one's seed
     * @param count how many there are at most
     * @throws IOException if files can't be written
     */
    protected final void run(int first, int count) throws IOException {
        for (int seed = first; seed < first + count; seed++) {
            // A file that is mapped must not change, so every mutant is a new one.
            Files.deleteIfExists(source);
            Optional<String> name = write(seed, source);
            if (name.isEmpty()) {
                return;
            }
            say(START + name.get());
            long start = System.nanoTime();
            say(quantize() + name.get() + " " + (System.nanoTime() - start) / 1000000 + " ms");
        }
    }

    private String quantize() throws IOException {
        try {
            Quantizer.builder()
                    .optCalibration(CalibrationData.ofFeeds(List.of(feeds)))
                    .optLatency(false)
                    .optThreads(1)
                    .build()
                    .quantize(source, output);
            check(output);
            Files.delete(output);
            Files.delete(outputs.resolve(output.getFileName() + ".quant.json"));
            return leftovers().isEmpty() ? MADE : WRONG + "leaves " + leftovers() + ": ";
        } catch (BrokenTransformException e) {
            e.printStackTrace();
            return WRONG + "a transform fails: " + e + " | ";
        } catch (QuantizationException e) {
            if (!leftovers().isEmpty()) {
                return WRONG + "leaves " + leftovers() + ": ";
            }
            return namesPlace(e) ? REFUSED + e + " | " : WRONG + "names no place: " + e + " | ";
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return WRONG + "not a typed error: " + e + " | ";
        }
    }

    /** Files below the outputs, and those of ours in the folder for temporary files. */
    private List<Path> leftovers() throws IOException {
        try (Stream<Path> left = Files.list(outputs)) {
            return Stream.concat(left, TemporaryFolder.present().stream()).toList();
        }
    }

    private static void say(String line) {
        System.out.println(line.replace('\n', ' '));
        System.out.flush();
    }
}
