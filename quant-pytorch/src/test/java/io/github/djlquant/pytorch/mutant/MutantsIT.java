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

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.pytorch.archive.ArchiveMutations;
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
 * Whatever an archive holds, quantizing it gives an artifact or a typed error; never another
 * exception, a dead JVM, an output or a leftover. The engine sees the mutants too, and native code
 * may crash, so they run in a JVM of their own that is started again behind the mutant that killed
 * it.
 */
class MutantsIT {

    private static final long SILENT_SECONDS = 120;

    @TempDir Path folder;

    @Test
    void damagedSources() throws Exception {
        Runs runs = run(ArchiveMutations.Kind.SOURCE, 1_000, 60);
        assertThat(runs.refused).as("some are refused").isPositive();
    }

    @Test
    void damagedEntries() throws Exception {
        Runs runs = run(ArchiveMutations.Kind.ENTRY, 2_000, 60);
        assertThat(runs.made).as("some are still models").isPositive();
        assertThat(runs.refused).as("some are refused").isPositive();
    }

    @Test
    @Tag("nightly")
    void thousandsOfMutants() throws Exception {
        run(ArchiveMutations.Kind.FILE, 100_000, 1_000);
        run(ArchiveMutations.Kind.SOURCE, 200_000, 5_000);
        run(ArchiveMutations.Kind.ENTRY, 300_000, 4_000);
    }

    private Runs run(ArchiveMutations.Kind kind, int first, int count) throws Exception {
        Runs runs = new Runs();
        int next = first;
        while (next < first + count) {
            next = runs.add(spawn(kind, next, first + count - next));
        }
        assertThat(runs.wrong).as("mutants that end as they must not").isEmpty();
        assertThat(runs.made + runs.refused).isEqualTo(count);
        return runs;
    }

    /** What a JVM printed before it ended, and how it ended. */
    private record Ended(int first, List<String> lines, String how, boolean well) {}

    private Ended spawn(ArchiveMutations.Kind kind, int first, int count) throws Exception {
        Path work = Files.createTempDirectory(folder, "mutants");
        Path temporary = Files.createDirectories(work.resolve("tmp"));
        Path log = work.resolve("log");
        Path errors = work.resolve("errors");
        Path archive =
                Path.of(MutantsIT.class.getResource("../corpus/residual_cnn_traced.pt").toURI());
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:ErrorFile=" + work.resolve("crash"),
                        "-XX:-CreateCoredumpOnCrash",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        MutantMain.class.getName(),
                        kind.name(),
                        archive.toString(),
                        String.valueOf(first),
                        String.valueOf(count),
                        work.toString());
        Process process =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectOutput(log.toFile())
                        .redirectError(errors.toFile())
                        .start();
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
                    continue;
                }
                if (line.startsWith(MutantMain.MADE)) {
                    made++;
                } else if (line.startsWith(MutantMain.REFUSED)) {
                    refused++;
                } else if (line.startsWith(MutantMain.WRONG)) {
                    wrong.add(line);
                }
                last = "";
            }
            if (!ended.well()) {
                wrong.add("the JVM ended at '" + last + "': " + ended.how());
            }
            return next == ended.first() ? Integer.MAX_VALUE : next;
        }
    }
}
