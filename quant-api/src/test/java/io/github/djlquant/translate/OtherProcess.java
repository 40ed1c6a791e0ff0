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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that holds a lock of the cache until it is closed. */
final class OtherProcess implements AutoCloseable {

    private final Process process;

    private OtherProcess(Process process) {
        this.process = process;
    }

    static OtherProcess locking(Path cache, String key) throws IOException {
        OtherProcess other = new OtherProcess(start("hold", cache.toString(), key));
        String said = other.process.inputReader().readLine();
        if (!"locked".equals(said)) {
            other.close();
            throw new IOException("the other process got no lock");
        }
        return other;
    }

    /** Tells whether another process gets the lock at once. */
    static boolean tries(Path cache, String key) throws IOException {
        try (OtherProcess other = new OtherProcess(start("try", cache.toString(), key))) {
            return "locked".equals(other.process.inputReader().readLine());
        }
    }

    /**
     * Starts a process that takes the lock some hundred times and then makes and deletes the same
     * file, which fails if another one does so at the same time.
     */
    static Process working(Path cache, String key, Path places) throws IOException {
        return start("work", cache.toString(), key, places.toString());
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                OtherProcess.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return builder.start();
    }

    long id() {
        return process.pid();
    }

    /** Does what its first argument says. */
    public static void main(String[] args) throws IOException {
        Path cache = Path.of(args[1]);
        switch (args[0]) {
            case "try" -> {
                try (CacheLock lock = CacheLock.tryTake(cache, args[2])) {
                    System.out.println(lock == null ? "nothing" : "locked");
                }
            }
            case "work" -> {
                Path place = Path.of(args[3], "mine");
                for (int i = 0; i < 200; i++) {
                    try (CacheLock lock = CacheLock.take(cache, args[2])) {
                        Files.writeString(place, lock.toString(), StandardOpenOption.CREATE_NEW);
                        Files.delete(place);
                    }
                }
            }
            default -> {
                try (CacheLock lock = CacheLock.take(cache, args[2])) {
                    System.out.println(lock == null ? "nothing" : "locked");
                    while (System.in.read() >= 0) {
                        continue;
                    }
                }
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
