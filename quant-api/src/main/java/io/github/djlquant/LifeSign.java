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
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that a process keeps locked while it lives. Containers may share a folder and see nothing
 * of each other's processes, whose numbers then look like those of dead ones; locks they see.
 */
final class LifeSign {

    private static final Logger LOGGER = LoggerFactory.getLogger(LifeSign.class);

    /** Open as long as the process: POSIX takes its locks away when it closes the file once. */
    private static final Queue<FileChannel> OPEN = new ConcurrentLinkedQueue<>();

    private LifeSign() {}

    /** Locks a file until this process ends. */
    static void show(Path file) {
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            OPEN.add(channel);
            file.toFile().deleteOnExit();
            if (channel.tryLock() == null) {
                LOGGER.debug("{} is locked by another process", file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            LOGGER.debug("{} can't be locked: {}", file, e.getMessage());
        }
    }

    /** Tells whether a living process holds the file; one that nobody holds is removed. */
    static boolean isSeen(Path file) {
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                return true;
            }
            Files.deleteIfExists(file);
            return false;
        } catch (IOException | OverlappingFileLockException e) {
            LOGGER.debug("{} can't be looked at: {}", file, e.getMessage());
            return true;
        }
    }
}
