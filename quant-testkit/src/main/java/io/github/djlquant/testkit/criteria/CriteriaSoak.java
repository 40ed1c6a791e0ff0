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
package io.github.djlquant.testkit.criteria;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A quantized model under load, see {@link SoakProgram}: neither the process nor the models may
 * grow.
 */
@Tag("nightly")
public abstract class CriteriaSoak {

    /**
     * What allocators keep for themselves; a leak of one small array per call is ten times that.
     */
    private static final long GROWTH = 24L << 20;

    @TempDir private Path folder;
    private final FloatModel kind;

    /**
     * Creates the suite.
     *
     * @param kind the kind of model under test; its class has a constructor without parameters
     */
    protected CriteriaSoak(FloatModel kind) {
        this.kind = kind;
    }

    /**
     * Neither native memory nor what the models' managers hold grows.
     *
     * @throws Exception if something fails
     */
    @Test
    public void nothingGrows() throws Exception {
        ResidentMemory.assumeKnown();
        List<SoakProgram.Sample> samples = run();
        SoakProgram.Sample first = samples.get(0);
        SoakProgram.Sample last = samples.get(samples.size() - 1);
        long growth = last.anonymous() - first.anonymous();
        System.out.printf(
                "%s in %s: growth over %,d predictions %,d bytes of %,d (MiB on the way: %s), %s%n",
                kind.getClass().getSimpleName(),
                kind.backend().getEngineName(),
                last.predictions() - first.predictions(),
                growth,
                first.anonymous(),
                samples.stream().map(sample -> sample.anonymous() >> 20).toList(),
                last.held());

        assertThat(last.predictions() - first.predictions()).isEqualTo(SoakProgram.PREDICTIONS);
        assertThat(samples)
                .as("what the models' managers hold")
                .allSatisfy(sample -> assertThat(sample.held()).isEqualTo(first.held()));
        assertThat(growth).as("growth of RssAnon in bytes").isLessThan(GROWTH);
    }

    private List<SoakProgram.Sample> run() throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // The heap keeps its size, so that what grows is native memory.
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        SoakProgram.class.getName(),
                        kind.getClass().getName(),
                        Files.createDirectories(folder.resolve("work")).toString());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")));
        int code =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start().waitFor();
        String output = Files.readString(said);
        assertThat(code).as(output).isZero();
        return output.lines()
                .filter(SoakProgram.Sample::isIn)
                .map(SoakProgram.Sample::parse)
                .toList();
    }
}
