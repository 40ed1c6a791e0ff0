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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Functions of one tensor, element by element. */
final class FunctionRows {

    /** Inputs became inputs instead of attributes. */
    private static final long CLIP_INPUTS = 11;

    private FunctionRows() {}

    static void addTo(Map<String, Row> rows) {
        Map.ofEntries(
                        Map.entry("Relu", "relu"),
                        Map.entry("Sigmoid", "sigmoid"),
                        Map.entry("Tanh", "tanh"),
                        Map.entry("Exp", "exp"),
                        Map.entry("Log", "log"),
                        Map.entry("Sqrt", "sqrt"),
                        Map.entry("Abs", "abs"),
                        Map.entry("Ceil", "ceil"),
                        Map.entry("Floor", "floor"),
                        Map.entry("Round", "round"),
                        Map.entry("Sign", "sign"),
                        Map.entry("Reciprocal", "reciprocal"),
                        Map.entry("Erf", "erf"),
                        Map.entry("Sin", "sin"),
                        Map.entry("Cos", "cos"),
                        Map.entry("Tan", "tan"),
                        Map.entry("Asin", "asin"),
                        Map.entry("Acos", "acos"),
                        Map.entry("Atan", "atan"),
                        Map.entry("Sinh", "sinh"),
                        Map.entry("Cosh", "cosh"),
                        Map.entry("Asinh", "asinh"),
                        Map.entry("Acosh", "acosh"),
                        Map.entry("Atanh", "atanh"),
                        Map.entry("HardSwish", "hardswish"),
                        Map.entry("Mish", "mish"),
                        Map.entry("BitwiseNot", "bitwise_not"))
                .forEach((onnx, aten) -> rows.put(onnx, same(aten)));
        rows.put("Neg", FunctionRows::negative);
        rows.put("Not", ofType("logical_not"));
        rows.put("IsNaN", ofType("isnan"));
        rows.put("IsInf", FunctionRows::isInfinite);
        rows.put("Softplus", (op, to) -> one(op, to, "softplus", 1.0, 20.0));
        rows.put("Softsign", FunctionRows::softsign);
        rows.put("LeakyRelu", (op, to) -> one(op, to, "leaky_relu", op.number("alpha", 0.01)));
        rows.put("Elu", (op, to) -> one(op, to, "elu", op.number("alpha", 1)));
        rows.put("Celu", (op, to) -> one(op, to, "celu", op.number("alpha", 1)));
        rows.put("Selu", FunctionRows::selu);
        rows.put(
                "ThresholdedRelu",
                (op, to) -> one(op, to, "threshold", op.number("alpha", 1), 0.0));
        rows.put("HardSigmoid", FunctionRows::hardSigmoid);
        rows.put("Gelu", FunctionRows::gelu);
        rows.put("Swish", FunctionRows::swish);
        rows.put("Shrink", FunctionRows::shrink);
        rows.put("PRelu", FunctionRows::prelu);
        rows.put("Clip", FunctionRows::clip);
        rows.put("Identity", (op, to) -> to.define(op, to.operand(op, 0)));
        rows.put("Dropout", FunctionRows::dropout);
    }

    private static Row same(String aten) {
        return (op, to) -> one(op, to, aten);
    }

    private static Row ofType(String aten) {
        return (op, to) -> {
            TensorOf x = to.tensor(op, 0);
            to.define(op, to.emit.tensor(aten, x.facts().withType(DataType.BOOL), x));
        };
    }

    private static void one(Operation op, Crossing to, String aten, Object... more) {
        TensorOf x = to.tensor(op, 0);
        Object[] arguments = new Object[more.length + 1];
        arguments[0] = x;
        System.arraycopy(more, 0, arguments, 1, more.length);
        to.define(op, to.emit.tensor(aten, x.facts(), arguments));
    }

    private static void negative(Operation op, Crossing to) {
        Optional<Ints> whole = to.whole(op, 0);
        if (whole.isEmpty()) {
            one(op, to, "neg");
            return;
        }
        List<Int> made =
                whole.get().elements().stream()
                        .map(element -> IntMath.of(to).minus(Int.of(0), element))
                        .toList();
        to.define(op, new Ints(made, whole.get().scalar(), whole.get().type()));
    }

    private static void isInfinite(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        boolean negative = op.truth("detect_negative", true);
        boolean positive = op.truth("detect_positive", true);
        Facts facts = x.facts().withType(DataType.BOOL);
        if (negative && positive) {
            to.define(op, to.emit.tensor("isinf", facts, x));
        } else if (negative || positive) {
            to.define(op, to.emit.tensor(negative ? "isneginf" : "isposinf", facts, x));
        } else {
            TensorOf infinite = to.emit.tensor("isinf", facts, x);
            to.define(op, to.emit.tensor("zeros_like", facts, infinite));
        }
    }

    /** x / (1 + |x|). */
    private static void softsign(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        TensorOf size = to.emit.tensor("abs", x.facts(), x);
        TensorOf divisor = to.emit.tensor("add", x.facts(), size, 1);
        to.define(op, to.emit.tensor("div", x.facts(), x, divisor));
    }

    /** elu(x, alpha, scale) = scale * (max(0, x) + min(0, alpha * (exp(x) - 1))). */
    private static void selu(Operation op, Crossing to) {
        double alpha = op.number("alpha", 1.67326319217681884765625);
        double gamma = op.number("gamma", 1.05070102214813232421875);
        one(op, to, "elu", alpha, gamma);
    }

    /** max(0, min(1, alpha * x + beta)). */
    private static void hardSigmoid(Operation op, Crossing to) {
        double alpha = op.number("alpha", 0.2);
        double beta = op.number("beta", 0.5);
        if ((float) alpha == 1f / 6 && beta == 0.5) {
            one(op, to, "hardsigmoid");
            return;
        }
        TensorOf x = to.tensor(op, 0);
        TensorOf scaled = to.emit.tensor("mul", x.facts(), x, alpha);
        TensorOf moved = to.emit.tensor("add", x.facts(), scaled, beta);
        to.define(op, to.emit.tensor("clamp", x.facts(), moved, 0, 1));
    }

    private static void gelu(Operation op, Crossing to) {
        String approximate = op.text("approximate", "none");
        if (!approximate.equals("none") && !approximate.equals("tanh")) {
            throw op.refuse("approximate", "none or tanh", approximate);
        }
        one(op, to, "gelu", Emitter.named("approximate", approximate));
    }

    /** x * sigmoid(alpha * x). */
    private static void swish(Operation op, Crossing to) {
        double alpha = op.number("alpha", 1);
        TensorOf x = to.tensor(op, 0);
        if (alpha == 1) {
            to.define(op, to.emit.tensor("silu", x.facts(), x));
            return;
        }
        TensorOf scaled = to.emit.tensor("mul", x.facts(), x, alpha);
        TensorOf gate = to.emit.tensor("sigmoid", x.facts(), scaled);
        to.define(op, to.emit.tensor("mul", x.facts(), x, gate));
    }

    /** x + bias below -lambd, x - bias above lambd, else 0. */
    private static void shrink(Operation op, Crossing to) {
        double bias = op.number("bias", 0);
        double edge = op.number("lambd", 0.5);
        TensorOf x = to.tensor(op, 0);
        Facts truth = x.facts().withType(DataType.BOOL);
        TensorOf low = to.emit.tensor("lt", truth, x, -edge);
        TensorOf high = to.emit.tensor("gt", truth, x, edge);
        TensorOf zero = to.emit.tensor("zeros_like", x.facts(), x);
        // Integers stay integers, as the source's runtime keeps their type.
        TensorOf raised = cast(to, to.emit.tensor("add", x.facts(), x, bias), x);
        TensorOf lowered = cast(to, to.emit.tensor("sub", x.facts(), x, bias), x);
        TensorOf right = to.emit.tensor("where", x.facts(), high, lowered, zero);
        to.define(op, to.emit.tensor("where", x.facts(), low, raised, right));
    }

    private static TensorOf cast(Crossing to, TensorOf value, TensorOf like) {
        return like.type() == null || like.isFloat()
                ? value
                : to.emit.tensor("to", value.facts(), value, like.type(), false, false);
    }

    /** One slope per channel has an operator; what is broadcast otherwise is written out. */
    private static void prelu(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        TensorOf slope = to.tensor(op, 1);
        Shape shape = slope.shape();
        Optional<Tensor> constant = to.constant(slope);
        if (constant.isPresent() && isPerChannel(shape, x.rank()) && x.isFloat()) {
            Tensor flat = constant.get().reshape(Shape.of(shape.elementCount()));
            to.define(op, to.emit.tensor("prelu", x.facts(), x, to.emit.constant("slope", flat)));
            return;
        }
        TensorOf below = to.emit.tensor("lt", x.facts().withType(DataType.BOOL), x, 0);
        TensorOf scaled = to.emit.tensor("mul", x.facts(), x, slope);
        to.define(op, to.emit.tensor("where", x.facts(), below, scaled, x));
    }

    /** [C, 1, ..] of one axis less than the data, or one number. */
    private static boolean isPerChannel(Shape slope, int rank) {
        if (slope.isStatic() && slope.elementCount() == 1) {
            return slope.rank() <= 1;
        }
        if (rank < 2 || slope.rank() != rank - 1) {
            return false;
        }
        for (int i = 1; i < slope.rank(); i++) {
            if (slope.size(i) != 1) {
                return false;
            }
        }
        return true;
    }

    private static void clip(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        if (op.opset() < CLIP_INPUTS) {
            Object low = op.says("min") ? op.number("min", 0) : null;
            Object high = op.says("max") ? op.number("max", 0) : null;
            to.define(op, clamp(to, x, low, high));
            return;
        }
        Object low = bound(op, to, x, 1);
        Object high = bound(op, to, x, 2);
        boolean tensors = low instanceof TensorOf || high instanceof TensorOf;
        to.define(
                op,
                tensors
                        ? clamp(to, x, to.optional(op, 1), to.optional(op, 2))
                        : clamp(to, x, low, high));
    }

    private static TensorOf clamp(Crossing to, TensorOf x, Object low, Object high) {
        return low == null && high == null ? x : to.emit.tensor("clamp", x.facts(), x, low, high);
    }

    /** A number where it is constant: kernels and ranges are known for those only. */
    private static Object bound(Operation op, Crossing to, TensorOf x, int input) {
        if (!op.has(input)) {
            return null;
        }
        Optional<Double> number = to.number(op, input);
        if (number.isEmpty()) {
            return to.tensor(op, input);
        }
        return x.type() == null || x.isFloat() ? number.get() : (Object) number.get().longValue();
    }

    /** Inference keeps everything. */
    private static void dropout(Operation op, Crossing to) {
        op.ignore("ratio", "seed");
        if (op.has(2) && to.number(op, 2).filter(training -> training == 0).isEmpty()) {
            boolean keeps = op.has(1) && to.number(op, 1).filter(r -> r == 0).isPresent();
            if (!keeps) {
                throw op.refuse("the model drops at random", "training_mode false", "a value");
            }
        }
        TensorOf x = to.tensor(op, 0);
        if (op.makes(1)) {
            Facts truth = x.facts().withType(DataType.BOOL);
            to.define(
                    op,
                    1,
                    to.emit.tensor("ones_like", truth, x, Emitter.named("dtype", DataType.BOOL)));
        }
        to.define(op, 0, x);
    }
}
