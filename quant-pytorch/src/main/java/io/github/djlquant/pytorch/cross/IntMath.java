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
package io.github.djlquant.pytorch.cross;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Arithmetic on integers of shapes: what is known is computed, the rest becomes calls. */
final class IntMath {

    private final Crossing to;

    private IntMath(Crossing to) {
        this.to = to;
    }

    static IntMath of(Crossing to) {
        return new IntMath(to);
    }

    /** Applies an operator to inputs 0 and 1 if both are integers; empty if they are not. */
    Optional<Ints> apply(String operator, Operation op) {
        Ints[] pair = pair(op, 0, 1);
        if (pair == null) {
            return Optional.empty();
        }
        List<Int> made = new ArrayList<>();
        for (int i = 0; i < length(pair); i++) {
            Int a = at(pair[0], i);
            Int b = at(pair[1], i);
            if (!isExact(operator, a, b)) {
                return Optional.empty();
            }
            made.add(apply(operator, a, b));
        }
        return Optional.of(new Ints(made, pair[0].scalar() && pair[1].scalar(), pair[0].type()));
    }

    /** Rounding towards zero and downwards agree on naturals; extremes are known by numbers. */
    private static boolean isExact(String operator, Int a, Int b) {
        return switch (operator) {
            case "floordiv" -> a.natural() && b.natural() && !b.is(0);
            case "max", "min" -> a.isKnown() && b.isKnown();
            default -> true;
        };
    }

    Int apply(String operator, Int a, Int b) {
        if (a.isKnown() && b.isKnown()) {
            return Int.of(compute(operator, a.known(), b.known()));
        }
        boolean both = a.natural() && b.natural();
        return switch (operator) {
            case "add" -> a.is(0) ? b : b.is(0) ? a : to.emit.integer("add", both, a, b);
            case "sub" -> b.is(0) ? a : to.emit.integer("sub", false, a, b);
            case "mul" -> a.is(1) ? b : b.is(1) ? a : to.emit.integer("mul", both, a, b);
            case "floordiv" -> b.is(1) ? a : to.emit.integer("floordiv", both, a, b);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static long compute(String operator, long a, long b) {
        return switch (operator) {
            case "add" -> a + b;
            case "sub" -> a - b;
            case "mul" -> a * b;
            case "floordiv" -> Math.floorDiv(a, b);
            case "max" -> Math.max(a, b);
            case "min" -> Math.min(a, b);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    Int plus(Int a, Int b) {
        return apply("add", a, b);
    }

    Int minus(Int a, Int b) {
        return apply("sub", a, b);
    }

    Int times(Int a, Int b) {
        return apply("mul", a, b);
    }

    /** The quotient of naturals, rounded up. */
    Int divideUp(Int a, long b) {
        return apply("floordiv", plus(a, Int.of(b - 1)), Int.of(b));
    }

    Int product(List<Int> factors) {
        Int product = Int.of(1);
        for (Int factor : factors) {
            product = times(product, factor);
        }
        return product;
    }

    /** 1 where inputs 0 and 1 are equal, if that is known of each element. */
    Optional<Ints> equal(Operation op) {
        Ints[] pair = pair(op, 0, 1);
        if (pair == null) {
            return Optional.empty();
        }
        List<Int> made = new ArrayList<>();
        for (int i = 0; i < length(pair); i++) {
            Int a = at(pair[0], i);
            Int b = at(pair[1], i);
            if (a.isKnown() && b.isKnown()) {
                made.add(Int.of(a.known() == b.known() ? 1 : 0));
            } else if (isNegative(a) && b.natural() || isNegative(b) && a.natural()) {
                made.add(Int.of(0));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new Ints(made, pair[0].scalar() && pair[1].scalar(), pair[0].type()));
    }

    private static boolean isNegative(Int number) {
        return number.isKnown() && number.known() < 0;
    }

    /** Inputs 1 and 2 chosen by a constant input 0, if they are integers. */
    Optional<Ints> choose(Operation op) {
        Ints[] pair = pair(op, 1, 2);
        Optional<Tensor> condition =
                to.constant(op, 0).filter(c -> c.shape().rank() <= 1 && c.elementCount() <= 64);
        if (pair == null || condition.isEmpty()) {
            return Optional.empty();
        }
        int[] truths = condition.get().toInts();
        int length = length(pair);
        if (truths.length != length && truths.length != 1 && length != 1) {
            return Optional.empty();
        }
        List<Int> made = new ArrayList<>();
        for (int i = 0; i < Math.max(length, truths.length); i++) {
            boolean first = truths[truths.length == 1 ? 0 : i] != 0;
            made.add(at(pair[first ? 0 : 1], i));
        }
        boolean scalar =
                pair[0].scalar() && pair[1].scalar() && condition.get().shape().rank() == 0;
        return Optional.of(new Ints(made, scalar, pair[0].type()));
    }

    /** Two operands of which at least one was never a tensor, broadcast to one length. */
    private Ints[] pair(Operation op, int first, int second) {
        Optional<Ints> a = to.whole(op, first);
        Optional<Ints> b = to.whole(op, second);
        if (a.isEmpty() || b.isEmpty()) {
            return null;
        }
        int m = a.get().elements().size();
        int n = b.get().elements().size();
        return m == n || m == 1 || n == 1 ? new Ints[] {a.get(), b.get()} : null;
    }

    private static int length(Ints[] pair) {
        int m = pair[0].elements().size();
        int n = pair[1].elements().size();
        return m == 1 ? n : m;
    }

    private static Int at(Ints ints, int index) {
        return ints.elements().get(ints.elements().size() == 1 ? 0 : index);
    }
}
