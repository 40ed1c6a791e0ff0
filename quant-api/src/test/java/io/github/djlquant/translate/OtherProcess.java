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
package io.github.djlquant.translate;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that holds a lock of the cache until it is closed. */
final class OtherProcess implements AutoCloseable {

    private final Process process;

    private OtherProcess(Process process) {
        this.process = process;
    }

    static OtherProcess locking(Path cache, String key) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        OtherProcess.class.getName(),
                        cache.toString(),
                        key);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        OtherProcess other = new OtherProcess(builder.start());
        BufferedReader said = other.process.inputReader();
        if (!"locked".equals(said.readLine())) {
            other.close();
            throw new IOException("the other process got no lock");
        }
        return other;
    }

    long id() {
        return process.pid();
    }

    /** Takes the lock, says so, and waits for the end of its input. */
    public static void main(String[] args) throws IOException {
        try (CacheLock lock = CacheLock.take(Path.of(args[0]), args[1])) {
            System.out.println(lock == null ? "nothing" : "locked");
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
