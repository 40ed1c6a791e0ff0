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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {

    @TempDir private Path folder;

    /** Makes a folder with something in it, names it, and waits for the end of its input. */
    public static void main(String[] args) throws IOException {
        TemporaryFolder made =
                args.length == 0 ? TemporaryFolder.create() : ofAnotherContainer(Path.of(args[0]));
        Files.writeString(Files.createDirectory(made.path().resolve("inside")).resolve("x"), "x");
        System.out.println(made.path());
        while (System.in.read() >= 0) {
            continue;
        }
        made.close();
    }

    /** As if its process had a number that is another one's here, or nobody's. */
    private static TemporaryFolder ofAnotherContainer(Path folder) throws IOException {
        String mark = "djl-quant-999999999-1-";
        LifeSign.showUntilExit(folder.resolve(mark + "alive"));
        return new TemporaryFolder(Files.createDirectory(folder.resolve(mark + "x")));
    }

    private Process start(String... arguments) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + folder,
                        TemporaryFolderTest.class.getName());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static Path made(Process process) throws IOException {
        return Path.of(process.inputReader().readLine());
    }

    @Test
    @Timeout(180)
    void whatAKilledProcessLeavesIsRemovedByTheNext() throws Exception {
        Path foreign = Files.createDirectory(folder.resolve("djl-quant-notes"));
        Process killed = start();
        Path left = made(killed);
        Process working = start();
        Path inUse = made(working);
        killed.destroyForcibly().waitFor();
        assertThat(left.resolve("inside/x")).exists();

        Process next = start();
        Path own = made(next);
        assertThat(left).doesNotExist();
        assertThat(inUse.resolve("inside/x")).as("of a process that runs").exists();
        assertThat(foreign).exists();

        for (Process process : new Process[] {working, next}) {
            process.getOutputStream().close();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(own).doesNotExist();
        assertThat(inUse).doesNotExist();
    }

    @Test
    @Timeout(180)
    void whatAProcessOfAnotherContainerUsesStays() throws Exception {
        Process far = start(folder.toString());
        Path inUse = made(far);
        Process next = start();
        assertThat(made(next)).exists();
        assertThat(inUse.resolve("inside/x")).as("of a process that is not seen here").exists();

        far.destroyForcibly().waitFor();
        Process last = start();
        assertThat(made(last)).exists();
        assertThat(inUse).doesNotExist();

        for (Process process : new Process[] {next, last}) {
            process.getOutputStream().close();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(folder).as("all signs of life are gone").isEmptyDirectory();
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        Path kept = Files.writeString(folder.resolve("kept"), "x");
        Path folderOfOurs = Files.createDirectory(folder.resolve("ours"));
        Files.createSymbolicLink(folderOfOurs.resolve("link"), folder);
        new TemporaryFolder(folderOfOurs).close();
        assertThat(folderOfOurs).doesNotExist();
        assertThat(kept).exists();
        new TemporaryFolder(folderOfOurs).close();
    }
}
