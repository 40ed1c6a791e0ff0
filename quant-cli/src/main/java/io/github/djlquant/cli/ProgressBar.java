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
package io.github.djlquant.cli;

import ai.djl.util.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Draws one line and redraws it in place. Safe for several threads.
 *
 * <pre>
 * Calibrating  [##########..............................]  25 %  125/500  9 s left
 * </pre>
 */
final class ProgressBar implements Progress {

    private static final int WIDTH = 40;
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintWriter terminal;
    private final LongSupplier nanoTime;
    private String message = "";
    private long max;
    private long done;
    private long started;
    private long drawn;
    private int drawnLength;

    ProgressBar(PrintWriter terminal) {
        this(terminal, System::nanoTime);
    }

    ProgressBar(PrintWriter terminal, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void reset(String newMessage, long newMax, String trailingMessage) {
        clear();
        message = newMessage;
        max = newMax;
        done = 0;
        started = nanoTime.getAsLong();
        draw();
    }

    @Override
    public synchronized void start(long initialProgress) {
        update(initialProgress, null);
    }

    @Override
    public synchronized void end() {
        clear();
        max = 0;
    }

    @Override
    public synchronized void increment(long increment) {
        update(done + increment, null);
    }

    @Override
    public synchronized void update(long progress, String newMessage) {
        done = progress;
        if (newMessage != null) {
            message = newMessage;
        }
        if (nanoTime.getAsLong() - drawn >= REDRAW_NANOS || done == max) {
            draw();
        }
    }

    private void draw() {
        drawn = nanoTime.getAsLong();
        StringBuilder line = new StringBuilder(message);
        if (max > 0) {
            double share = Math.min(1, (double) done / max);
            int filled = (int) (share * WIDTH);
            line.append("  [").append("#".repeat(filled)).append(".".repeat(WIDTH - filled));
            line.append(String.format(Locale.ROOT, "] %3.0f %%  %d/%d", 100 * share, done, max));
            double seconds = (drawn - started) / 1e9;
            if (done > 0 && done < max && seconds > 1) {
                line.append(
                        String.format(Locale.ROOT, "  %.0f s left", seconds * (max - done) / done));
            }
        } else if (done > 0) {
            line.append("  ").append(done);
        }
        int length = line.length();
        terminal.print("\r" + line + " ".repeat(Math.max(0, drawnLength - length)));
        terminal.flush();
        drawnLength = length;
    }

    private void clear() {
        if (drawnLength > 0) {
            terminal.print("\r" + " ".repeat(drawnLength) + "\r");
            terminal.flush();
            drawnLength = 0;
        }
    }
}
