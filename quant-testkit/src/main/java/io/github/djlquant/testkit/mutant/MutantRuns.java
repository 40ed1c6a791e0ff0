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

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The results of a batch of mutants, over all the JVMs that it took: one is started again behind
 * the mutant that killed it.
 */
public final class MutantRuns {

    private static final long SILENT_SECONDS = 120;

    private final List<String> wrong = new ArrayList<>();
    private int made;
    private int refused;

    private MutantRuns() {}

    /** What a JVM printed before it ended, and how it ended. */
    private record Ended(int first, List<String> lines, String how, boolean well) {}

    /**
     * Runs mutants, and requires that each gives an artifact or a typed error.
     *
     * @param program a {@link MutantProgram} with a main method
     * @param folder where files go
     * @param kind what is done to the model
     * @param model the model
     * @param first the first mutant's seed
     * @param count how many there are
     * @return how they ended
     * @throws IOException if files can't be written
     * @throws InterruptedException if the thread is interrupted
     */
    public static MutantRuns of(
            Class<? extends MutantProgram> program,
            Path folder,
            Enum<?> kind,
            String model,
            int first,
            int count)
            throws IOException, InterruptedException {
        MutantRuns runs = new MutantRuns();
        int next = first;
        while (next < first + count) {
            Path work = Files.createTempDirectory(folder, "mutants");
            List<String> arguments =
                    List.of(
                            program.getName(),
                            kind.name(),
                            model,
                            String.valueOf(next),
                            String.valueOf(first + count - next),
                            work.toString());
            next = runs.add(spawn(work, next, arguments));
        }
        assertThat(runs.wrong).as("mutants that end as they must not").isEmpty();
        assertThat(runs.made + runs.refused).isEqualTo(count);
        return runs;
    }

    /**
     * Returns how many became artifacts.
     *
     * @return the number
     */
    public int made() {
        return made;
    }

    /**
     * Returns how many were refused.
     *
     * @return the number
     */
    public int refused() {
        return refused;
    }

    private static Ended spawn(Path work, int first, List<String> arguments)
            throws IOException, InterruptedException {
        Path temporary = Files.createDirectories(work.resolve("tmp"));
        Path log = work.resolve("log");
        Path errors = work.resolve("errors");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-Djava.io.tmpdir=" + temporary,
                                "-XX:ErrorFile=" + work.resolve("crash"),
                                "-XX:-CreateCoredumpOnCrash",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path"))));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
        // A long class path: see README.
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

    private static boolean endsWhileItSpeaks(Process process, Path log)
            throws IOException, InterruptedException {
        long size = -1;
        while (size < Files.size(log)) {
            size = Files.size(log);
            if (process.waitFor(SILENT_SECONDS, TimeUnit.SECONDS)) {
                return true;
            }
        }
        return false;
    }

    private static String tail(Path errors) throws IOException {
        String text = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
        return text.substring(Math.max(0, text.length() - 500));
    }

    /** Returns the mutant to go on with. */
    private int add(Ended ended) {
        int next = ended.first();
        String last = "";
        for (String line : ended.lines()) {
            if (line.startsWith(MutantProgram.START)) {
                next++;
                last = line;
            } else if (line.startsWith(MutantProgram.MADE)) {
                made++;
                last = "";
            } else if (line.startsWith(MutantProgram.REFUSED)) {
                refused++;
                last = "";
            } else if (line.startsWith(MutantProgram.WRONG)) {
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
