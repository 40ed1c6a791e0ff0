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

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
    @Timeout(60)
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

    @Test
    void aHandfulOfFilesIsEnoughForAllEntries() throws IOException {
        for (int i = 0; i < 256; i++) {
            CacheLock.take(cache, String.format("%02x", i)).close();
        }
        try (Stream<Path> files = Files.list(cache.resolve("locks"))) {
            assertThat(files).hasSize(16);
        }
    }
}
