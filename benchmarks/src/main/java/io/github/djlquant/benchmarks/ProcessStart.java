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
package io.github.djlquant.benchmarks;

import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a process that quantizes once, which is told apart from its work: for the peer, its
 * imports. A program's first logger asks every jar of the class path for its provider; that opens
 * the jars, which takes a few hundredths of a second and comes once, whatever the program does.
 */
final class ProcessStart {

    private static final Logger LOGGER = LoggerFactory.getLogger(ProcessStart.class);

    private ProcessStart() {}

    /** Ends the start; returns the seconds since the virtual machine began. */
    static double end() {
        long begin = ManagementFactory.getRuntimeMXBean().getStartTime();
        double seconds = (System.currentTimeMillis() - begin) / 1e3;
        LOGGER.debug("started in {} s", seconds);
        return seconds;
    }
}
