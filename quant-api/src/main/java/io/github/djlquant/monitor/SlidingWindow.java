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
package io.github.djlquant.monitor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Cuts a stream of counts into windows, which overlap where they slide by less than their size. It
 * holds one pane for each slide that a window covers. Not safe for several threads.
 */
final class SlidingWindow {

    private final long size;
    private final long slide;

    /** Rows that are too few for a pane yet; null if there are none. */
    private DriftCounts open;

    private final Deque<DriftCounts> panes = new ArrayDeque<>();

    /**
     * Starts without rows.
     *
     * @param size the least rows of a window
     * @param slide the least rows from the start of a window to that of the next
     */
    SlidingWindow(long size, long slide) {
        this.size = size;
        this.slide = slide;
    }

    /**
     * Takes more rows.
     *
     * @return the rows that left the queue for a pane, 0 if what there is still waits for more
     */
    long add(DriftCounts more) {
        DriftCounts whole = open == null ? more : open.merge(more);
        if (whole.rows() < slide) {
            open = whole;
            return 0;
        }
        open = null;
        panes.addLast(whole);
        long rows = rows();
        while (rows - panes.getFirst().rows() >= size) {
            rows -= panes.removeFirst().rows();
        }
        return whole.rows();
    }

    private long rows() {
        return panes.stream().mapToLong(DriftCounts::rows).sum();
    }

    /** The last window; empty while there are too few rows for one. */
    Optional<DriftCounts> last() {
        return rows() < size ? Optional.empty() : panes.stream().reduce(DriftCounts::merge);
    }
}
