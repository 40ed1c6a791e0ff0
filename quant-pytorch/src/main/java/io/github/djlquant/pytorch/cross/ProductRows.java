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

import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Matrix products. One with a constant matrix becomes {@code linear}, whose weight is transposed.
 */
final class ProductRows {

    private ProductRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("MatMul", ProductRows::product);
        rows.put("Gemm", ProductRows::general);
        rows.put("Einsum", ProductRows::einsum);
        rows.put("Det", (op, to) -> determinant(op, to));
    }

    private static void product(Operation op, Crossing to) {
        TensorOf a = to.tensor(op, 0);
        TensorOf b = to.tensor(op, 1);
        Optional<Tensor> weight = to.constant(b).filter(w -> w.shape().rank() == 2);
        if (weight.isPresent() && a.rank() != 1 && b.isFloat() && to.constant(a).isEmpty()) {
            to.define(op, linear(to, a, Constants.transposed(weight.get()), b, null));
            return;
        }
        to.define(op, to.emit.tensor("matmul", new Facts(a.type(), shape(a, b)), a, b));
    }

    /** The transposed weight keeps its name where nothing else reads the other form. */
    private static TensorOf linear(
            Crossing to, TensorOf x, Tensor weight, TensorOf source, TensorOf bias) {
        TensorOf matrix = to.emit.constant(stem(source.name()), weight);
        Shape shape = null;
        if (x.shape() != null) {
            long[] sizes = x.shape().toArray();
            sizes[sizes.length - 1] = weight.shape().size(0);
            shape = Facts.shape(sizes);
        }
        return to.emit.tensor("linear", new Facts(x.type(), shape), x, matrix, bias);
    }

    private static String stem(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static Shape shape(TensorOf a, TensorOf b) {
        if (a.rank() < 2 || b.rank() < 2) {
            return a.rank() < 0 || b.rank() < 0
                    ? null
                    : Facts.open(
                            Math.max(
                                    0,
                                    Math.max(a.rank(), b.rank())
                                            - (a.rank() == 1 ? 1 : 0)
                                            - (b.rank() == 1 ? 1 : 0)));
        }
        long[] x = a.shape().toArray();
        long[] y = b.shape().toArray();
        long rows = x[x.length - 2];
        long columns = y[y.length - 1];
        Shape batch = Facts.broadcast(front(x), front(y));
        long[] sizes = new long[batch.rank() + 2];
        System.arraycopy(batch.toArray(), 0, sizes, 0, batch.rank());
        sizes[sizes.length - 2] = rows;
        sizes[sizes.length - 1] = columns;
        return Facts.shape(sizes);
    }

    private static Shape front(long[] sizes) {
        return Facts.shape(java.util.Arrays.copyOf(sizes, sizes.length - 2));
    }

    /** alpha * A' * B' + beta * C. */
    private static void general(Operation op, Crossing to) {
        double alpha = op.number("alpha", 1);
        double beta = op.number("beta", 1);
        boolean flipA = op.truth("transA", false);
        boolean flipB = op.truth("transB", false);
        TensorOf a = to.tensor(op, 0);
        TensorOf b = to.tensor(op, 1);
        TensorOf c = to.optional(op, 2);
        Optional<Tensor> weight = to.constant(b);
        Optional<TensorOf> bias = c == null ? Optional.empty() : bias(to, c, b.size(flipB ? 0 : 1));
        boolean plain = alpha == 1 && (beta == 1 || c == null) && b.isFloat();
        if (plain && !flipA && weight.isPresent() && (c == null || bias.isPresent())) {
            TensorOf none = bias.orElse(null);
            if (flipB) {
                long[] sizes = {a.size(0), b.size(0)};
                to.define(op, to.emit.tensor("linear", Facts.of(a.type(), sizes), a, b, none));
            } else {
                to.define(op, linear(to, a, Constants.transposed(weight.get()), b, none));
            }
            return;
        }
        TensorOf left = flipA ? flip(to, a) : a;
        TensorOf right = flipB ? flip(to, b) : b;
        Facts facts = Facts.of(a.type(), left.size(0), right.size(1));
        if (c == null) {
            TensorOf made = to.emit.tensor("mm", facts, left, right);
            to.define(op, alpha == 1 ? made : to.emit.tensor("mul", facts, made, scalar(a, alpha)));
            return;
        }
        to.define(
                op,
                to.emit.tensor(
                        "addmm",
                        facts,
                        c,
                        left,
                        right,
                        Emitter.named("beta", scalar(a, beta)),
                        Emitter.named("alpha", scalar(a, alpha))));
    }

    private static Object scalar(TensorOf like, double number) {
        return like.type() == null || like.isFloat() ? number : (Object) (long) number;
    }

    /** One number per column. */
    private static Optional<TensorOf> bias(Crossing to, TensorOf c, long columns) {
        Tensor tensor = to.constant(c).orElse(null);
        if (tensor == null || tensor.elementCount() != columns) {
            return Optional.empty();
        }
        int rank = tensor.shape().rank();
        if (rank == 1) {
            return Optional.of(c);
        }
        return rank == 2 && tensor.shape().size(1) == columns
                ? Optional.of(to.emit.constant("bias", tensor.reshape(Shape.of(columns))))
                : Optional.empty();
    }

    private static TensorOf flip(Crossing to, TensorOf matrix) {
        return to.emit.tensor(
                "transpose", Facts.of(matrix.type(), matrix.size(1), matrix.size(0)), matrix, 0, 1);
    }

    private static void einsum(Operation op, Crossing to) {
        String equation = op.text("equation", "").replace(" ", "");
        List<TensorOf> all = new ArrayList<>();
        for (int i = 0; i < op.inputs(); i++) {
            all.add(to.tensor(op, i));
        }
        int arrow = equation.indexOf("->");
        boolean counted = arrow >= 0 && !equation.contains(".");
        Facts facts =
                counted
                        ? Facts.ofRank(all.get(0).type(), equation.length() - arrow - 2)
                        : Facts.of(all.get(0).type());
        to.define(op, to.emit.tensor("einsum", facts, equation, to.emit.list(all)));
    }

    private static void determinant(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        to.define(op, to.emit.tensor("det", Facts.ofRank(x.type(), Math.max(-1, x.rank() - 2)), x));
    }
}
