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
package io.github.djlquant.pytorch.archive;

/**
 * What reading an archive may put on the heap: inflated entries, contiguous copies of views,
 * pickled values. What is mapped costs nothing. A third of the heap keeps a small file that asks
 * for terabytes from stopping the program, and leaves room for the work that follows.
 */
final class MemoryBudget {

    private final long limit;
    private long left;

    MemoryBudget(long limit) {
        this.limit = limit;
        this.left = limit;
    }

    static MemoryBudget ofThisHeap() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / 3);
    }

    /** Takes bytes for what is named, or refuses. */
    void take(long bytes, String what, Place place) {
        if (bytes > left) {
            throw place.unsupported(
                    what + " does not fit the memory that reading may take, " + limit + " bytes",
                    bytes + " bytes more with " + left + " left",
                    "Run with a larger heap, -Xmx, if the archive is trusted");
        }
        left -= bytes;
    }
}
