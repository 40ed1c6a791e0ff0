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
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The right to touch an entry of the cache, against other threads and other processes.
 *
 * <p>Entries share {@value #STRIPES} lock files that are never deleted: a file that is deleted
 * while somebody waits for it would be locked twice, once by its old and once by its new self, and
 * one file for each entry would stay for ever. Two entries that share one wait for each other.
 */
final class CacheLock implements AutoCloseable {

    private static final int STRIPES = 16;

    private static final long RETRY_MILLIS = 50;

    /** File locks belong to the process, so threads of one process need their own. */
    private static final ReentrantLock[] THREADS =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new);

    private final ReentrantLock thread;
    private final FileChannel channel;
    private final FileLock process;

    private CacheLock(ReentrantLock thread, FileChannel channel, FileLock process) {
        this.thread = thread;
        this.channel = channel;
        this.process = process;
    }

    /**
     * Waits for the right.
     *
     * @param cache the cache's folder, made if need be
     * @param key an entry's name, hexadecimal
     * @return to be closed
     * @throws IOException if the lock can't be made, or the thread is interrupted
     */
    static CacheLock take(Path cache, String key) throws IOException {
        ReentrantLock thread = THREADS[stripe(key)];
        try {
            thread.lockInterruptibly();
            while (true) {
                CacheLock lock = open(cache, key, thread);
                if (lock != null) {
                    return lock;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another one uses the cache");
        } finally {
            release(thread);
        }
    }

    /**
     * Takes the right if nobody has it.
     *
     * @return null if somebody has it
     */
    static CacheLock tryTake(Path cache, String key) throws IOException {
        ReentrantLock thread = THREADS[stripe(key)];
        if (!thread.tryLock()) {
            return null;
        }
        try {
            return open(cache, key, thread);
        } finally {
            release(thread);
        }
    }

    /** Gives back one hold: an opened lock has its own. */
    private static void release(ReentrantLock thread) {
        if (thread.isHeldByCurrentThread()) {
            thread.unlock();
        }
    }

    private static CacheLock open(Path cache, String key, ReentrantLock thread) throws IOException {
        Path folder = Files.createDirectories(cache.resolve("locks"));
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(Integer.toHexString(stripe(key))),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            FileLock process = channel.tryLock();
            if (process == null) {
                return null;
            }
            locked = true;
            thread.lock();
            return new CacheLock(thread, channel, process);
        } catch (OverlappingFileLockException e) {
            // Another copy of this class in this process, in a class loader of its own, has it.
            return null;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static int stripe(String key) {
        return Integer.parseInt(key.substring(0, 1), STRIPES);
    }

    @Override
    public void close() throws IOException {
        try (FileChannel closing = channel) {
            process.release();
        } finally {
            thread.unlock();
        }
    }

    @Override
    public String toString() {
        return "lock " + process.isValid();
    }
}
