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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.pytorch.read.ScriptValue.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Arithmetic on numbers, truth values and strings that are known: it decides conditions. */
final class Folding {

    private Folding() {}

    /** The operator's result, empty if it is none of these or an argument is not known. */
    static Optional<ScriptValue> fold(String op, List<ScriptValue> arguments) {
        List<Object> values = new ArrayList<>(arguments.size());
        for (ScriptValue argument : arguments) {
            if (!(argument instanceof Known known) || known.isNone()) {
                return Optional.empty();
            }
            values.add(known.value());
        }
        Object result =
                switch (values.size()) {
                    case 1 -> unary(op, values.get(0));
                    case 2 -> binary(op, values.get(0), values.get(1));
                    default -> null;
                };
        return Optional.ofNullable(result).map(Folding::known);
    }

    static ScriptValue known(Object value) {
        if (value instanceof Long number) {
            return Known.of(number);
        } else if (value instanceof Double number) {
            return Known.of(number);
        } else if (value instanceof Boolean truth) {
            return Known.of(truth);
        }
        return Known.of((String) value);
    }

    private static Object unary(String op, Object a) {
        if (a instanceof Boolean truth) {
            return switch (op) {
                case "__not__" -> !truth;
                case "Int" -> truth ? 1L : 0L;
                case "Float" -> truth ? 1.0 : 0.0;
                case "Bool" -> truth;
                default -> null;
            };
        } else if (a instanceof Long number) {
            return switch (op) {
                case "neg" -> -number;
                case "Int" -> number;
                case "Float" -> (double) number;
                case "Bool" -> number != 0;
                case "abs" -> Math.abs(number);
                case "ceil", "floor" -> number;
                case "sqrt" -> Math.sqrt(number);
                case "str" -> number.toString();
                default -> null;
            };
        } else if (a instanceof Double number) {
            return switch (op) {
                case "neg" -> -number;
                case "Int" -> (long) (double) number;
                case "Float" -> number;
                case "Bool" -> number != 0;
                case "abs" -> Math.abs(number);
                case "ceil" -> (long) Math.ceil(number);
                case "floor" -> (long) Math.floor(number);
                case "sqrt" -> Math.sqrt(number);
                default -> null;
            };
        }
        return op.equals("len") ? (Object) (long) ((String) a).length() : null;
    }

    private static Object binary(String op, Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return integers(op, x, y);
        } else if (a instanceof Number x && b instanceof Number y) {
            return floats(op, x.doubleValue(), y.doubleValue());
        } else if (a instanceof Boolean x && b instanceof Boolean y) {
            return switch (op) {
                case "__and__" -> x && y;
                case "__or__" -> x || y;
                case "__xor__", "ne", "__isnot__" -> !x.equals(y);
                case "eq", "__is__" -> x.equals(y);
                default -> null;
            };
        } else if (a instanceof String x && b instanceof String y) {
            return switch (op) {
                case "eq" -> x.equals(y);
                case "ne" -> !x.equals(y);
                case "add" -> x + y;
                default -> null;
            };
        }
        return null;
    }

    private static Object integers(String op, long x, long y) {
        return switch (op) {
            case "add" -> x + y;
            case "sub" -> x - y;
            case "mul" -> x * y;
            case "floordiv" -> y == 0 ? null : (Object) Math.floorDiv(x, y);
            case "remainder" -> y == 0 ? null : (Object) Math.floorMod(x, y);
            case "div" -> y == 0 ? null : (Object) ((double) x / y);
            case "min" -> Math.min(x, y);
            case "max" -> Math.max(x, y);
            case "__and__" -> x & y;
            case "__or__" -> x | y;
            case "__xor__" -> x ^ y;
            default -> compare(op, Long.compare(x, y));
        };
    }

    private static Object floats(String op, double x, double y) {
        return switch (op) {
            case "add" -> x + y;
            case "sub" -> x - y;
            case "mul" -> x * y;
            case "div" -> y == 0 ? null : (Object) (x / y);
            case "pow" -> Math.pow(x, y);
            case "min" -> Math.min(x, y);
            case "max" -> Math.max(x, y);
            default ->
                    Double.isNaN(x) || Double.isNaN(y) ? null : compare(op, Double.compare(x, y));
        };
    }

    private static Object compare(String op, int order) {
        return switch (op) {
            case "eq" -> order == 0;
            case "ne" -> order != 0;
            case "lt" -> order < 0;
            case "le" -> order <= 0;
            case "gt" -> order > 0;
            case "ge" -> order >= 0;
            default -> null;
        };
    }
}
