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
package io.github.djlquant.onnx.cross;

import java.util.Optional;

/** Computes with numbers that are known, as Python does. */
final class Known {

    private Known() {}

    static Optional<Object> compute(String op, Item left, Item right) {
        if (left instanceof Item.Literal a && right instanceof Item.Literal b) {
            if (a.value() instanceof String || b.value() instanceof String) {
                return op.equals("eq") || op.equals("ne")
                        ? Optional.of(a.value().equals(b.value()) == op.equals("eq"))
                        : Optional.empty();
            } else if (a.value() instanceof Boolean x && b.value() instanceof Boolean y) {
                return truths(op, x, y);
            } else if (a.value() instanceof Long x && b.value() instanceof Long y) {
                return integers(op, x, y);
            }
            Optional<Double> x = Literals.number(left);
            Optional<Double> y = Literals.number(right);
            return x.isPresent() && y.isPresent() ? floats(op, x.get(), y.get()) : Optional.empty();
        }
        return Optional.empty();
    }

    /** What one known operand decides alone. */
    static Optional<Item> decided(String op, Item left, Item right) {
        for (Item item : new Item[] {left, right}) {
            Optional<Boolean> truth = Literals.truth(item);
            if (truth.isPresent() && op.equals("__and__")) {
                return Optional.of(truth.get() ? item == left ? right : left : item);
            } else if (truth.isPresent() && op.equals("__or__")) {
                return Optional.of(truth.get() ? item : item == left ? right : left);
            }
        }
        return Optional.empty();
    }

    private static Optional<Object> truths(String op, boolean x, boolean y) {
        return switch (op) {
            case "__and__" -> Optional.of(x && y);
            case "__or__" -> Optional.of(x || y);
            case "__xor__", "ne" -> Optional.of(x != y);
            case "eq" -> Optional.of(x == y);
            default -> integers(op, x ? 1 : 0, y ? 1 : 0);
        };
    }

    private static Optional<Object> integers(String op, long x, long y) {
        return switch (op) {
            case "add" -> Optional.of(x + y);
            case "sub" -> Optional.of(x - y);
            case "mul" -> Optional.of(x * y);
            case "floordiv" -> y == 0 ? Optional.empty() : Optional.of(Math.floorDiv(x, y));
            case "remainder" -> y == 0 ? Optional.empty() : Optional.of(Math.floorMod(x, y));
            case "min" -> Optional.of(Math.min(x, y));
            case "max" -> Optional.of(Math.max(x, y));
            case "__and__" -> Optional.of(x & y);
            case "__or__" -> Optional.of(x | y);
            case "__xor__" -> Optional.of(x ^ y);
            case "eq" -> Optional.of(x == y);
            case "ne" -> Optional.of(x != y);
            case "lt" -> Optional.of(x < y);
            case "le" -> Optional.of(x <= y);
            case "gt" -> Optional.of(x > y);
            case "ge" -> Optional.of(x >= y);
            default -> floats(op, x, y);
        };
    }

    private static Optional<Object> floats(String op, double x, double y) {
        return switch (op) {
            case "add" -> Optional.of(x + y);
            case "sub" -> Optional.of(x - y);
            case "mul" -> Optional.of(x * y);
            case "div" -> Optional.of(x / y);
            case "pow" -> Optional.of(Math.pow(x, y));
            case "min" -> Optional.of(Math.min(x, y));
            case "max" -> Optional.of(Math.max(x, y));
            case "eq" -> Optional.of(x == y);
            case "ne" -> Optional.of(x != y);
            case "lt" -> Optional.of(x < y);
            case "le" -> Optional.of(x <= y);
            case "gt" -> Optional.of(x > y);
            case "ge" -> Optional.of(x >= y);
            default -> Optional.empty();
        };
    }
}
