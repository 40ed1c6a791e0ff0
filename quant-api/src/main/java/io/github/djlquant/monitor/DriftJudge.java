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

import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges window after window what was counted, and tells of alarms. One thread judges at a time;
 * the others count on meanwhile.
 */
final class DriftJudge {

    private static final Logger logger = LoggerFactory.getLogger(DriftJudge.class);

    private final DriftBaseline baseline;
    private final double falseAlarms;
    private final long slide;
    private final List<DriftListener> listeners;
    private final Runnable driftBegins;
    private final SlidingWindow window;
    private final AlarmBoard board;

    /** Rows that were counted and belong to no window yet. */
    private final AtomicLong pending = new AtomicLong();

    /** Held by the thread that judges. */
    private final ReentrantLock judging = new ReentrantLock();

    private long windows;
    private WindowReport latest;

    /**
     * Prepares.
     *
     * @param driftBegins called when the first alarm is raised while none was
     */
    DriftJudge(DriftBaseline baseline, DriftMonitor.Builder settings, Runnable driftBegins) {
        this.baseline = baseline;
        this.falseAlarms = settings.falseAlarms();
        this.slide = settings.slide();
        this.listeners = settings.listeners();
        this.driftBegins = driftBegins;
        this.window = new SlidingWindow(settings.window(), slide);
        this.board = new AlarmBoard(settings.raiseAfter(), settings.clearAfter());
    }

    /**
     * Counts a batch, window by window: rows behind the end of one begin the next.
     *
     * @param batch tensors by name, rows first
     */
    void take(Map<String, Tensor> batch, DriftCounter counter) {
        int from = 0;
        int counted;
        int room;
        do {
            long left = slide - pending.get();
            room = (int) Math.min(Integer.MAX_VALUE, left > 0 ? left : slide);
            counted = counter.count(batch, from, room);
            from += counted;
            counted(counted, counter::drain);
        } while (counted == room);
    }

    /**
     * Takes note of rows that were counted, and judges if there are enough and nobody else does.
     *
     * @param counter gives what was counted, and begins anew
     */
    private void counted(long rows, Supplier<DriftCounts> counter) {
        BooleanSupplier enough = () -> pending.get() >= slide;
        pending.addAndGet(rows);
        if (enough.getAsBoolean() && judging.tryLock()) {
            try {
                if (enough.getAsBoolean()) {
                    close(counter.get());
                }
            } finally {
                judging.unlock();
            }
        }
    }

    /** Takes what was counted elsewhere together with what was counted here. */
    void add(DriftCounts elsewhere, Supplier<DriftCounts> counter) {
        // Before anything is taken from the counter, which would be lost.
        elsewhere.requireFit(baseline);
        judging.lock();
        try {
            DriftCounts all = counter.get().merge(elsewhere);
            pending.addAndGet(elsewhere.rows());
            close(all);
        } finally {
            judging.unlock();
        }
    }

    /** Judges once there are enough rows for a window; what is too little waits. */
    private void close(DriftCounts counted) {
        long closed = window.add(counted);
        pending.addAndGet(-closed);
        if (closed > 0) {
            window.last().ifPresent(this::judge);
        }
    }

    private void judge(DriftCounts counted) {
        latest = WindowReport.of(++windows, counted, baseline, falseAlarms);
        board.update(latest, this::tell);
    }

    private void tell(DriftAlarm alarm, boolean raised) {
        if (raised) {
            logger.warn("drift alarm raised: {}", alarm);
            if (board.raised().size() == 1) {
                driftBegins.run();
            }
        } else {
            logger.info("drift alarm cleared: {}", alarm);
        }
        for (DriftListener listener : listeners) {
            try {
                listener.changed(alarm, raised);
            } catch (RuntimeException e) {
                logger.warn("a drift listener failed", e);
            }
        }
    }

    List<DriftAlarm> alarms() {
        return judged(board::raised);
    }

    Optional<WindowReport> latest() {
        return judged(() -> Optional.ofNullable(latest));
    }

    Recommendation recommendation() {
        List<DriftAlarm> alarms = alarms();
        if (!alarms.isEmpty()) {
            return new Recommendation(Recommendation.Action.RECALIBRATE, alarms);
        }
        List<DriftAlarm> early = judged(board::early);
        return early.isEmpty()
                ? new Recommendation(Recommendation.Action.NONE, List.of())
                : new Recommendation(Recommendation.Action.WATCH, early);
    }

    /** Waits for who judges. */
    private <T> T judged(Supplier<T> part) {
        judging.lock();
        try {
            return part.get();
        } finally {
            judging.unlock();
        }
    }
}
