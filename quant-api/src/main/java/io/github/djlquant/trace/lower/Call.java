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

import ai.djl.ndarray.types.Shape;
import io.github.djlquant.Problem;
import io.github.djlquant.trace.TraceException;
import io.github.djlquant.trace.record.RecordedCall;
import io.github.djlquant.trace.record.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** One operation as a row sees it: the same call of every run. */
final class Call {

    private final List<RecordedCall> runs;
    private final Function<Integer, Operand> operands;
    private final List<Operand> results;

    Call(List<RecordedCall> runs, Function<Integer, Operand> operands, List<Operand> results) {
        this.runs = List.copyOf(runs);
        this.operands = operands;
        this.results = List.copyOf(results);
    }

    String path() {
        return first().path();
    }

    String operation() {
        return first().operation();
    }

    private RecordedCall first() {
        return runs.get(0);
    }

    int size() {
        return first().arguments().size();
    }

    /** The array that the operation was called on. */
    Operand self() {
        return operands.apply(first().receiver().id());
    }

    /** An argument that is an array; null if the Block passed none. */
    Operand array(int index) {
        Object argument = argument(index);
        return argument == null ? null : operands.apply(((Reference) argument).id());
    }

    boolean isArray(int index) {
        return argument(index) instanceof Reference;
    }

    List<Operand> arrays(int index) {
        List<Operand> list = new ArrayList<>();
        for (Object reference : (List<?>) argument(index)) {
            list.add(operands.apply(((Reference) reference).id()));
        }
        return list;
    }

    /** Every array that the operation reads, the receiver first. */
    List<Operand> all() {
        List<Operand> all = new ArrayList<>();
        if (first().receiver() != null) {
            all.add(self());
        }
        for (int i = 0; i < size(); i++) {
            if (argument(i) instanceof Reference) {
                all.add(array(i));
            } else if (argument(i) instanceof List<?> list
                    && !list.isEmpty()
                    && list.get(0) instanceof Reference) {
                all.addAll(arrays(i));
            }
        }
        return all;
    }

    Operand result() {
        return results.get(0);
    }

    List<Operand> results() {
        return results;
    }

    Object argument(int index) {
        return first().arguments().get(index);
    }

    /** What each run passed. */
    List<Object> arguments(int index) {
        return runs.stream().map(run -> run.arguments().get(index)).toList();
    }

    /** An argument that has to be the same in every run. */
    Object fixed(int index) {
        Object one = argument(index);
        for (Object other : arguments(index)) {
            if (!Objects.equals(one, other)) {
                throw varies(index);
            }
        }
        return one;
    }

    boolean flag(int index) {
        return (Boolean) fixed(index);
    }

    double number(int index) {
        return ((Number) fixed(index)).doubleValue();
    }

    long integer(int index) {
        return ((Number) fixed(index)).longValue();
    }

    /** Integers that have to be the same in every run. */
    List<Long> integers(int index) {
        List<Long> values = new ArrayList<>();
        for (Observed value : observed(index)) {
            if (!value.isConstant()) {
                throw varies(index);
            }
            values.add(value.first());
        }
        return values;
    }

    /** Integers as each run saw them. */
    List<Observed> observed(int index) {
        return observed(runs.stream().map(run -> integers(run.arguments().get(index))).toList());
    }

    /** Numbers side by side: one list per run. */
    List<Observed> observed(List<long[]> perRun) {
        int length = perRun.get(0).length;
        List<Observed> values = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            long[] seen = new long[perRun.size()];
            for (int run = 0; run < seen.length; run++) {
                if (perRun.get(run).length != length) {
                    throw failure("the number of arguments depends on the inputs' extents");
                }
                seen[run] = perRun.get(run)[i];
            }
            values.add(new Observed(seen));
        }
        return values;
    }

    private static long[] integers(Object argument) {
        if (argument instanceof Shape shape) {
            return shape.getShape();
        }
        if (argument instanceof int[] ints) {
            return Arrays.stream(ints).asLongStream().toArray();
        }
        return argument instanceof Number number
                ? new long[] {number.longValue()}
                : (long[]) argument;
    }

    private TraceException varies(int index) {
        return new TraceException(
                Problem.of(
                                "an argument depends on the inputs' extents, and the operator takes"
                                        + " constants only")
                        .at(place() + ", argument " + index)
                        .actual(arguments(index).stream().map(String::valueOf).toList())
                        .next("Fix the extent that it depends on in the inputs' shapes"));
    }

    /** What a row can't say. */
    TraceException failure(String what) {
        return new TraceException(
                Problem.of(what)
                        .at(place())
                        .next("Rewrite the Block with operations that have a row"));
    }

    String place() {
        return path() + ", " + operation();
    }
}
