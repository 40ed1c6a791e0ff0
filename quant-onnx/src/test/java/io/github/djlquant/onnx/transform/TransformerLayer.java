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
package io.github.djlquant.onnx.transform;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One layer of a transformer on sequences of free length, in the forms that exporters write:
 *
 * <pre>
 *   x, mask -&gt; attention -&gt; + x -&gt; norm -&gt; dense -&gt; GELU -&gt; dense -&gt; + -&gt; norm -&gt; y
 * </pre>
 */
final class TransformerLayer {

    static final int WIDTH = 8;

    private static final int HEADS = 2;
    private static final int INNER = 16;

    /** How the heads are told apart. */
    enum Heads {
        /** Shape, Gather, Unsqueeze, Concat, Reshape. */
        COMPUTED,
        /** A constant such as [0, 0, 2, 4], or [0, -1, 8] on the way back. */
        CONSTANT
    }

    private final long opset;
    private final Heads heads;
    private final GraphBuilder builder;

    private TransformerLayer(long opset, Heads heads) {
        this.opset = opset;
        this.heads = heads;
        builder = GraphBuilder.onnx(opset);
    }

    /** Inputs %x and %mask, output %y; opsets below 17 have the norm spelled out. */
    static Graph of(long opset, Heads heads) {
        return new TransformerLayer(opset, heads).build();
    }

    /** Random rows; the last position of every odd sequence is masked. */
    static Map<String, Tensor> feeds(int batch, int length) {
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        feeds.put("x", GraphBuilder.random(new Random(length), batch, length, WIDTH));
        float[] mask = new float[batch * length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = i / length % 2 == 1 && i % length == length - 1 ? 0 : 1;
        }
        feeds.put("mask", Tensor.ofFloats(mask, batch, length));
        return feeds;
    }

    private Graph build() {
        builder.input("x", 1, 1, WIDTH).input("mask", 1, 1);
        scalar("one", 1)
                .scalar("lowest", -Float.MAX_VALUE)
                .scalar("half", 0.5f)
                .scalar("root2", 1.4142135f);
        scalar("root", (float) Math.sqrt(WIDTH / HEADS)).scalar("two", 2).scalar("epsilon", 1e-5f);
        builder.longs("axis1", 1).longs("axis2", 2);
        unsqueeze("mask.1", "mask", 1);
        unsqueeze("mask.2", "mask.1", 2);
        builder.node("Sub", "mask.inverse", "one", "mask.2")
                .node("Mul", "bias", "mask.inverse", "lowest");
        String attention = attention("x");
        builder.node("Add", "sum1", attention, "x");
        norm("n1", "sum1");
        dense("inner", "n1", WIDTH, INNER);
        gelu("gelu", "inner");
        dense("outer", "gelu", INNER, WIDTH);
        builder.node("Add", "sum2", "outer", "n1");
        norm("y", "sum2");
        Graph graph = builder.output("y").build();
        return graph.edit()
                .inputs(
                        inputs ->
                                List.of(
                                        new Value("x", open("batch", "length", WIDTH)),
                                        new Value("mask", open("batch", "length"))))
                .build();
    }

    private static ValueType open(Object... extents) {
        List<Dimension> dimensions = new ArrayList<>();
        for (Object extent : extents) {
            dimensions.add(
                    extent instanceof String name
                            ? new Dimension.Symbolic(name)
                            : new Dimension.Fixed((Integer) extent));
        }
        return new ValueType.TensorType(DataType.FLOAT, new Shape(dimensions));
    }

    private TransformerLayer scalar(String name, float value) {
        builder.constant(name, Tensor.ofFloat(value));
        return this;
    }

    private void unsqueeze(String output, String input, int axis) {
        if (opset < 13) {
            builder.node("Unsqueeze", output, input)
                    .with("axes", new Attribute.IntsAttribute(List.of((long) axis)));
        } else {
            builder.node("Unsqueeze", output, input, "axis" + axis);
        }
    }

    private void dense(String output, String input, int from, int to) {
        builder.random(output + ".w", from, to)
                .random(output + ".b", to)
                .node("MatMul", output + ".product", input, output + ".w")
                .node("Add", output, output + ".b", output + ".product");
    }

    private String size(String name, String of, int axis) {
        builder.node("Shape", name + ".shape", of)
                .constant(name + ".index", Tensor.ofLongs(new long[] {axis}, new long[0]))
                .node("Gather", name + ".scalar", name + ".shape", name + ".index")
                .longs("axis0", 0);
        unsqueeze(name, name + ".scalar", 0);
        return name;
    }

    private void heads(String output, String input, long... order) {
        String target = output + ".target";
        if (heads == Heads.CONSTANT) {
            builder.longs(target, 0, 0, HEADS, WIDTH / HEADS);
        } else {
            String batch = size(output + ".batch", input, 0);
            String length = size(output + ".length", input, 1);
            builder.longs(output + ".heads", HEADS)
                    .longs(output + ".width", WIDTH / HEADS)
                    .node("Concat", target, batch, length, output + ".heads", output + ".width")
                    .with("axis", 0);
        }
        builder.node("Reshape", output + ".split", input, target)
                .node("Transpose", output, output + ".split")
                .with("perm", order);
    }

    private String attention(String x) {
        for (String part : List.of("q", "k", "v")) {
            dense(part + ".dense", x, WIDTH, WIDTH);
        }
        heads("q", "q.dense", 0, 2, 1, 3);
        heads("k", "k.dense", 0, 2, 3, 1);
        heads("v", "v.dense", 0, 2, 1, 3);
        builder.node("MatMul", "scores", "q", "k")
                .node("Div", "scaled", "scores", "root")
                .node("Add", "masked", "scaled", "bias")
                .node("Softmax", "weights", "masked")
                .with("axis", opset < 13 ? 3 : -1)
                .node("MatMul", "context", "weights", "v")
                .node("Transpose", "context.back", "context")
                .with("perm", 0, 2, 1, 3);
        if (heads == Heads.CONSTANT) {
            builder.longs("merged.target", 0, -1, WIDTH);
        } else {
            String batch = size("merged.batch", "context.back", 0);
            String length = size("merged.length", "context.back", 1);
            builder.longs("merged.width", WIDTH)
                    .node("Concat", "merged.target", batch, length, "merged.width")
                    .with("axis", 0);
        }
        builder.node("Reshape", "merged", "context.back", "merged.target");
        dense("attention", "merged", WIDTH, WIDTH);
        return "attention";
    }

    private void norm(String output, String input) {
        builder.random(output + ".gamma", WIDTH).random(output + ".beta", WIDTH);
        if (opset >= 17) {
            builder.node("LayerNormalization", output, input, output + ".gamma", output + ".beta")
                    .with("axis", -1);
            return;
        }
        Attribute last = new Attribute.IntsAttribute(List.of(-1L));
        builder.node("ReduceMean", output + ".mean", input)
                .with("axes", last)
                .node("Sub", output + ".centred", input, output + ".mean")
                .node("Pow", output + ".squares", output + ".centred", "two")
                .node("ReduceMean", output + ".variance", output + ".squares")
                .with("axes", last)
                .node("Add", output + ".safe", output + ".variance", "epsilon")
                .node("Sqrt", output + ".deviation", output + ".safe")
                .node("Div", output + ".normal", output + ".centred", output + ".deviation")
                .node("Mul", output + ".scaled", output + ".normal", output + ".gamma")
                .node("Add", output, output + ".scaled", output + ".beta");
    }

    private void gelu(String output, String input) {
        builder.node("Div", output + ".div", input, "root2")
                .node("Erf", output + ".erf", output + ".div")
                .node("Add", output + ".add", output + ".erf", "one")
                .node("Mul", output + ".mul", input, output + ".add")
                .node("Mul", output, output + ".mul", "half");
    }
}
