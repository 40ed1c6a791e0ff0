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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.RangeRule;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Functions of single elements, and softmax. */
final class FunctionRows {

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    private FunctionRows() {}

    /** All rows. */
    static List<OpSpec> rows() {
        List<OpSpec> rows = new ArrayList<>();
        rows.add(clamp("relu", (l) -> interval(Optional.of(0.0), Optional.of(INFINITE))));
        rows.add(clamp("relu6", (l) -> interval(Optional.of(0.0), Optional.of(6.0))));
        rows.add(clamp("hardtanh", l -> interval(l.number("min_val", -1), l.number("max_val", 1))));
        rows.add(
                clamp(
                        "clamp",
                        l -> interval(l.number("min", -INFINITE), l.number("max", INFINITE))));
        rows.add(
                clamp(
                        "clamp_min",
                        l -> interval(l.number("min", -INFINITE), Optional.of(INFINITE))));
        rows.add(
                clamp(
                        "clamp_max",
                        l -> interval(Optional.of(-INFINITE), l.number("max", INFINITE))));
        for (String op : List.of("hardswish", "leaky_relu")) {
            rows.add(
                    AtenOpCatalog.row(op, Role.ACTIVATION, AtenOpCatalog.DATA)
                            .withRanges((g, n) -> RangeRule.TABLE));
        }
        for (String op :
                List.of(
                        "sigmoid",
                        "tanh",
                        "elu",
                        "selu",
                        "celu",
                        "prelu",
                        "gelu",
                        "silu",
                        "mish",
                        "softplus",
                        "softsign",
                        "hardsigmoid",
                        "hardshrink",
                        "softshrink",
                        "log_sigmoid",
                        "threshold",
                        "erf",
                        "exp",
                        "log",
                        "sqrt",
                        "rsqrt",
                        "neg",
                        "abs",
                        "sin",
                        "cos",
                        "floor",
                        "ceil",
                        "round",
                        "reciprocal")) {
            rows.add(AtenOpCatalog.row(op, Role.ACTIVATION, AtenOpCatalog.DATA));
        }
        for (String op : List.of("softmax", "log_softmax", "_softmax", "_log_softmax")) {
            rows.add(AtenOpCatalog.row(op, Role.SOFTMAX, AtenOpCatalog.DATA));
        }
        return rows;
    }

    private static OpSpec clamp(
            String op, Function<LiteralArguments, Optional<OpSpec.Clamp>> interval) {
        return AtenOpCatalog.row(op, Role.ACTIVATION, AtenOpCatalog.DATA)
                .withClamp((g, n) -> interval.apply(LiteralArguments.of(n)));
    }

    private static Optional<OpSpec.Clamp> interval(Optional<Double> min, Optional<Double> max) {
        return min.isPresent() && max.isPresent() && min.get() <= max.get()
                ? Optional.of(new OpSpec.Clamp(min.get(), max.get()))
                : Optional.empty();
    }
}
