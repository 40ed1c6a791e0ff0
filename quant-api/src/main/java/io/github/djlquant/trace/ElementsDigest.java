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
package io.github.djlquant.trace;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells the elements of many arrays from others: of each array its CRC-32 and its CRC-32C. Their
 * polynomials share no factor, so together they are one checksum of 64 bits: a change within 64
 * bits always shows, any other but for one in 2^64. It need not withstand who forges weights, and
 * costs a fresh virtual machine a tenth of a SHA-256, whose loop is fast only once it is compiled;
 * these run in machine code from the first call on.
 *
 * <p>Other processors compute it while the caller does something else; the caller helps when it
 * asks for it.
 *
 * <pre>
 *   caller   begin | follows a trace | helps | text
 *   others         | array, array, array ... |
 * </pre>
 */
public final class ElementsDigest implements AutoCloseable {

    private final List<NDArray> arrays;
    private final long[] sums;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch open;
    private volatile RuntimeException failure;

    private ElementsDigest(List<NDArray> arrays) {
        this.arrays = List.copyOf(arrays);
        sums = new long[arrays.size()];
        open = new CountDownLatch(arrays.size());
    }

    /**
     * Begins.
     *
     * @param arrays they must live until the digest is closed
     */
    static ElementsDigest begin(List<NDArray> arrays) {
        ElementsDigest digest = new ElementsDigest(arrays);
        int others = Math.min(Runtime.getRuntime().availableProcessors(), arrays.size()) - 1;
        for (int i = 0; i < others; i++) {
            CompletableFuture.runAsync(digest::work);
        }
        return digest;
    }

    /** Takes arrays that nobody has taken yet, until there are none. */
    private void work() {
        for (int i = next.getAndIncrement(); i < sums.length; i = next.getAndIncrement()) {
            try {
                sums[i] = elements(arrays.get(i));
            } catch (RuntimeException e) {
                failure = e;
            } finally {
                open.countDown();
            }
        }
    }

    /** The engine's own memory where it can be had. */
    private static long elements(NDArray array) {
        ByteBuffer own = Objects.requireNonNull(array.toByteBuffer(true));
        CRC32 first = new CRC32();
        first.update(own.duplicate());
        CRC32C second = new CRC32C();
        second.update(own.duplicate());
        return first.getValue() << Integer.SIZE | second.getValue();
    }

    /**
     * Waits for the digest.
     *
     * @return lower-case hexadecimal, 16 digits of each array
     */
    public String text() {
        work();
        await();
        if (failure != null) {
            throw failure;
        }
        StringBuilder text = new StringBuilder();
        for (long sum : sums) {
            text.append(HexFormat.of().toHexDigits(sum));
        }
        return text.toString();
    }

    /** Only for what somebody has begun: those who have not begun yet find nothing to do. */
    private void await() {
        boolean interrupted = false;
        while (true) {
            try {
                open.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until nobody reads the arrays any more, which may then go. */
    @Override
    public void close() {
        int taken = next.getAndSet(sums.length);
        for (int i = taken; i < sums.length; i++) {
            open.countDown();
        }
        await();
    }
}
