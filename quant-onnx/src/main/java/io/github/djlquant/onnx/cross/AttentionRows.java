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
import java.util.Optional;

/** Attention in one operator, as the steps that it stands for. */
final class AttentionRows {

    private AttentionRows() {}

    static void add(Rows rows) {
        rows.aten(
                "scaled_dot_product_attention",
                "query key value attn_mask dropout_p is_causal scale enable_gqa",
                AttentionRows::attention);
    }

    private static Item attention(Call call, Emitter graph) {
        if (call.number("dropout_p", 0) != 0) {
            throw new RefusedException("it drops at random, as in training");
        } else if (call.truth("enable_gqa", false)) {
            throw new RefusedException("its heads share keys");
        }
        Item.Array query = call.tensor("query");
        Item.Array key = call.tensor("key");
        ConvolutionRows.requireFloat(query);
        Item.Array turned = Axes.swap(key, -2, -1, graph);
        Item.Array product = ProductRows.product(query, turned, graph);
        Item.Array scores = graph.op("Mul").in(product, scale(call, query, graph)).like(product);
        Item.Array mask = null;
        if (call.truth("is_causal", false)) {
            scores = masked(scores, causal(query, key, graph), graph);
        } else if (call.has("attn_mask")) {
            mask = call.tensor("attn_mask");
            scores =
                    mask.type() == DataType.BOOL
                            ? masked(scores, mask, graph)
                            : ProductRows.sum(
                                    scores, Numbers.cast(mask, scores.type(), graph), graph);
        }
        Item.Array weights = graph.op("Softmax").in(scores).attr("axis", -1).like(scores);
        if (mask != null) {
            weights = zeroWhereNothingIsSeen(weights, mask, graph);
        }
        return ProductRows.product(weights, call.tensor("value"), graph);
    }

    private static Item.Array scale(Call call, Item.Array query, Emitter graph) {
        if (call.has("scale")) {
            return graph.scalar(call.number("scale", 1), query.type());
        }
        Item size = Numbers.size(query, -1, graph);
        Optional<Double> known = Literals.number(size);
        if (known.isPresent()) {
            return graph.scalar(1 / Math.sqrt(known.get()), query.type());
        }
        Item.Array width = Numbers.scalar(size, query.type(), graph);
        Item.Array root = graph.op("Sqrt").in(width).like(width);
        return graph.op("Reciprocal").in(root).like(root);
    }

    private static Item.Array masked(Item.Array scores, Item.Array mask, Emitter graph) {
        return ComparisonRows.choose(
                mask, scores, graph.scalar(Double.NEGATIVE_INFINITY, scores.type()), graph);
    }

    /** Row i sees columns up to i. */
    private static Item.Array causal(Item.Array query, Item.Array key, Emitter graph) {
        Item rows = Numbers.size(query, -2, graph);
        Item columns = Numbers.size(key, -2, graph);
        Item.Array row = Axes.unsqueeze(CreationRows.range(rows, graph), 1, graph);
        Item.Array column = CreationRows.range(columns, graph);
        return graph.op("GreaterOrEqual")
                .in(row, column)
                .to(DataType.BOOL, Shapes.broadcast(row.shape(), column.shape()));
    }

    /** libtorch's softmax gives zeros, not NaN, where a row is masked altogether. */
    private static Item.Array zeroWhereNothingIsSeen(
            Item.Array weights, Item.Array mask, Emitter graph) {
        Item.Array sees;
        if (mask.type() == DataType.BOOL) {
            Item.Array counted = Numbers.cast(mask, DataType.INT32, graph);
            sees =
                    Numbers.cast(
                            Reductions.reduce("ReduceMax", counted, List.of(-1L), true, graph),
                            DataType.BOOL,
                            graph);
        } else {
            Item.Array highest = Reductions.reduce("ReduceMax", mask, List.of(-1L), true, graph);
            sees =
                    graph.op("Greater")
                            .in(highest, graph.scalar(Double.NEGATIVE_INFINITY, mask.type()))
                            .to(DataType.BOOL, highest.shape());
        }
        return ComparisonRows.choose(sees, weights, graph.scalar(0, weights.type()), graph);
    }
}
