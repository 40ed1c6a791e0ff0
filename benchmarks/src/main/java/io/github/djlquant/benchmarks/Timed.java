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

/** A file opened in its engine, with what it is to run. */
interface Timed extends AutoCloseable {

    /** Returns the median times of some calls. */
    CallTime medianTime(int calls) throws Exception;

    /** Frees the engine's memory. */
    @Override
    void close() throws Exception;

    /** One call to be timed. */
    @FunctionalInterface
    interface Call {
        /** Runs it. */
        void run() throws Exception;
    }

    /** Times a call again and again. */
    static CallTime medianTime(int calls, Call call) throws Exception {
        double[] wall = new double[calls];
        double[] cpu = new double[calls];
        for (int i = 0; i < calls; i++) {
            long cpuStart = CallTime.cpuNanos();
            long start = System.nanoTime();
            call.run();
            wall[i] = (System.nanoTime() - start) / 1e3;
            cpu[i] = (CallTime.cpuNanos() - cpuStart) / 1e3;
        }
        java.util.Arrays.sort(wall);
        java.util.Arrays.sort(cpu);
        return new CallTime(wall[calls / 2], cpu[calls / 2]);
    }
}
