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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.op.CommonOperators;
import io.github.djlquant.op.ExtentRule;
import io.github.djlquant.op.Fill;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.RangeRule;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operators of TorchScript, and those that rewrites insert. One row per operator; adding one is
 * adding a line here.
 *
 * <p>What computes on integers was measured with libtorch 2.7.1 ({@link LibtorchKernels}). An
 * operator whose kernel on integers is slower than dequantize, float, quantize has a free range and
 * so stays float.
 */
public final class AtenOpCatalog {

    static final Map<Port, Integer> DATA = Map.of(Port.DATA, 0);
    private static final Map<Port, Integer> TWO = Map.of(Port.DATA, 0, Port.OTHER, 1);
    private static final Map<Port, Integer> LAYER =
            Map.of(Port.DATA, 0, Port.WEIGHT, 1, Port.BIAS, 2);
    private static final Map<Port, Integer> PRODUCT =
            Map.of(Port.DATA, 0, Port.OTHER, 1, Port.WEIGHT, 1);

    private static final OpCatalog CATALOG = OpCatalog.of(rows()).extended();

    private AtenOpCatalog() {}

    /**
     * Returns the operators of TorchScript.
     *
     * @return the catalog
     */
    public static OpCatalog catalog() {
        return CATALOG;
    }

    private static List<OpSpec> rows() {
        List<OpSpec> rows = new ArrayList<>(CommonOperators.rows());
        addConvolutions(rows);
        addProducts(rows);
        addNorms(rows);
        rows.addAll(FunctionRows.rows());
        addArithmetic(rows);
        addPooling(rows);
        addMovers(rows);
        addQuantized(rows);
        return rows;
    }

    private static void addConvolutions(List<OpSpec> rows) {
        for (int axes = 1; axes <= 3; axes++) {
            rows.add(convolution("conv" + axes + "d"));
            rows.add(transposed("conv_transpose" + axes + "d"));
        }
        for (String op : List.of("convolution", "_convolution")) {
            OpSpec transposed = transposed(op);
            rows.add(
                    convolution(op)
                            .withVariant(
                                    n ->
                                            isTransposed(n)
                                                    ? Optional.of(transposed)
                                                    : Optional.empty()));
        }
    }

    private static OpSpec convolution(String op) {
        return row(op, Role.CONVOLUTION, LAYER)
                .withLayer(
                        layer ->
                                layer.withWeightAxis((g, n) -> Optional.of(0))
                                        .withWindows(AtenWindows.CONVOLUTION))
                .withIrregular(AtenOpCatalog::computedWindow);
    }

    /** The weight is [in, out / groups, ...]: with groups no single axis numbers the outputs. */
    private static OpSpec transposed(String op) {
        return row(op, Role.TRANSPOSED_CONVOLUTION, LAYER)
                .withLayer(layer -> layer.withWindows(AtenWindows.CONVOLUTION))
                .withExtents(AtenExtents.TRANSPOSED_CONVOLUTION)
                .withLayer(
                        layer ->
                                layer.withWeightAxis(
                                        (g, n) ->
                                                AtenWindows.CONVOLUTION
                                                        .of(n)
                                                        .filter(window -> window.groups() == 1)
                                                        .map(window -> 1)))
                .withIrregular(AtenOpCatalog::computedWindow);
    }

    private static boolean isTransposed(Node node) {
        return LiteralArguments.of(node).truth("transposed", false).orElse(true);
    }

    private static Optional<String> computedWindow(Graph graph, Node node) {
        return AtenWindows.CONVOLUTION.of(node).isPresent()
                ? Optional.empty()
                : Optional.of("its stride, padding, dilation or groups are computed");
    }

    private static void addProducts(List<OpSpec> rows) {
        rows.add(
                row("linear", Role.LINEAR, LAYER)
                        .withLayer(
                                layer ->
                                        layer.withWeightAxis((g, n) -> Optional.of(0))
                                                .withChannelAxis(-1)));
        rows.add(
                row("addmm", Role.LINEAR, Map.of(Port.BIAS, 0, Port.DATA, 1, Port.WEIGHT, 2))
                        .withLayer(layer -> layer.withWeightAxis((g, n) -> Optional.of(1)))
                        .withIrregular(AtenOpCatalog::scaledProduct));
        for (String op : List.of("matmul", "mm", "bmm")) {
            OpSpec product =
                    row(op, Role.MATRIX_PRODUCT, PRODUCT)
                            .withLayer(
                                    layer ->
                                            layer.withWeightAxis(
                                                    (g, n) ->
                                                            g.shape(n.input(1))
                                                                    .filter(s -> s.rank() == 2)
                                                                    .map(s -> 1)));
            rows.add(product.withExtents(AtenExtents.product(product)));
        }
        Map<Port, Integer> recurrent = DATA;
        for (String op : List.of("lstm", "gru", "rnn_tanh", "rnn_relu")) {
            rows.add(
                    row(op, Role.RECURRENT, recurrent)
                            .withLayer(layer -> layer.withTimeAxis(RecurrentCall::timeAxis))
                            .withIrregular(RecurrentCall::irregular)
                            .withLayer(
                                    layer ->
                                            layer.withCellWeights(
                                                    (g, n) ->
                                                            RecurrentCall.of(g, n)
                                                                    .map(RecurrentCall::matrices)
                                                                    .orElse(List.of()))));
        }
    }

    private static void addNorms(List<OpSpec> rows) {
        rows.add(
                row(
                                "batch_norm",
                                Role.BATCH_NORM,
                                Map.of(
                                        Port.DATA,
                                        0,
                                        Port.WEIGHT,
                                        1,
                                        Port.BIAS,
                                        2,
                                        Port.MEAN,
                                        3,
                                        Port.VARIANCE,
                                        4))
                        .withEpsilon(
                                (g, n) -> LiteralArguments.of(n).number("eps", 1e-5).orElse(1e-5))
                        .withIrregular(AtenOpCatalog::trainingNorm));
        Map<Port, Integer> second = Map.of(Port.DATA, 0, Port.WEIGHT, 2, Port.BIAS, 3);
        rows.add(norm("layer_norm", second));
        rows.add(norm("group_norm", second));
        rows.add(norm("instance_norm", LAYER));
    }

    private static OpSpec norm(String op, Map<Port, Integer> ports) {
        return row(op, Role.NORM, ports)
                .withEpsilon((g, n) -> LiteralArguments.of(n).number("eps", 1e-5).orElse(1e-5));
    }

    private static void addArithmetic(List<OpSpec> rows) {
        rows.add(row("add", Role.ADD, TWO).withIrregular(AtenOpCatalog::multipliedSum));
        rows.add(row("mul", Role.MULTIPLY, TWO));
        for (String op : List.of("sub", "rsub", "div", "pow")) {
            rows.add(row(op, Role.OPAQUE, TWO));
        }
        rows.add(row("maximum", Role.OPAQUE, TWO).withClamp(CommonOperators::larger));
        rows.add(row("minimum", Role.OPAQUE, TWO).withClamp(CommonOperators::smaller));
    }

    private static void addPooling(List<OpSpec> rows) {
        for (int axes = 1; axes <= 3; axes++) {
            // The kernel hands the input's scale on, which suits a mean of a few neighbours.
            rows.add(
                    row("avg_pool" + axes + "d", Role.AVERAGE_POOLING, DATA)
                            .withLayer(layer -> layer.withWindows(AtenWindows.POOLING))
                            .withRanges((g, n) -> RangeRule.PRESERVING)
                            .withIntegersSince(0));
            rows.add(
                    moves("max_pool" + axes + "d")
                            .withLayer(layer -> layer.withWindows(AtenWindows.POOLING)));
            // A mean over a whole plane is far smaller than its elements: on their scale little
            // would be left of it.
            rows.add(
                    row("adaptive_avg_pool" + axes + "d", Role.AVERAGE_POOLING, DATA)
                            .withExtents(AtenExtents.ADAPTIVE));
            rows.add(
                    row("adaptive_max_pool" + axes + "d", Role.RANGE_PRESERVING, DATA)
                            .withExtents(AtenExtents.ADAPTIVE));
        }
        rows.add(row("mean", Role.AVERAGE_POOLING, DATA).withExtents(AtenExtents.AVERAGED));
    }

    private static void addMovers(List<OpSpec> rows) {
        rows.add(moves("view").withExtents(AtenExtents.RESHAPED));
        rows.add(moves("reshape").withExtents(AtenExtents.RESHAPED));
        rows.add(moves("flatten").withExtents(AtenExtents.FLATTENED));
        rows.add(moves("unflatten").withExtents(AtenExtents.UNFLATTENED));
        rows.add(moves("permute").withExtents(AtenExtents.PERMUTED));
        rows.add(moves("transpose").withExtents(AtenExtents.TRANSPOSED));
        rows.add(moves("t").withExtents(AtenExtents.TRANSPOSED));
        rows.add(moves("slice").withExtents(AtenExtents.SLICED));
        rows.add(moves("select").withExtents(AtenExtents.SELECTED));
        rows.add(moves("unsqueeze").withExtents(AtenExtents.UNSQUEEZED));
        for (String op :
                List.of(
                        "squeeze",
                        "expand",
                        "expand_as",
                        "view_as",
                        "narrow",
                        "flip",
                        "repeat",
                        "index_select",
                        "upsample_nearest2d",
                        "channel_shuffle")) {
            rows.add(moves(op));
        }
        for (String op : List.of("contiguous", "clone", "detach", "alias")) {
            rows.add(moves(op).withExtents(ExtentRule.SAME));
        }
        for (String op : List.of("dropout", "feature_dropout", "alpha_dropout")) {
            rows.add(
                    moves(op)
                            .withExtents(ExtentRule.SAME)
                            .withRanges(
                                    (g, n) ->
                                            LiteralArguments.of(n)
                                                            .truth("train", false)
                                                            .orElse(true)
                                                    ? RangeRule.FREE
                                                    : RangeRule.PRESERVING));
        }
        for (String op : List.of("pixel_shuffle", "pixel_unshuffle")) {
            rows.add(row(op, Role.RANGE_PRESERVING, DATA));
        }
        for (String op : List.of("pad", "constant_pad_nd")) {
            rows.add(
                    row(op, Role.PAD, DATA)
                            .withRanges((g, n) -> RangeRule.PRESERVING)
                            .withFill(AtenOpCatalog::fill)
                            .withExtents(AtenExtents.PADDED)
                            .withIntegersSince(0));
        }
        rows.add(
                row("embedding", Role.RANGE_PRESERVING, Map.of(Port.DATA, 0, Port.INDICES, 1))
                        .withLayer(layer -> layer.withWeightAxis((g, n) -> Optional.of(0)))
                        .withExtents(AtenExtents.LOOKED_UP));
        rows.add(
                row("embedding_bag", Role.OPAQUE, Map.of(Port.DATA, 0, Port.INDICES, 1))
                        .withLayer(
                                layer ->
                                        layer.withWeightAxis(
                                                (g, n) ->
                                                        EmbeddingBag.isPlainSum(g, n)
                                                                ? Optional.of(0)
                                                                : Optional.empty())));
    }

    /** What somebody else packed or quantized, or trained to be. */
    private static void addQuantized(List<OpSpec> rows) {
        rows.add(
                row("fake_quantize_per_tensor_affine", Role.FAKE_QUANTIZE, DATA)
                        .withSteps(FakeQuantization::perTensor));
        rows.add(
                row("fake_quantize_per_channel_affine", Role.FAKE_QUANTIZE, DATA)
                        .withSteps(FakeQuantization::perChannel));
        rows.add(
                row("fused_moving_avg_obs_fake_quant", Role.FAKE_QUANTIZE, DATA)
                        .withSteps(FakeQuantization::observed));
        for (String op :
                List.of(
                        "quantize_per_tensor",
                        "quantize_per_channel",
                        "quantize_per_tensor_dynamic",
                        "dequantize",
                        "int_repr",
                        "_make_per_tensor_quantized_tensor",
                        "_make_per_channel_quantized_tensor")) {
            rows.add(row(op, Role.QUANTIZED_KERNEL, DATA));
        }
        for (String op :
                List.of(
                        "quantized_lstm",
                        "quantized_gru",
                        "_weight_int8pack_mm",
                        "_weight_int4pack_mm_for_cpu")) {
            rows.add(row(op, Role.QUANTIZED_LAYER, DATA));
        }
        for (String op : AtenSchemas.operators("quantized")) {
            rows.add(
                    OpSpec.of(
                            new OpType("quantized", op),
                            multiplies(op) ? Role.QUANTIZED_LAYER : Role.QUANTIZED_KERNEL,
                            DATA,
                            RangeRule.FREE));
        }
    }

    private static boolean multiplies(String op) {
        return op.startsWith("conv") || op.startsWith("linear") || op.equals("matmul");
    }

    static OpSpec row(String op, Role role, Map<Port, Integer> ports) {
        return OpSpec.of(new OpType(OpType.ATEN, op), role, ports, RangeRule.FREE);
    }

    private static OpSpec moves(String op) {
        return row(op, Role.RANGE_PRESERVING, DATA)
                .withRanges((g, n) -> RangeRule.PRESERVING)
                .withIntegersSince(0);
    }

    private static Optional<Fill> fill(Graph graph, Node node) {
        LiteralArguments literals = LiteralArguments.of(node);
        if (literals.text("mode").filter(mode -> !mode.equals("constant")).isPresent()) {
            return Optional.of(Fill.COPIES);
        }
        return literals.number("value", 0).filter(v -> v == 0).map(v -> Fill.ZEROS);
    }

    private static Optional<String> scaledProduct(Graph graph, Node node) {
        LiteralArguments literals = LiteralArguments.of(node);
        boolean plain =
                literals.number("alpha", 1).filter(a -> a == 1).isPresent()
                        && literals.number("beta", 1).filter(b -> b == 1).isPresent();
        return plain ? Optional.empty() : Optional.of("it scales its inputs");
    }

    private static Optional<String> multipliedSum(Graph graph, Node node) {
        return LiteralArguments.of(node).number("alpha", 1).filter(a -> a == 1).isPresent()
                ? Optional.empty()
                : Optional.of("it scales one of its inputs");
    }

    private static Optional<String> trainingNorm(Graph graph, Node node) {
        return LiteralArguments.of(node).truth("training", false).filter(t -> !t).isPresent()
                ? Optional.empty()
                : Optional.of("it updates its statistics (training form)");
    }
}
