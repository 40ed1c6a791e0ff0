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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.Quantizer;
import io.github.djlquant.pytorch.foreign.ForeignDjl;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.criteria.ResidentMemory;
import io.github.djlquant.testkit.real.MiniLmArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Memory, in processes of their own: in this one, what was freed before would be used again. */
class MemoryIT {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryIT.class);

    @TempDir private Path folder;

    @BeforeEach
    void needsFigures() {
        ResidentMemory.assumeKnown();
    }

    /** Packing makes a second copy of the weights, but of bytes. */
    @Test
    void aLoadedArchiveTakesLessThanTheFloatModel() throws IOException {
        Path source = MiniLmArchive.make(folder.resolve("minilm.pt"));
        Path made =
                Quantizer.builder()
                        .optRecipe(Recipe.dynamicInt8())
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("int8.pt"))
                        .file();
        long floats = ForeignDjl.memoryAfterLoad(source);
        long integers = ForeignDjl.memoryAfterLoad(made);

        LOG.warn("MiniLM after load: {} bytes of floats, {} of integers", floats, integers);
        assertThat(floats).as("the floats are seen").isGreaterThan(Files.size(source) / 2);
        assertThat(integers).isLessThan(floats);
    }

    @Test
    void calibrationTakesAsMuchForFiftyTimesTheSamples() throws Exception {
        long few = peak(100);
        long many = peak(5_000);

        LOG.warn("peak of quantizing: {} bytes with 100 samples, {} with 5,000", few, many);
        // What the allocator leaves between two batches at once varies by some 3 % of the peak.
        assertThat(many - few)
                .as("a quarter of the samples that only one of them saw")
                .isLessThan(4_900 * CalibrationProgram.SAMPLE_BYTES / 4);
    }

    private long peak(int samples) throws IOException, InterruptedException {
        Path out = folder.resolve(samples + ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                // A heap that does not grow leaves what does.
                                "-Xms256m",
                                "-Xmx256m",
                                "-XX:+AlwaysPreTouch",
                                "-XX:+UseSerialGC",
                                "-Dai.djl.pytorch.num_threads=1",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                CalibrationProgram.class.getName(),
                                folder.toString(),
                                Integer.toString(samples)));
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String printed = Files.readString(out);
        return printed.lines()
                .filter(line -> line.startsWith(CalibrationProgram.RESULT))
                .mapToLong(
                        line -> Long.parseLong(line.substring(CalibrationProgram.RESULT.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError(printed));
    }
}
