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
package io.github.djlquant.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The virtual machine as the command's launcher starts it for its users. */
final class LauncherJvm {

    private final List<String> settings;

    /**
     * Takes a bound on the heap.
     *
     * @param heap as the JVM reads it, {@code 1g}
     */
    LauncherJvm(String heap) {
        settings =
                List.of(
                        "-Xmx" + heap,
                        "-Xms32m",
                        "-Xmn16m",
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr");
    }

    /** Without an archive of classes. */
    List<String> fresh() {
        return with("-Xshare:auto");
    }

    /** With the classes that an earlier run kept. */
    List<String> with(Path classes) {
        return with("-XX:SharedArchiveFile=" + classes);
    }

    private List<String> with(String setting) {
        List<String> all = new ArrayList<>(settings);
        all.add(setting);
        return all;
    }

    /** Runs a process with the settings that it is given. */
    @FunctionalInterface
    interface Run {
        void with(List<String> settings) throws IOException, InterruptedException;
    }

    /**
     * Keeps the classes of a first run, as the launcher does when it is built.
     *
     * @param classes the file, which is replaced
     * @param run does what later runs are going to do
     */
    Path keepClasses(Path classes, Run run) throws IOException, InterruptedException {
        Files.deleteIfExists(classes);
        run.with(with("-XX:ArchiveClassesAtExit=" + classes));
        if (!Files.exists(classes)) {
            throw new IOException("the JVM leaves no " + classes + "; are all classes in jars?");
        }
        return classes;
    }
}
