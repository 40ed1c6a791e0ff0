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
package io.github.djlquant.trace.lower;

import io.github.djlquant.Problem;
import io.github.djlquant.trace.TraceException;
import io.github.djlquant.trace.record.RecordedCall;
import io.github.djlquant.trace.record.Recording;
import io.github.djlquant.trace.record.Reference;
import java.util.ArrayList;
import java.util.List;

/** One graph stands for all runs of a Block: they make the same calls on the same values. */
public final class SameCourse {

    private SameCourse() {}

    /**
     * Requires the same calls.
     *
     * @param runs on inputs of different extents
     * @throws TraceException with the path of the first call that only some runs make
     */
    public static void require(List<Recording> runs) {
        Recording first = runs.get(0);
        for (Recording run : runs) {
            int common = Math.min(run.calls().size(), first.calls().size());
            for (int i = 0; i < common; i++) {
                RecordedCall one = first.calls().get(i);
                RecordedCall other = run.calls().get(i);
                if (!one.operation().equals(other.operation())
                        || one.results().size() != other.results().size()
                        || !references(one).equals(references(other))) {
                    throw differs(one, other.path() + ", " + other.operation());
                }
            }
            if (run.calls().size() != first.calls().size()) {
                boolean longer = run.calls().size() > common;
                RecordedCall extra = (longer ? run : first).calls().get(common);
                throw differs(extra, "no such call for other extents");
            }
            if (!run.outputs().equals(first.outputs())) {
                throw new TraceException(
                        Problem.of("the Block returns other outputs for other extents"));
            }
        }
    }

    private static List<Object> references(RecordedCall call) {
        List<Object> references = new ArrayList<>();
        references.add(call.receiver() == null ? "none" : call.receiver());
        for (Object argument : call.arguments()) {
            boolean array =
                    argument instanceof Reference
                            || argument instanceof List<?> list
                                    && !list.isEmpty()
                                    && list.get(0) instanceof Reference;
            references.add(array ? argument : "none");
        }
        return references;
    }

    private static TraceException differs(RecordedCall one, String other) {
        return new TraceException(
                Problem.of("the Block computes otherwise for inputs of other extents")
                        .at(one.path() + ", " + one.operation())
                        .actual(other)
                        .next(
                                "Fix the extents that its course depends on in the inputs' shapes,"
                                        + " and make one graph for each"));
    }
}
