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
import java.util.List;

/** Variances and norms. */
final class SpreadRows {

    private SpreadRows() {}

    static void add(Rows rows) {
        String arguments = "self dim unbiased/correction keepdim";
        rows.aten("var", arguments, (c, g) -> spread(c, false, g).spread());
        rows.aten("std", arguments, (c, g) -> spread(c, true, g).spread());
        rows.aten("var_mean", arguments, (c, g) -> spread(c, false, g).both());
        rows.aten("std_mean", arguments, (c, g) -> spread(c, true, g).both());
        rows.aten("norm", "self p dim keepdim dtype", SpreadRows::norm);
        rows.aten("linalg_vector_norm", "self ord/p dim keepdim dtype", SpreadRows::norm);
    }

    private record Spread(Item.Array spread, Item.Array mean) {
        Item both() {
            return new Item.Items(List.of(spread, mean));
        }
    }

    /** sum (x - mean)^2 / (n - correction). */
    private static Spread spread(Call call, boolean root, Emitter graph) {
        Item.Array x = call.tensor("self");
        ConvolutionRows.requireFloat(x);
        boolean onlyUnbiased = Literals.truth(call.item("dim")).isPresent();
        List<Long> axes = onlyUnbiased ? List.of() : call.integers("dim");
        double correction = onlyUnbiased ? call.number("dim", 1) : call.number("unbiased", 1);
        boolean keeps = call.truth("keepdim", false);
        Item.Array mean = Reductions.reduce("ReduceMean", x, axes, true, graph);
        Item.Array centred = graph.op("Sub").in(x, mean).to(x.type(), x.shape());
        Item.Array square = graph.op("Mul").in(centred, centred).like(centred);
        Item.Array sum = Reductions.reduce("ReduceSum", square, axes, keeps, graph);
        Item count =
                NumberRows.binary(
                        "sub",
                        Reductions.count(x, axes, graph),
                        new Item.Literal(correction),
                        graph);
        Item.Array divisor = Numbers.scalar(count, x.type(), graph);
        Item.Array result = graph.op("Div").in(sum, divisor).like(sum);
        if (root) {
            result = graph.op("Sqrt").in(result).like(result);
        }
        Item.Array told = Reductions.reduce("ReduceMean", x, axes, keeps, graph);
        return new Spread(result, told);
    }

    private static Item norm(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (call.has("dtype")) {
            x = Numbers.cast(x, call.dataType("dtype"), graph);
        }
        ConvolutionRows.requireFloat(x);
        List<Long> axes = call.integers("dim");
        boolean keeps = call.truth("keepdim", false);
        String name = call.node().op().name().equals("norm") ? "p" : "ord";
        double order = call.number(name, 2);
        if (order == 2) {
            return Reductions.reduce("ReduceL2", x, axes, keeps, graph);
        } else if (order == 1) {
            return Reductions.reduce("ReduceL1", x, axes, keeps, graph);
        }
        Item.Array size = graph.op("Abs").in(x).like(x);
        if (Double.isInfinite(order)) {
            return Reductions.reduce(
                    order > 0 ? "ReduceMax" : "ReduceMin", size, axes, keeps, graph);
        } else if (order == 0) {
            Item.Array some = graph.op("Sign").in(size).to(DataType.FLOAT, x.shape());
            return Reductions.reduce("ReduceSum", some, axes, keeps, graph);
        }
        Item.Array power = graph.op("Pow").in(size, graph.scalar(order, x.type())).like(x);
        Item.Array sum = Reductions.reduce("ReduceSum", power, axes, keeps, graph);
        return graph.op("Pow").in(sum, graph.scalar(1 / order, x.type())).like(sum);
    }
}
