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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Matrix products. */
final class ProductRows {

    private ProductRows() {}

    static void add(Rows rows) {
        rows.aten("linear", "input weight bias", ProductRows::linear);
        rows.aten(
                "addmm",
                "self mat1 mat2 beta alpha",
                (c, g) -> {
                    Item.Array a = g.withRank(c.tensor("mat1"), 2);
                    Item.Array b = g.withRank(c.tensor("mat2"), 2);
                    ConvolutionRows.requireFloat(a);
                    return g.op("Gemm")
                            .in(a, b, c.tensor("self"))
                            .attr("alpha", c.number("alpha", 1))
                            .attr("beta", c.number("beta", 1))
                            .to(a.type(), shape(a.shape(), b.shape()));
                });
        rows.aten(
                "matmul bmm mm mv dot",
                "self other/mat2/vec/tensor",
                (c, g) -> product(c.tensor("self"), c.tensor("other"), g));
        rows.aten(
                "baddbmm",
                "self batch1 batch2 beta alpha",
                (c, g) -> {
                    Item.Array product = product(c.tensor("batch1"), c.tensor("batch2"), g);
                    Item.Array scaled = scaled(product, c.number("alpha", 1), g);
                    double beta = c.number("beta", 1);
                    // With 0 libtorch does not look at it, so that NaN in it does no harm.
                    return beta == 0 ? scaled : sum(scaled(c.tensor("self"), beta, g), scaled, g);
                });
        rows.aten("einsum", "equation tensors path", ProductRows::einsum);
        rows.aten("tensordot", "self other dims_self dims_other", ProductRows::tensordot);
    }

    private static Item linear(Call call, Emitter graph) {
        Item.Array input = call.tensor("input");
        Item.Array weight = call.tensor("weight");
        Item.Array bias = call.has("bias") ? call.tensor("bias") : null;
        ConvolutionRows.requireFloat(input);
        return linear(input, weight, bias, graph);
    }

    static Item.Array linear(Item.Array input, Item.Array weight, Item.Array bias, Emitter graph) {
        if (Call.rank(weight) != 2) {
            throw new RefusedException("its weight is no matrix");
        }
        long rows = weight.shape().size(0);
        Shape shape = null;
        if (input.shape() != null && input.rank() > 0) {
            shape = Shapes.with(input.shape(), input.rank() - 1, rows);
        }
        if (input.hasRank(2)) {
            return graph.op("Gemm")
                    .in(input, weight, bias)
                    .attr("transB", 1)
                    .to(input.type(), shape);
        }
        Item.Array product =
                graph.op("MatMul").in(input, transposed(weight, graph)).to(input.type(), shape);
        return bias == null ? product : graph.op("Add").in(product, bias).like(product);
    }

    /** Turns a weight around; a constant one at once, since only constants become integer. */
    static Item.Array transposed(Item.Array weight, Emitter graph) {
        return graph.once(
                "transposed " + weight.value(),
                () ->
                        graph.constant(weight)
                                .map(t -> graph.constant(transposed(t), weight.value() + "/turned"))
                                .orElseGet(() -> Axes.transpose(weight, List.of(1L, 0L), graph)));
    }

    private static Tensor transposed(Tensor tensor) {
        int rows = Math.toIntExact(tensor.shape().size(0));
        int columns = Math.toIntExact(tensor.shape().size(1));
        int width = tensor.dataType().bits() / 8;
        ByteBuffer from = tensor.bytes().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to =
                ByteBuffer.allocate(Math.multiplyExact(Math.multiplyExact(rows, columns), width))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                int at = (row * columns + column) * width;
                switch (width) {
                    case 4 -> to.putInt(from.getInt(at));
                    case 8 -> to.putLong(from.getLong(at));
                    case 2 -> to.putShort(from.getShort(at));
                    default -> to.put(from.get(at));
                }
            }
        }
        return new Tensor(tensor.dataType(), Shape.of(columns, rows), TensorStorage.of(to.flip()));
    }

    static Item.Array product(Item.Array a, Item.Array b, Emitter graph) {
        if (a.type() != b.type()) {
            throw new RefusedException("it multiplies " + a.type() + " and " + b.type());
        }
        return graph.op("MatMul").in(a, b).to(a.type(), shape(a.shape(), b.shape()));
    }

    private static Shape shape(Shape a, Shape b) {
        if (a == null || b == null || a.rank() == 0 || b.rank() == 0) {
            return null;
        }
        Shape left = a.rank() == 1 ? Shapes.inserted(a, 0, 1) : a;
        Shape right = b.rank() == 1 ? Shapes.inserted(b, 1, 1) : b;
        Shape batch =
                Shapes.broadcast(
                        Shapes.sub(left, 0, left.rank() - 2),
                        Shapes.sub(right, 0, right.rank() - 2));
        List<Dimension> dimensions = new ArrayList<>(batch.dimensions());
        if (a.rank() > 1) {
            dimensions.add(left.dimensions().get(left.rank() - 2));
        }
        if (b.rank() > 1) {
            dimensions.add(right.dimensions().get(right.rank() - 1));
        }
        return new Shape(dimensions);
    }

    static Item.Array scaled(Item.Array array, double factor, Emitter graph) {
        return factor == 1
                ? array
                : graph.op("Mul").in(array, graph.scalar(factor, array.type())).like(array);
    }

    static Item.Array sum(Item.Array a, Item.Array b, Emitter graph) {
        return graph.op("Add").in(a, b).to(a.type(), Shapes.broadcast(a.shape(), b.shape()));
    }

    private static Item einsum(Call call, Emitter graph) {
        String equation = call.text("equation", "").replace(" ", "");
        if (equation.isEmpty() || equation.contains(".")) {
            throw new RefusedException("its equation " + equation + " has no counterpart");
        }
        return einsum(equation, call.tensors("tensors"), graph);
    }

    private static Item einsum(String equation, List<Item.Array> operands, Emitter graph) {
        int arrow = equation.indexOf("->");
        Shape shape = null;
        if (arrow >= 0) {
            String[] terms = equation.substring(0, arrow).split(",");
            List<Dimension> dimensions = new ArrayList<>();
            for (char letter : equation.substring(arrow + 2).toCharArray()) {
                dimensions.add(extent(letter, terms, operands));
            }
            shape = new Shape(dimensions);
        }
        for (Item.Array operand : operands) {
            if (operand.type() != operands.get(0).type() || operand.type() == DataType.BOOL) {
                throw new RefusedException("its operands are of different types");
            }
        }
        return graph.op("Einsum")
                .in(operands)
                .attr("equation", equation)
                .to(operands.get(0).type(), shape);
    }

    private static Dimension extent(char letter, String[] terms, List<Item.Array> operands) {
        for (int i = 0; i < terms.length && i < operands.size(); i++) {
            int axis = terms[i].indexOf(letter);
            if (axis >= 0 && operands.get(i).hasRank(terms[i].length())) {
                return operands.get(i).shape().dimensions().get(axis);
            }
        }
        return Dimension.UNKNOWN;
    }

    private static Item tensordot(Call call, Emitter graph) {
        Item.Array a = call.tensor("self");
        Item.Array b = call.tensor("other");
        List<Long> summedA = call.integers("dims_self");
        List<Long> summedB = call.integers("dims_other");
        int rankA = Call.rank(a);
        int rankB = Call.rank(b);
        char[] left = new char[rankA];
        char[] right = new char[rankB];
        char next = 'a';
        for (int axis = 0; axis < rankA; axis++) {
            left[axis] = next++;
        }
        for (int axis = 0; axis < rankB; axis++) {
            right[axis] = next++;
        }
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < summedA.size(); i++) {
            right[Shapes.axis(summedB.get(i), rankB)] = left[Shapes.axis(summedA.get(i), rankA)];
        }
        String both = new String(left) + new String(right);
        for (char letter : both.toCharArray()) {
            if (both.indexOf(letter) == both.lastIndexOf(letter)) {
                result.append(letter);
            }
        }
        String equation = new String(left) + "," + new String(right) + "->" + result;
        return einsum(equation, List.of(a, b), graph);
    }
}
