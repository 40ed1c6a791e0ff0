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

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells by a name whose it is. Numbers of processes are given out again (in a container the same
 * ones at each start), so that a process is told by its number and by when it started.
 *
 * @param process the process's number
 * @param start when it started, in milliseconds since 1970; 0 if unknown
 */
record ProcessMark(long process, long start) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})-.*");

    /** The start of another process shifts a little when the system's clock is set right. */
    private static final long START_TOLERANCE_MILLIS = 2000;

    /** The mark of this process. */
    static ProcessMark current() {
        ProcessHandle current = ProcessHandle.current();
        return new ProcessMark(current.pid(), start(current));
    }

    /** Reads the mark that a name begins with, followed by a hyphen; empty if there is none. */
    static Optional<ProcessMark> of(String name) {
        Matcher matcher = FORM.matcher(name);
        return matcher.matches()
                ? Optional.of(
                        new ProcessMark(
                                Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    boolean isAlive() {
        ProcessHandle handle =
                ProcessHandle.of(process).filter(ProcessHandle::isAlive).orElse(null);
        if (handle == null) {
            return false;
        }
        long known = start(handle);
        if (handle.equals(ProcessHandle.current())) {
            return start == known;
        }
        return start == 0 || known == 0 || Math.abs(start - known) <= START_TOLERANCE_MILLIS;
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    @Override
    public String toString() {
        return process + "-" + start;
    }
}
