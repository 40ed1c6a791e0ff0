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

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of our own that must not outlive its purpose. What a killed process leaves behind is
 * recognised by its name, {@code djl-quant-PROCESS-START-UNIQUE}, and removed by the next one that
 * needs a folder.
 *
 * @param path the folder
 */
public record TemporaryFolder(Path path) implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(TemporaryFolder.class);

    private static final String PREFIX = "djl-quant-";

    /** The end of the name of a file that a process holds while it lives. */
    private static final String LIFE_SIGN = "-alive";

    private static final AtomicBoolean LOOKED = new AtomicBoolean();

    /**
     * Creates one in the system's folder of temporary files.
     *
     * @return an empty folder
     * @throws IOException if there is no room
     */
    public static TemporaryFolder create() throws IOException {
        if (LOOKED.compareAndSet(false, true)) {
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            LifeSign.showUntilExit(folder.resolve(PREFIX + ProcessMark.current() + LIFE_SIGN));
            removeLeftovers(folder);
        }
        return new TemporaryFolder(Files.createTempDirectory(PREFIX + ProcessMark.current() + "-"));
    }

    /**
     * Finds what our processes have put into the system's folder of temporary files and not
     * removed, beside the signs that they live.
     *
     * @return folders and files
     * @throws IOException if it can't be read
     */
    public static List<Path> present() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .filter(path -> !path.toString().endsWith(LIFE_SIGN))
                    .toList();
        }
    }

    /** Others use the folder too, and may not let us: what can't be removed is no failure. */
    private static void removeLeftovers(Path folder) {
        try (DirectoryStream<Path> ours = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path path : ours) {
                String rest = path.getFileName().toString().substring(PREFIX.length());
                Optional<ProcessMark> mark = ProcessMark.of(rest);
                if (mark.isPresent()
                        && !mark.get().isAlive()
                        && !LifeSign.isSeen(folder.resolve(PREFIX + mark.get() + LIFE_SIGN))) {
                    remove(path);
                }
            }
        } catch (IOException e) {
            logger.debug("{} is not looked through: {}", folder, e.getMessage());
        }
    }

    private static void remove(Path leftover) {
        try {
            new TemporaryFolder(leftover).close();
            logger.info("removed what a dead process left: {}", leftover);
        } catch (IOException e) {
            logger.debug("{} stays: {}", leftover, e.getMessage());
        }
    }

    /** Deletes the folder with all that is in it; links are not followed. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new Deletion());
    }

    /** Others may be deleting at the same time. */
    private static final class Deletion extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
        }
    }
}
