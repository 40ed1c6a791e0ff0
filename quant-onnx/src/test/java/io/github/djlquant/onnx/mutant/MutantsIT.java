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

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.testkit.RealFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a model file holds, quantizing it gives a legal artifact or a typed error that names a
 * place; never another exception, a dead JVM, an output or a leftover. The engine sees the mutants
 * too, and native code may crash, so they run in a JVM of their own that is started again behind
 * the mutant that killed it.
 */
class MutantsIT {

    private static final String SMALL = "small";
    private static final long SILENT_SECONDS = 120;

    @TempDir Path folder;

    @Test
    void hostileModels() throws Exception {
        Runs runs = run(MutantMain.Kind.HOSTILE, SMALL, 0, HostileModels.all().size());
        assertThat(runs.made).isGreaterThan(20);
        assertThat(runs.refused).isGreaterThan(150);
    }

    @Test
    void damagedSmallModels() throws Exception {
        Runs bytes = run(MutantMain.Kind.BYTES, SMALL, 1_000, 150);
        Runs fields = run(MutantMain.Kind.FIELDS, SMALL, 2_000, 150);
        assertThat(bytes.made + fields.made).as("some are still models").isPositive();
        assertThat(bytes.refused + fields.refused).as("some are refused").isPositive();
    }

    @Test
    void damagedResNet20() throws Exception {
        run(MutantMain.Kind.BYTES, resNet20(), 3_000, 40);
        run(MutantMain.Kind.FIELDS, resNet20(), 4_000, 60);
    }

    @Test
    @Tag("nightly")
    void tenThousandMutants() throws Exception {
        run(MutantMain.Kind.BYTES, SMALL, 100_000, 3_500);
        run(MutantMain.Kind.FIELDS, SMALL, 200_000, 4_500);
        run(MutantMain.Kind.BYTES, resNet20(), 300_000, 1_000);
        run(MutantMain.Kind.FIELDS, resNet20(), 400_000, 1_000);
    }

    private static String resNet20() {
        return RealFiles.find("cifar10/resnet20_cifar10.onnx").toString();
    }

    private Runs run(MutantMain.Kind kind, String model, int first, int count) throws Exception {
        Runs runs = new Runs();
        int next = first;
        while (next < first + count) {
            next = runs.add(spawn(kind, model, next, first + count - next));
        }
        assertThat(runs.wrong).as("mutants that end as they must not").isEmpty();
        assertThat(runs.made + runs.refused).isEqualTo(count);
        return runs;
    }

    /** What a JVM printed before it ended, and how it ended. */
    private record Ended(int first, List<String> lines, String how, boolean well) {}

    private Ended spawn(MutantMain.Kind kind, String model, int first, int count) throws Exception {
        Path work = Files.createTempDirectory(folder, "mutants");
        Path temporary = Files.createDirectories(work.resolve("tmp"));
        Path log = work.resolve("log");
        Path errors = work.resolve("errors");
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:ErrorFile=" + work.resolve("crash"),
                        "-XX:-CreateCoredumpOnCrash",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        classPath(),
                        MutantMain.class.getName(),
                        kind.name(),
                        model,
                        String.valueOf(first),
                        String.valueOf(count),
                        work.toString());
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process process =
                builder.redirectOutput(log.toFile()).redirectError(errors.toFile()).start();
        boolean hangs = !endsWhileItSpeaks(process, log);
        if (hangs) {
            process.destroyForcibly().waitFor();
        }
        boolean well = !hangs && process.exitValue() == 0;
        String how =
                hangs
                        ? "silent for " + SILENT_SECONDS + " s"
                        : "exit code " + process.exitValue() + ", " + tail(errors);
        return new Ended(first, Files.readAllLines(log), how, well);
    }

    private static boolean endsWhileItSpeaks(Process process, Path log) throws Exception {
        long size = -1;
        while (size < Files.size(log)) {
            size = Files.size(log);
            if (process.waitFor(SILENT_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
        }
        return false;
    }

    private static String tail(Path errors) throws Exception {
        String text = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
        return text.substring(Math.max(0, text.length() - 500));
    }

    private static String classPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** The results of a batch, over all the JVMs that it took. */
    private static final class Runs {
        private final List<String> wrong = new ArrayList<>();
        private int made;
        private int refused;

        /** Returns the mutant to go on with. */
        int add(Ended ended) {
            int next = ended.first();
            String last = "";
            for (String line : ended.lines()) {
                if (line.startsWith(MutantMain.START)) {
                    next++;
                    last = line;
                } else if (line.startsWith(MutantMain.MADE)) {
                    made++;
                    last = "";
                } else if (line.startsWith(MutantMain.REFUSED)) {
                    refused++;
                    last = "";
                } else if (line.startsWith(MutantMain.WRONG)) {
                    wrong.add(line);
                    last = "";
                }
            }
            if (!ended.well()) {
                wrong.add("the JVM ended at '" + last + "': " + ended.how());
            }
            boolean nothingDone = next == ended.first();
            return nothingDone ? Integer.MAX_VALUE : next;
        }
    }
}
