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
 * A file that a process keeps locked while it works on something. Containers may share a folder and
 * see nothing of each other's processes, whose numbers then look like those of dead ones; locks
 * they see. Where locks don't work, the file itself is taken for a sign of life.
 */
final class LifeSign implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LifeSign.class);

    /** Others look at a file for a moment only. */
    private static final int TRIES = 50;

    /** Open as long as the process: POSIX takes its locks away when it closes the file once. */
    private static final Queue<LifeSign> UNTIL_EXIT = new ConcurrentLinkedQueue<>();

    private final Path file;
    private final FileChannel channel;

    private LifeSign(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Locks a file until this process ends. */
    static void showUntilExit(Path file) {
        UNTIL_EXIT.add(show(file));
        file.toFile().deleteOnExit();
    }

    /** Locks a file that nobody else of this process locks; closing removes it. */
    static LifeSign show(Path file) {
        FileChannel channel = null;
        try {
            for (int i = 0; i < TRIES; i++) {
                channel =
                        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                // Between these two steps somebody may have taken the file for one of the dead.
                if (channel.tryLock() != null && Files.exists(file)) {
                    return new LifeSign(file, channel);
                }
                channel.close();
                Thread.onSpinWait();
            }
            LOGGER.debug("{} is locked by another process", file);
        } catch (IOException | OverlappingFileLockException e) {
            LOGGER.debug("{} can't be locked: {}", file, e.getMessage());
        }
        return new LifeSign(file, channel);
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

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOGGER.debug("{} stays: {}", file, e.getMessage());
        }
    }
}
