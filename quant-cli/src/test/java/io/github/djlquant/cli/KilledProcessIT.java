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
package io.github.djlquant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Kills the command at its work: the final name never holds half a file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledProcessIT {

    private static final int KILLS = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir private Path home;
    @TempDir private Path folder;
    private Path source;
    private Path data;
    private Path output;

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(home);
        source = home.resolve("shapes_cnn.onnx");
        data = home.resolve("rows.npz");
        if (!Files.exists(source)) {
            ShippedModel.in(home);
            RenderedData.write(data, 0, 64);
        }
        output = folder.resolve("int8.onnx");
        deleteOutputs();
    }

    @Test
    void atRandomMomentsTheNameHoldsTheOldFileOrTheNewOne() throws Exception {
        long start = System.nanoTime();
        assertThat(finish(start())).isZero();
        long whole = System.nanoTime() - start;
        byte[] complete = Files.readAllBytes(output);
        Random random = new Random();
        for (int i = 0; i < KILLS; i++) {
            Files.writeString(output, "the old file");
            Process process = start();
            TimeUnit.NANOSECONDS.sleep((long) (whole * (0.3 + 0.75 * random.nextDouble())));
            process.destroyForcibly();
            finish(process);
            // The same input gives the same file, so that the new one is known byte by byte.
            assertThat(Files.readAllBytes(output))
                    .satisfiesAnyOf(
                            bytes -> assertThat(bytes).isEqualTo("the old file".getBytes("UTF-8")),
                            bytes -> assertThat(bytes).isEqualTo(complete));
        }
        assertThat(finish(start())).isZero();
        assertThat(names()).containsExactly("int8.onnx", "int8.onnx.quant.json");
        assertThat(output).hasBinaryContent(complete);
    }

    @Test
    void whatAKilledRunLeavesIsRemovedByTheNext() throws Exception {
        Process process = start();
        awaitTemporaryFile(process);
        process.destroyForcibly();
        finish(process);
        assertThat(names()).isNotEmpty().allMatch(KilledProcessIT::isTemporary);
        assertThat(finish(start())).isZero();
        assertThat(names()).containsExactly("int8.onnx", "int8.onnx.quant.json");
    }

    @Test
    void anInterruptedRunRemovesItsTemporaryFileItself() throws Exception {
        Process process = start();
        awaitTemporaryFile(process);
        // SIGTERM takes the same way as Ctrl-C.
        process.destroy();
        assertThat(finish(process)).isEqualTo(128 + 15);
        assertThat(home.resolve("child.log")).content().contains("djl-quant: cancelled");
        assertThat(names()).isEmpty();
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
        command.add(Main.class.getName());
        command.addAll(List.of("quantize", source.toString(), "-o", output.toString(), "--force"));
        command.addAll(List.of("--calibrate", data.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        builder.redirectOutput(new File(home.toFile(), "child.log"));
        return builder.start();
    }

    private int finish(Process process) throws InterruptedException, IOException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the command ends: %s", Files.readString(home.resolve("child.log")))
                .isTrue();
        return process.exitValue();
    }

    private void awaitTemporaryFile(Process process) throws Exception {
        while (names().stream().noneMatch(KilledProcessIT::isTemporary)) {
            assertThat(process.isAlive())
                    .as("still at work: %s", Files.readString(home.resolve("child.log")))
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static boolean isTemporary(String name) {
        return name.startsWith(".") && name.contains(".tmp");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void deleteOutputs() throws IOException {
        for (String name : names()) {
            Files.delete(folder.resolve(name));
        }
    }
}
