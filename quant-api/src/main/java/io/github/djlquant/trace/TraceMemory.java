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

import io.github.djlquant.trace.record.RememberedStep;
import java.util.List;

/**
 * What the runs of a trace did, so that a later load need not compute them again to know that they
 * would do the same.
 *
 * @param inputs what the Block was traced with
 * @param runs the steps of each run
 */
public record TraceMemory(List<String> inputs, List<List<RememberedStep>> runs) {

    /** Tells whether a damaged file left something out. */
    boolean isComplete() {
        return inputs != null
                && runs != null
                && runs.size() == TracedInputs.RUNS
                && runs.stream().allMatch(TraceMemory::isComplete);
    }

    private static boolean isComplete(List<RememberedStep> run) {
        return run != null
                && run.stream()
                        .allMatch(
                                step ->
                                        step != null
                                                && step.key() != null
                                                && step.made() != null
                                                && step.made().stream()
                                                        .allMatch(
                                                                made ->
                                                                        made != null
                                                                                && made.type()
                                                                                        != null
                                                                                && made.shape()
                                                                                        != null));
    }
}
