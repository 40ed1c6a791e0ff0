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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Operations that look along axes: reductions, normalising functions, orders. */
final class ReductionRows {

    private static final Map<String, String> REDUCTIONS =
            Map.of(
                    "sum", "ReduceSum",
                    "mean", "ReduceMean",
                    "max", "ReduceMax",
                    "min", "ReduceMin",
                    "prod", "ReduceProd");

    private ReductionRows() {}

    static void addTo(BiConsumer<String, Operator> table) {
        REDUCTIONS.forEach(
                (operation, op) -> {
                    table.accept(
                            "NDArray." + operation + "()",
                            Operator.one((c, to) -> reduce(op, null, false, c, to)));
                    table.accept(
                            "NDArray." + operation + "(int[],boolean)",
                            Operator.one((c, to) -> reduce(op, c.integers(0), c.flag(1), c, to)));
                });
        table.accept(
                "NDArray.norm(boolean)",
                Operator.one((c, to) -> reduce("ReduceL2", null, c.flag(0), c, to)));
        table.accept("NDArray.norm(int,int[],boolean)", Operator.one(ReductionRows::norm));
        table.accept(
                "NDArray.normalize(double,long,double)", Operator.one(ReductionRows::normalize));
        table.accept("NDArray.softmax(int)", along("Softmax"));
        table.accept("NDArray.logSoftmax(int)", along("LogSoftmax"));
        table.accept("NDArray.cumSum(int)", Operator.one(ReductionRows::cumulate));
        Map.of("argMax", "ArgMax", "argMin", "ArgMin")
                .forEach(
                        (operation, op) -> {
                            table.accept(
                                    "NDArray." + operation + "(int)",
                                    Operator.one(
                                            (c, to) ->
                                                    extreme(
                                                            op,
                                                            c.self().name(),
                                                            c.self().axis(c.integer(0)),
                                                            to)));
                            table.accept(
                                    "NDArray." + operation + "()",
                                    Operator.one(
                                            (c, to) -> extreme(op, flat(c.self(), to), 0, to)));
                        });
        table.accept("NDArray.topK(int,int,boolean,boolean)", ReductionRows::largest);
        table.accept(
                "NDArray.argSort(int,boolean)",
                Operator.one((c, to) -> order(c, c.integer(0), !c.flag(1), to).get(1)));
        table.accept(
                "NDArray.sort(int)",
                Operator.one((c, to) -> order(c, c.integer(0), false, to).get(0)));
        table.accept("NDArray.sort()", Operator.one((c, to) -> order(c, -1, false, to).get(0)));
    }

    static String flat(Operand value, Emitter to) {
        return to.node("Reshape", List.of(value.name(), to.integers(-1)));
    }

    /** Sums take their axes as an input since opset 13, the other reductions from 18 on. */
    private static String reduce(String op, List<Long> axes, boolean keep, Call call, Emitter to) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        List<String> inputs = new ArrayList<>();
        inputs.add(to.cast(call.self(), call.result().type()));
        if (axes != null && !axes.isEmpty()) {
            List<Long> counted = axes.stream().map(a -> (long) call.self().axis(a)).toList();
            if (op.equals("ReduceSum")) {
                inputs.add(to.integers(counted));
            } else {
                attributes.put("axes", Emitter.ints(counted));
            }
        }
        attributes.put("keepdims", Attribute.of(keep ? 1L : 0L));
        return to.node(op, inputs, attributes);
    }

    private static String norm(Call call, Emitter to) {
        long order = call.integer(0);
        if (order != 1 && order != 2) {
            throw call.failure("a norm of an order other than 1 and 2");
        }
        return reduce("ReduceL" + order, call.integers(1), call.flag(2), call, to);
    }

    /** {@code x / max(norm(x), eps)} */
    private static String normalize(Call call, Emitter to) {
        double order = call.number(0);
        if (order != 1 && order != 2) {
            throw call.failure("a norm of an order other than 1 and 2");
        }
        String norm = reduce("ReduceL" + (int) order, List.of(call.integer(1)), true, call, to);
        String bounded =
                to.node("Max", List.of(norm, to.scalar(call.result().type(), call.number(2))));
        return to.node("Div", List.of(call.self().name(), bounded));
    }

    private static Operator along(String op) {
        return Operator.one(
                (c, to) ->
                        to.node(
                                op,
                                List.of(c.self().name()),
                                Emitter.axis(c.self().axis(c.integer(0)))));
    }

    private static String cumulate(Call call, Emitter to) {
        return to.node(
                "CumSum",
                List.of(
                        to.cast(call.self(), call.result().type()),
                        to.scalar(DataType.INT64, call.self().axis(call.integer(0)))));
    }

    private static String extreme(String op, String value, long axis, Emitter to) {
        return to.node(
                op,
                List.of(value),
                Map.of("axis", Attribute.of(axis), "keepdims", Attribute.of(0L)));
    }

    private static List<String> largest(Call call, Emitter to) {
        return top(call, call.observed(0), call.integer(1), call.flag(2), call.flag(3), to);
    }

    /** All elements along an axis in their order, and where they were. */
    private static List<String> order(Call call, long axis, boolean largest, Emitter to) {
        return top(call, List.of(call.self().extent(axis)), axis, largest, true, to);
    }

    private static List<String> top(
            Call call,
            List<Observed> count,
            long axis,
            boolean largest,
            boolean sorted,
            Emitter to) {
        return to.nodes(
                "TopK",
                List.of(call.self().name(), to.extents().vector(count, call.all(), call.place())),
                Map.of(
                        "axis",
                        Attribute.of((long) call.self().axis(axis)),
                        "largest",
                        Attribute.of(largest ? 1L : 0L),
                        "sorted",
                        Attribute.of(sorted ? 1L : 0L)),
                2);
    }
}
