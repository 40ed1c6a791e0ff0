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
package io.github.djlquant.trace;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.pooling.Pool;
import io.github.djlquant.graph.Graph;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of the operation table: each in ONNX Runtime beside the operation itself in PyTorch. */
class OperationsIT {

    private static final NDManager MANAGER = NDManager.newBaseManager("PyTorch");

    @AfterAll
    static void close() {
        MANAGER.close();
    }

    /** The input is [batch, open, 4]. */
    static Stream<Arguments> operations() {
        return Stream.of(
                row("numbers", x -> x.add(1).mul(2.5).sub(3).div(4f)),
                row("arrays", x -> x.add(x.mul(x)).div(x.abs().add(1))),
                row("reversed", x -> x.getNDArrayInternal().rsub(1).add(x.abs().add(1).neg())),
                row("powers", x -> x.abs().add(0.5).pow(2.5).add(x.square())),
                row("remainder", x -> x.mul(3).mod(2)),
                row("whole numbers", x -> whole(x).mod(3).add(whole(x).div(2))),
                row("comparisons", OperationsIT::comparisons),
                row("truth", OperationsIT::truth),
                row("extremes", x -> x.maximum(0.1).minimum(x.neg())),
                row("exponentials", x -> x.exp().add(x.abs().add(1).log()).add(x.tanh())),
                row("logarithms", x -> x.abs().add(1).log2().add(x.abs().add(1).log10())),
                row("angles", x -> x.sin().add(x.cos()).add(x.atan()).toDegrees().toRadians()),
                row("rounding", x -> x.mul(3).round().add(x.floor()).add(x.ceil()).add(x.trunc())),
                row("sign", x -> x.sign().add(x.abs().sqrt()).add(x.erf())),
                row("clip", x -> x.clip(-0.5, 0.5)),
                row("activations", OperationsIT::activations),
                row("sum", x -> x.sum(new int[] {1, -1}, true).add(x.sum(new int[] {2}))),
                row("mean", x -> x.mean(new int[] {1}).add(x.mean(new int[] {1}, true))),
                row("largest and smallest", x -> x.max(new int[] {1}).sub(x.min(new int[] {1}))),
                row("of all", x -> x.sub(x.mean()).div(x.max().sub(x.min()).add(x.sum()))),
                row("product", x -> x.prod(new int[] {2})),
                row("norm", x -> x.normalize(2, 2, 1e-12).add(x.norm(2, new int[] {2}, true))),
                row("softmax", x -> x.softmax(-1).add(x.logSoftmax(1))),
                row("cumulated", x -> x.cumSum(1)),
                row("order", x -> x.sort(-1).add(x.topK(4, 2).get(0))),
                row(
                        "places",
                        x -> x.argMax(2).add(x.argMin(1).sum()).toType(DataType.FLOAT32, true)),
                row("argsort", x -> x.argSort(-1, false).toType(DataType.FLOAT32, false)),
                row("reshape", x -> x.reshape(x.size(0), x.size(1) * 2, 2)),
                row("reshape with open product", x -> x.reshape(x.size(0) * x.size(1), -1)),
                row("reshape with two open", x -> x.reshape(x.size(1), 2, x.size(0), 2)),
                row("flatten", x -> x.flatten(1, 2).expandDims(1).squeeze(1)),
                row("transpose", x -> x.transpose(1, 0, 2).swapAxes(0, 2).transpose()),
                row("broadcast", x -> x.get(":,:1").broadcast(x.getShape()).add(x)),
                row("tile", x -> x.tile(new long[] {1, 2, 1}).add(x.tile(new long[] {1, 2, 1}))),
                row("repeat", x -> x.repeat(1, 3)),
                row("flip", x -> x.flip(1, -1)),
                row("pad", x -> x.pad(new Shape(1, 2, 0, 1), 0.5)),
                row("concat", x -> x.concat(x.mul(2), 1).concat(x, -2)),
                row("stack", x -> NDArrays.stack(new NDList(x, x.neg()), 1)),
                row("split", x -> x.split(2, 2).get(1).add(x.split(new long[] {1, 3}, 2).get(1))),
                row("slices", x -> x.get(":, 1:3, ::2").add(x.get("..., -2:").get(":,:2"))),
                row("from the end", x -> x.get(":, -1").add(x.get(":, -3:-1").sum(new int[] {1}))),
                row("half", x -> x.get(":, :" + x.size(1) / 2 * 0 + 3)),
                row("one row", x -> x.get(new NDIndex(":, 2"))),
                row("rows by index", x -> x.transpose(2, 0, 1).get(index(x, 3, 0, 1))),
                row("take", x -> x.take(index(x, 3, 0, 5))),
                row("gather", x -> x.gather(whole(x).abs().mod(2).toType(DataType.INT64, true), 1)),
                row("one-hot", x -> x.argMax(2).oneHot(4)),
                row("where", x -> NDArrays.where(x.gt(0), x, x.mul(0.1))),
                row("products", x -> x.matMul(x.transpose(0, 2, 1)).matMul(x)),
                row("like", x -> x.zerosLike().add(x.onesLike()).mul(x)),
                row("made", x -> x.add(x.getManager().zeros(new Shape(x.size(1), 4)).add(2))),
                row("range", x -> x.add(range(x).expandDims(1))),
                row("extent as a number", x -> x.sum(new int[] {1}).div(x.size(1))),
                row("count of all", x -> x.sum().div(x.size()).add(x.size(1))),
                row("in place", OperationsIT::inPlace),
                row(
                        "pooling",
                        x ->
                                Pool.avgPool1d(
                                        x, new Shape(2), new Shape(2), new Shape(0), false, true)),
                row(
                        "casts",
                        x ->
                                x.mul(5)
                                        .toType(DataType.INT32, false)
                                        .toType(DataType.FLOAT32, false)),
                row("copies", x -> x.duplicate().stopGradient().add(1)));
    }

    private static Arguments row(String name, UnaryOperator<NDArray> function) {
        return arguments(name, function);
    }

    private static NDArray whole(NDArray x) {
        return x.mul(10).toType(DataType.INT32, false);
    }

    private static NDArray index(NDArray x, long... places) {
        return x.getManager().create(places);
    }

    private static NDArray range(NDArray x) {
        return x.getManager().arange((int) x.size(1)).toType(DataType.FLOAT32, false);
    }

    private static NDArray comparisons(NDArray x) {
        NDArray whole = whole(x);
        return x.gt(0)
                .toType(DataType.FLOAT32, false)
                .add(x.lte(0.2))
                .add(whole.eq(whole.abs()))
                .add(whole.neq(2))
                .add(whole.lt(0.5))
                .add(whole.gte(x));
    }

    private static NDArray truth(NDArray x) {
        return x.gt(0)
                .logicalAnd(x.lt(0.5))
                .logicalOr(x.isNaN())
                .logicalXor(x.isInfinite().logicalNot())
                .toType(DataType.FLOAT32, false);
    }

    private static NDArray activations(NDArray x) {
        NDList all = new NDList();
        all.add(Activation.relu(x));
        all.add(Activation.sigmoid(x));
        all.add(Activation.softPlus(x));
        all.add(Activation.softSign(x));
        all.add(Activation.leakyRelu(x, 0.1f));
        all.add(Activation.elu(x, 0.7f));
        all.add(Activation.selu(x));
        all.add(Activation.gelu(x));
        all.add(Activation.swish(x, 1.5f));
        all.add(Activation.mish(x));
        return NDArrays.concat(all, 2);
    }

    private static NDArray inPlace(NDArray x) {
        NDArray sum = x.getManager().zeros(x.getShape());
        sum.addi(x);
        sum.muli(2).subi(x.abs()).divi(3);
        return sum.negi();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void answersAsPyTorchDoes(String name, UnaryOperator<NDArray> function) {
        Block block = LambdaBlock.singleton(function::apply);
        block.initialize(MANAGER, DataType.FLOAT32, new Shape(1, 5, 4));
        List<TraceInput> inputs = BlockTracer.inputs(block, new Shape(-1, -1, 4));

        Graph graph = BlockTracer.trace(block, inputs);

        BlockOracle.assertSame(block, inputs, graph, 1, 4);
        BlockOracle.assertSame(block, inputs, graph, 6, 9);
    }
}
