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

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to touch an entry of the cache, against other threads and other processes.
 *
 * <p>All entries share one lock file, and each is one byte of it, far beyond its end: no two wait
 * for each other, so that a thread may take one while it holds another (calibration data can come
 * from a quantized model), and no file is left for each. The file is never deleted: whoever waited
 * for the deleted one would hold another lock than who comes later. Nor is it closed, for POSIX
 * takes all of a process's locks of a file away when it closes that file once, also those of
 * another copy of this class in a class loader of its own.
 */
final class CacheLock implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(CacheLock.class);

    private static final String FILE = "lock";

    private static final long RETRY_MILLIS = 50;

    /** Hexadecimal digits of a key that fit into a positive long. */
    private static final int DIGITS = 15;

    /** File locks belong to the process, so its threads need their own: who has which entry. */
    private static final Map<Path, CacheLock> OWNERS = new HashMap<>();

    /**
     * What a thread has, or the one that started it had then: work on an entry may be spread over
     * threads, and waits for them.
     */
    private static final InheritableThreadLocal<Set<CacheLock>> HELD =
            new InheritableThreadLocal<>() {
                @Override
                protected Set<CacheLock> initialValue() {
                    return Set.of();
                }

                @Override
                protected Set<CacheLock> childValue(Set<CacheLock> parents) {
                    // Threads of a pool outlive the work, and must not keep what is over.
                    Set<CacheLock> weak = Collections.newSetFromMap(new WeakHashMap<>());
                    weak.addAll(parents);
                    return weak;
                }
            };

    /** Of threads that were there before nothing is known, so that waiting is told. */
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Map<Path, LockFile> FILES = new HashMap<>();

    /** An open lock file, and what tells whether another one is in its place now. */
    private record LockFile(FileChannel channel, Object identity) {}

    private final Path entry;
    private final String worker = Thread.currentThread().getName();
    private FileLock process;

    private CacheLock(Path entry) {
        this.entry = entry;
    }

    /**
     * Waits for the right.
     *
     * @param cache the cache's folder, made if need be
     * @param key an entry's name, hexadecimal
     * @return to be closed
     * @throws IOException if the lock can't be made, or the thread is interrupted
     * @throws QuantizationException if this thread, or the one that started it, has it already: it
     *     would wait for itself
     */
    static CacheLock take(Path cache, String key) throws IOException {
        CacheLock made = new CacheLock(entry(cache, key));
        boolean done = false;
        boolean owned = false;
        try {
            made.own();
            owned = true;
            made.process = lock(cache, key);
            while (made.process == null) {
                Thread.sleep(RETRY_MILLIS);
                made.process = lock(cache, key);
            }
            done = true;
            return made;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another one uses the cache");
        } finally {
            if (owned && !done) {
                made.disown();
            }
        }
    }

    /**
     * Takes the right if nobody has it.
     *
     * @return null if somebody has it
     */
    static CacheLock tryTake(Path cache, String key) throws IOException {
        CacheLock made = new CacheLock(entry(cache, key));
        synchronized (OWNERS) {
            if (OWNERS.putIfAbsent(made.entry, made) != null) {
                return null;
            }
        }
        try {
            made.process = lock(cache, key);
            return made.process == null ? null : made;
        } finally {
            if (made.process == null) {
                made.disown();
            }
        }
    }

    private static Path entry(Path cache, String key) {
        return cache.toAbsolutePath().normalize().resolve(key);
    }

    private void own() throws InterruptedException {
        Set<CacheLock> held = HELD.get();
        long told = System.nanoTime();
        synchronized (OWNERS) {
            CacheLock other = OWNERS.putIfAbsent(entry, this);
            while (other != null) {
                if (held.contains(other)) {
                    throw new QuantizationException(
                            Problem.of("a model is loaded while the same one is quantized for it")
                                    .in(entry)
                                    .at(other.worker)
                                    .next("Let its calibration data come from elsewhere"));
                }
                TimeUnit.NANOSECONDS.timedWait(OWNERS, TELL_NANOS);
                CacheLock now = OWNERS.putIfAbsent(entry, this);
                if (now == other && System.nanoTime() - told >= TELL_NANOS) {
                    LOGGER.warn("waits for thread {}, which works on {}", other.worker, entry);
                    told = System.nanoTime();
                }
                other = now;
            }
        }
        Set<CacheLock> more = new HashSet<>(held);
        more.add(this);
        HELD.set(more);
    }

    private void disown() {
        synchronized (OWNERS) {
            OWNERS.remove(entry);
            OWNERS.notifyAll();
        }
        Set<CacheLock> fewer = new HashSet<>(HELD.get());
        fewer.remove(this);
        HELD.set(fewer);
    }

    /** Null if another process, or another copy of this class in this one, has it. */
    private static FileLock lock(Path cache, String key) throws IOException {
        long position = Long.parseLong(key.substring(0, Math.min(DIGITS, key.length())), 16);
        try {
            return channel(cache).tryLock(position, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static FileChannel channel(Path cache) throws IOException {
        Path file = entry(cache, FILE);
        synchronized (FILES) {
            LockFile open = FILES.get(file);
            if (open == null || !open.channel().isOpen() || isAnother(file, open.identity())) {
                Files.createDirectories(file.getParent());
                FileChannel channel =
                        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                open = new LockFile(channel, identity(file));
                FILES.put(file, open);
            }
            return open.channel();
        }
    }

    /** Somebody may have deleted the whole cache. */
    private static boolean isAnother(Path file, Object identity) throws IOException {
        try {
            return !Objects.equals(identity(file), identity);
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    @Override
    public void close() throws IOException {
        try {
            process.release();
        } finally {
            disown();
        }
    }

    @Override
    public String toString() {
        return "lock " + process.isValid();
    }
}
