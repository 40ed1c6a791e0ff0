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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CacheLockTest {

    private static final String KEY = "a0";

    @TempDir private Path cache;

    @Test
    void threadsComeOneAfterTheOther() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CompletableFuture<?>[] threads =
                IntStream.range(0, 4)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> work(inside, most)))
                        .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(threads).join();
        assertThat(most).hasValue(1);
    }

    private void work(AtomicInteger inside, AtomicInteger most) {
        for (int i = 0; i < 20; i++) {
            try (CacheLock lock = CacheLock.take(cache, KEY)) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.yield();
                inside.decrementAndGet();
                assertThat(lock).isNotNull();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    @Timeout(180)
    void anotherProcessIsWaitedFor() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Thread waiting = new Thread(() -> work(inside, most));
        try (OtherProcess other = OtherProcess.locking(cache, KEY)) {
            assertThat(CacheLock.tryTake(cache, KEY)).as("process %d", other.id()).isNull();
            waiting.start();
            while (waiting.isAlive() && waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertThat(most).as("works that began").hasValue(0);
        }
        waiting.join();
        assertThat(most).as("works that began").hasValue(1);
    }

    @Test
    void otherEntriesAreFree() throws IOException {
        try (CacheLock lock = CacheLock.take(cache, KEY);
                CacheLock other = CacheLock.tryTake(cache, "b0")) {
            assertThat(lock).isNotNull();
            assertThat(other).isNotNull();
        }
    }

    @Test
    void waitingCanBeInterrupted() throws Exception {
        try (OtherProcess other = OtherProcess.locking(cache, KEY)) {
            assertThat(other.id()).isPositive();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> CacheLock.take(cache, KEY))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Calibration data of one model may come from another one. */
    @Test
    @Timeout(180)
    void aThreadMayTakeSeveralEntries() throws Exception {
        for (int i = 0; i < 256; i++) {
            String inner = String.format("%02x", i);
            if (!inner.equals(KEY)) {
                try (CacheLock outer = CacheLock.take(cache, KEY);
                        CacheLock lock = CacheLock.take(cache, inner)) {
                    assertThat(outer).isNotSameAs(lock);
                }
            }
        }
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files).as("files for all entries").hasSize(1);
        }
    }

    @Test
    @Timeout(180)
    void aThreadDoesNotWaitForItself() throws IOException {
        try (CacheLock lock = CacheLock.take(cache, KEY)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> CacheLock.take(cache, KEY))
                    .isInstanceOf(QuantizationException.class)
                    .hasMessageContaining("the same one is quantized");
            assertThat(CacheLock.tryTake(cache, KEY)).isNull();
            assertThat(OtherProcess.tries(cache, KEY)).as("it is held still").isFalse();
        }
        assertThat(OtherProcess.tries(cache, KEY)).isTrue();
    }

    /** Whoever works on an entry may spread the work, and waits for those threads. */
    @Test
    @Timeout(180)
    void aThreadDoesNotWaitForTheOneThatStartedIt() throws Exception {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Runnable taking =
                () -> {
                    try (CacheLock lock = CacheLock.take(cache, KEY)) {
                        outcome.complete(new AssertionError(lock));
                    } catch (IOException | QuantizationException e) {
                        outcome.complete(e);
                    }
                };
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            try (CacheLock lock = CacheLock.take(cache, KEY)) {
                assertThat(lock).isNotNull();
                pool.execute(taking);
                assertThat(outcome.get())
                        .isInstanceOf(QuantizationException.class)
                        .hasMessageContaining(Thread.currentThread().getName());
            }
            Future<Boolean> later =
                    pool.submit(
                            () -> {
                                try (CacheLock lock = CacheLock.take(cache, KEY)) {
                                    return lock != null;
                                }
                            });
            assertThat(later.get()).as("of no work that it belongs to").isTrue();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    @Timeout(180)
    void waitingForAnotherThreadCanBeInterrupted() throws Exception {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread waiting =
                new Thread(
                        () -> {
                            try (CacheLock never = CacheLock.take(cache, KEY)) {
                                outcome.complete(new AssertionError(never));
                            } catch (IOException e) {
                                outcome.complete(e);
                            }
                        });
        try (CacheLock lock = CacheLock.take(cache, KEY)) {
            assertThat(lock).isNotNull();
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            waiting.interrupt();
            assertThat(outcome.join()).isInstanceOf(InterruptedIOException.class);
        }
        CacheLock.take(cache, KEY).close();
    }

    /** Two applications in one server bring their own copies; POSIX locks are the process's. */
    @Test
    @Timeout(180)
    void anotherCopyOfTheClassTakesNothingAway() throws Exception {
        URL[] classes = {
            CacheLock.class.getProtectionDomain().getCodeSource().getLocation(),
            LoggerFactory.class.getProtectionDomain().getCodeSource().getLocation()
        };
        try (URLClassLoader other =
                        new URLClassLoader(classes, ClassLoader.getPlatformClassLoader());
                CacheLock lock = CacheLock.take(cache, KEY)) {
            Method tryTake =
                    other.loadClass(CacheLock.class.getName())
                            .getDeclaredMethod("tryTake", Path.class, String.class);
            tryTake.setAccessible(true);
            assertThat(tryTake.invoke(null, cache, KEY)).isNull();
            assertThat(OtherProcess.tries(cache, KEY)).as("after a try: %s", lock).isFalse();
        }
        assertThat(OtherProcess.tries(cache, KEY)).isTrue();
    }

    @Test
    void theCacheMayBeDeletedAsAWhole() throws IOException {
        CacheLock.take(cache, KEY).close();
        new TemporaryFolder(cache).close();
        try (CacheLock lock = CacheLock.take(cache, KEY)) {
            assertThat(OtherProcess.tries(cache, KEY)).as("%s", lock).isFalse();
        }
    }

    @Test
    @Timeout(300)
    void manyProcessesComeOneAfterTheOther() throws Exception {
        Path places = Files.createDirectory(cache.resolve("places"));
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(OtherProcess.working(cache, KEY, places));
        }
        for (Process process : processes) {
            assertThat(process.waitFor()).as("met another one").isZero();
        }
        try (Stream<Path> left = Files.list(places)) {
            assertThat(left).isEmpty();
        }
    }
}
