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
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Arrays made from numbers, where extents are among these. Others are constants by then. */
final class CreationRows {

    private CreationRows() {}

    static void addTo(BiConsumer<String, Operator> table) {
        table.accept("NDManager.zeros(Shape,DataType)", Operator.one((c, to) -> filled(c, 0, to)));
        table.accept("NDManager.ones(Shape,DataType)", Operator.one((c, to) -> filled(c, 1, to)));
        table.accept(
                "NDManager.full(Shape,float,DataType)",
                Operator.one((c, to) -> filled(c, c.number(1), to)));
        table.accept(
                "NDManager.arange(float,float,float,DataType)", Operator.one(CreationRows::range));
        table.accept(
                "NDArrayEx.multiBoxPrior(List,List,List,List,boolean)",
                (c, to) -> {
                    throw c.failure("anchors depend on an open extent");
                });
    }

    private static String filled(Call call, double value, Emitter to) {
        DataType type = call.result().type();
        return to.node(
                "ConstantOfShape",
                List.of(to.extents().vector(call.result().extents(), List.of(), call.place())),
                Map.of(
                        "value",
                        new Attribute.TensorAttribute(
                                Scalars.of(type, value).reshape(Shape.of(1)))));
    }

    private static String range(Call call, Emitter to) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<long[]> perRun = new ArrayList<>();
            for (Object number : call.arguments(i)) {
                float value = (Float) number;
                if (value != Math.rint(value)) {
                    throw call.failure("a range of fractions that depends on an open extent");
                }
                perRun.add(new long[] {(long) value});
            }
            Observed bound = call.observed(perRun).get(0);
            numbers.add(
                    bound.isConstant()
                            ? to.scalar(DataType.INT64, bound.first())
                            : to.node(
                                    "Squeeze",
                                    List.of(
                                            to.extents()
                                                    .vector(
                                                            List.of(bound),
                                                            List.of(),
                                                            call.place()),
                                            to.integers(0))));
        }
        String range = to.node("Range", numbers);
        return to.cast(range, DataType.INT64, call.result().type());
    }
}
