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
package io.github.djlquant.cli.cross;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One operator at a time, with what differs in detail between libtorch and ONNX. */
class RowsIT {

    private static final Attribute NONE = new Attribute.LiteralAttribute("None");

    /** An operator, its arguments (tensors are fed, the rest are literals) and its outputs. */
    record Case(String op, List<Object> arguments, Map<String, Object> named, int outputs) {

        @Override
        public String toString() {
            return op + arguments + named;
        }

        Case with(String name, Object value) {
            Map<String, Object> more = new LinkedHashMap<>(named);
            more.put(name, value);
            return new Case(op, arguments, more, outputs);
        }

        Case giving(int count) {
            return new Case(op, arguments, named, count);
        }

        Map<String, Tensor> feeds() {
            Map<String, Tensor> feeds = new LinkedHashMap<>();
            for (int i = 0; i < arguments.size(); i++) {
                if (arguments.get(i) instanceof Tensor tensor) {
                    feeds.put("x" + i, tensor);
                }
            }
            return feeds;
        }

        /** The operator as a graph; without known extents, only the ranks are told. */
        Graph graph(boolean known) {
            List<Value> inputs = new ArrayList<>();
            List<Argument> positional = new ArrayList<>();
            for (int i = 0; i < arguments.size(); i++) {
                if (arguments.get(i) instanceof Tensor tensor) {
                    Shape shape =
                            known
                                    ? tensor.shape()
                                    : new Shape(
                                            Collections.nCopies(
                                                    tensor.shape().rank(), Dimension.UNKNOWN));
                    inputs.add(
                            new Value("x" + i, new ValueType.TensorType(tensor.dataType(), shape)));
                    positional.add(Argument.of("x" + i));
                } else {
                    positional.add(literal(arguments.get(i)));
                }
            }
            Map<String, Argument> keywords = new LinkedHashMap<>();
            named.forEach((name, value) -> keywords.put(name, literal(value)));
            List<String> results = new ArrayList<>();
            for (int i = 0; i < outputs; i++) {
                results.add("y" + i);
            }
            Node node =
                    new Call(new OpType(OpType.ATEN, op), positional, keywords)
                            .node("node", results);
            return new Graph(
                    "case",
                    inputs,
                    results.stream().map(r -> new Value(r, ValueType.UNKNOWN)).toList(),
                    List.of(node),
                    Map.of(),
                    Map.of(),
                    Map.of(OpType.ATEN, 1L),
                    Map.of(),
                    Map.of());
        }
    }

    private static Argument literal(Object value) {
        if (value instanceof Integer number) {
            return Argument.literal(number.longValue());
        } else if (value instanceof Double number) {
            return Argument.literal(number);
        } else if (value instanceof Boolean truth) {
            return Argument.literal(truth);
        } else if (value instanceof String text) {
            return Argument.literal(text);
        } else if (value instanceof Attribute attribute) {
            return new Argument.Literal(attribute);
        }
        return Argument.literal(
                ((List<?>) value).stream().map(n -> ((Integer) n).longValue()).toList());
    }

    private static Case call(String op, Object... arguments) {
        return new Case(op, List.of(arguments), Map.of(), 1);
    }

    private static Tensor floats(long... sizes) {
        Random random = new Random(7);
        float[] values = new float[(int) Shape.of(sizes).elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 3;
        }
        return Tensor.ofFloats(values, sizes);
    }

    private static Tensor longs(long... values) {
        return Tensor.ofLongs(values, values.length);
    }

    private static List<Integer> ints(Integer... values) {
        return List.of(values);
    }

    static Stream<Case> exact() {
        Tensor image = floats(2, 3, 7, 10);
        Tensor matrix = floats(4, 6);
        Tensor whole = longs(-7, -3, 0, 3, 7, 8);
        return Stream.of(
                call("max_pool2d", image, ints(3, 3), ints(2, 2), ints(1, 1), ints(1, 1), true),
                call("max_pool2d", image, ints(2, 2), ints(2, 2), ints(0, 0), ints(1, 1), true),
                call("max_pool2d", image, ints(2, 2), ints(), ints(0, 0), ints(2, 2), false),
                call("avg_pool2d", image, ints(3, 3), ints(2, 2), ints(1, 1), false, true),
                call("avg_pool2d", image, ints(3, 3), ints(2, 2), ints(1, 1), false, false),
                call("avg_pool2d", image, ints(2, 3), ints(2, 2), ints(0, 1), true, false),
                call("avg_pool2d", image, ints(3, 3), ints(2, 2), ints(1, 1), false, true, 4),
                call("adaptive_avg_pool2d", image, ints(1, 1)),
                call("adaptive_avg_pool2d", image, ints(3, 4)),
                call("adaptive_avg_pool2d", image, ints(7, 5)),
                call("adaptive_avg_pool1d", floats(2, 3, 11), ints(4)),
                call("upsample_nearest2d", image, ints(14, 30), NONE, NONE),
                call("upsample_nearest2d", image, ints(5, 13), NONE, NONE),
                call("upsample_bilinear2d", image, ints(14, 15), false, NONE, NONE),
                call("upsample_bilinear2d", image, ints(14, 15), true, NONE, NONE),
                call("upsample_bicubic2d", image, ints(14, 20), false, NONE, NONE),
                call("upsample_linear1d", floats(2, 3, 11), ints(22), false, NONE),
                call("pad", image, ints(1, 2, 0, 1), "constant", 1.5),
                call("pad", image, ints(1, 2, 1, 1), "reflect", NONE),
                call("pad", image, ints(1, 2, 1, 1), "replicate", NONE),
                call("pad", image, ints(-1, 2, 0, 0), "constant", 0.0),
                call("pixel_shuffle", floats(2, 8, 3, 5), 2),
                call("pixel_unshuffle", floats(2, 3, 4, 6), 2),
                call("channel_shuffle", floats(2, 6, 3, 3), 3),
                call("div", whole, 2),
                call("div", whole, 2).with("rounding_mode", "floor"),
                call("div", whole, 2).with("rounding_mode", "trunc"),
                call("div", matrix, 0.1).with("rounding_mode", "floor"),
                call("div", matrix, 0.7).with("rounding_mode", "trunc"),
                call("floor_divide", whole, 2),
                call("remainder", whole, 3),
                call("remainder", matrix, -0.7),
                call("add", whole, 1.5),
                call("add", matrix, 2).with("alpha", 3),
                call("sub", whole, whole),
                call("mul", matrix, longs(1, 2, 3, 4, 5, 6)),
                call("rsub", matrix, 1, 2),
                call("pow", matrix, 2),
                call("clamp", matrix, -1, NONE),
                call("clamp", whole, -2.5, 5.5),
                call("eq", whole, 3),
                call("lt", whole, 0.5),
                call("sum", whole),
                call("mean", matrix, ints(-1), true),
                call("amax", matrix, ints(0), false),
                call("max", matrix, 1, false).giving(2),
                call("argmin", matrix),
                call("prod", matrix, 1, false),
                call("var", matrix, ints(1), true, false),
                call("std", matrix, ints(0), false, true),
                call("norm", matrix, 3.0, ints(1), false),
                call("sort", matrix, 1, true).giving(2),
                call("topk", matrix, 2, 0, false, true).giving(2),
                call("cumsum", whole, 0),
                call("flatten", image, 1, 2),
                call("permute", image, ints(0, -1, 1, 2)),
                call("movedim", image, 1, -1),
                call("squeeze", floats(2, 1, 3), 1),
                call("repeat", matrix, ints(2, 1, 3)),
                call("repeat_interleave", matrix, 2, 1),
                call("expand", floats(2, 1), ints(3, -1, 4)),
                call("roll", matrix, ints(-1, 9), ints(0, 1)),
                call("flip", matrix, ints(0, 1)),
                call("narrow", matrix, 1, 1, 3),
                call("select", matrix, 1, -2),
                call("slice", matrix, 1, 1, -1, 2),
                call("unbind", floats(2, 3), 0).giving(2),
                call("chunk", floats(2, 7), 3, 1).giving(3),
                call("split", floats(2, 7), 3, 1).giving(3),
                call("tril", floats(4, 4), -1),
                call("gelu", matrix),
                call("gelu", matrix).with("approximate", "tanh"),
                call("softplus", matrix, 2.0, 3.0),
                call("elu", matrix, 0.7),
                call("selu", matrix),
                call("mish", matrix),
                call("glu", matrix, 1),
                call("hardtanh", matrix, -2.0, 1.0),
                call("log_softmax", matrix, 0),
                call("sigmoid", whole),
                call("round", matrix),
                call("layer_norm", image, ints(7, 10)),
                call("instance_norm", image, NONE, NONE, NONE, NONE, true, 0.1, 1e-5, true),
                call("group_norm", floats(2, 6, 5), 3),
                call("conv2d", image, floats(4, 3, 2, 3), NONE, ints(1, 1), "same"),
                call(
                        "conv2d",
                        image,
                        floats(3, 1, 3, 3),
                        NONE,
                        ints(2, 1),
                        ints(1, 1),
                        ints(1, 2),
                        3),
                call(
                        "conv_transpose2d",
                        image,
                        floats(3, 2, 3, 3),
                        NONE,
                        ints(2, 2),
                        ints(1, 1),
                        ints(1, 0)),
                call("matmul", floats(3, 4, 6), floats(6)),
                call("baddbmm", floats(2, 3, 5), floats(2, 3, 4), floats(2, 4, 5))
                        .with("beta", 0.5)
                        .with("alpha", 2),
                call(
                        "scaled_dot_product_attention",
                        floats(2, 3, 5, 4),
                        floats(2, 3, 6, 4),
                        floats(2, 3, 6, 4),
                        NONE,
                        0.0,
                        true),
                call("where", Tensor.ofInts(DataType.UINT8, new int[] {1}, 1), matrix, 0.0),
                call("one_hot", longs(0, 2, 1), 4),
                call("embedding", matrix, longs(3, 0)),
                call("gather", matrix, 1, Tensor.ofLongs(new long[] {0, 5, 2, 1}, 2, 2)));
    }

    @ParameterizedTest
    @MethodSource("exact")
    void computesWhatLibtorchDoes(Case tested) {
        compare(tested, tested.graph(true));
    }

    /** Open extents: the same, or a refusal that says so. */
    @ParameterizedTest
    @MethodSource("exact")
    void computesItWithOpenExtentsOrRefuses(Case tested) {
        try {
            compare(tested, tested.graph(false));
        } catch (UnsupportedModelException e) {
            org.assertj.core.api.Assertions.assertThat(e)
                    .hasMessageContaining("node (aten::" + tested.op())
                    .hasMessageContaining("not known");
        }
    }

    private static void compare(Case tested, Graph source) {
        Graph crossed = new OnnxBackend().adopt(source);
        Map<String, Tensor> feeds = tested.feeds();
        try (GraphRunner libtorch = new PyTorchBackend().open(source, RunOptions.DEFAULT);
                GraphRunner runtime = new OnnxBackend().open(crossed, RunOptions.DEFAULT)) {
            Map<String, Tensor> expected = libtorch.run(feeds);
            Map<String, Tensor> actual = runtime.run(feeds);
            expected.forEach(
                    (name, tensor) ->
                            CrossedArchive.assertClose(name, actual.get(name), tensor, 1e-5));
        }
    }

    static Stream<Case> inexact() {
        Tensor image = floats(2, 3, 7, 10);
        return Stream.of(
                call("dropout", image, 0.5, true),
                call("avg_pool2d", image, ints(2, 3), ints(2, 2), ints(0, 0), true, true),
                call("elu", image, 1.0, 2.0),
                call("batch_norm", image, NONE, NONE, NONE, NONE, true, 0.1, 1e-5, true),
                call("bitwise_not", longs(1, 2)),
                call("one_hot", longs(0, 2, 1)),
                call("conv2d", longs(1, 2), longs(1)),
                call("add", image, image).with("surprise", 1));
    }

    @ParameterizedTest
    @MethodSource("inexact")
    void refusesWhatHasNoExactForm(Case tested) {
        Graph source = tested.graph(true);
        assertThatThrownBy(() -> new OnnxBackend().adopt(source))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("node (aten::" + tested.op() + "): ");
    }
}
