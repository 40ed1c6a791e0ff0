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
package io.github.djlquant.onnx.op;

import io.github.djlquant.graph.DataType;
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
import io.github.djlquant.op.Windows;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operators of ONNX, and those of ONNX Runtime's own domain that quantized models hold. One row
 * per operator; adding one is adding a line here (and, where the engine computes it on integers,
 * the role that the planner knows).
 */
public final class OnnxOpCatalog {

    private static final Map<Port, Integer> DATA = Map.of(Port.DATA, 0);
    private static final Map<Port, Integer> TWO = Map.of(Port.DATA, 0, Port.OTHER, 1);
    private static final Map<Port, Integer> LAYER =
            Map.of(Port.DATA, 0, Port.WEIGHT, 1, Port.BIAS, 2);

    private static final Windows WINDOWS = new OnnxWindows();

    private static final OpCatalog CATALOG = OpCatalog.of(rows()).extended();

    private OnnxOpCatalog() {}

    /**
     * Returns the operators of ONNX.
     *
     * @return the catalog
     */
    public static OpCatalog catalog() {
        return CATALOG;
    }

    private static List<OpSpec> rows() {
        List<OpSpec> rows = new ArrayList<>(CommonOperators.rows());
        addLayers(rows);
        addFunctions(rows);
        addArithmetic(rows);
        addPooling(rows);
        addMovers(rows);
        rows.add(row("Loop", Role.OPAQUE, Map.of()).withExtents(RoundExtents.LOOP));
        rows.add(row("Scan", Role.OPAQUE, Map.of()).withExtents(RoundExtents.SCAN));
        addQuantized(rows);
        return rows;
    }

    private static void addLayers(List<OpSpec> rows) {
        rows.add(
                row("Conv", Role.CONVOLUTION, LAYER)
                        .withLayer(
                                layer ->
                                        layer.withWeightAxis((g, n) -> Optional.of(0))
                                                .withWindows(WINDOWS)));
        // The weight is [in, out / group, ...]: with groups no single axis numbers the outputs.
        rows.add(
                row("ConvTranspose", Role.TRANSPOSED_CONVOLUTION, LAYER)
                        .withLayer(layer -> layer.withWindows(WINDOWS))
                        .withExtents(TransposedExtents::of)
                        .withLayer(
                                layer ->
                                        layer.withWeightAxis(
                                                (g, n) ->
                                                        n.intAttribute("group", 1) == 1
                                                                ? Optional.of(1)
                                                                : Optional.empty())));
        rows.add(
                row("Gemm", Role.LINEAR, LAYER)
                        .withLayer(
                                layer ->
                                        layer.withWeightAxis(
                                                (g, n) ->
                                                        Optional.of(
                                                                n.intAttribute("transB", 0) != 0
                                                                        ? 0
                                                                        : 1)))
                        .withIrregular(OnnxOpCatalog::scaledGemm));
        rows.add(
                row(
                                "MatMul",
                                Role.MATRIX_PRODUCT,
                                Map.of(Port.DATA, 0, Port.OTHER, 1, Port.WEIGHT, 1))
                        .withLayer(
                                layer ->
                                        layer.withWeightAxis(
                                                (g, n) ->
                                                        g.shape(n.input(1))
                                                                .filter(s -> s.rank() == 2)
                                                                .map(s -> 1))));
        rows.add(
                row(
                                "BatchNormalization",
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
                        .withEpsilon((g, n) -> (double) n.floatAttribute("epsilon", 1e-5f))
                        .withIrregular(OnnxOpCatalog::trainingNorm));
        Map<Port, Integer> norm = Map.of(Port.DATA, 0, Port.WEIGHT, 1, Port.BIAS, 2);
        for (String op :
                List.of("LayerNormalization", "InstanceNormalization", "GroupNormalization")) {
            rows.add(
                    row(op, Role.NORM, norm)
                            .withEpsilon((g, n) -> (double) n.floatAttribute("epsilon", 1e-5f)));
        }
        rows.add(row("LRN", Role.NORM, DATA));
        rows.add(row("LpNormalization", Role.NORM, DATA));
        Map<Port, Integer> recurrent =
                Map.of(
                        Port.DATA,
                        0,
                        Port.WEIGHT,
                        1,
                        Port.RECURRENCE,
                        2,
                        Port.BIAS,
                        3,
                        Port.INITIAL_STATE,
                        5);
        rows.add(recurrent("GRU", recurrent));
        rows.add(recurrent("RNN", recurrent));
        Map<Port, Integer> lstm = new EnumMap<>(recurrent);
        lstm.put(Port.INITIAL_CELL, 6);
        rows.add(recurrent("LSTM", lstm));
        rows.add(row("Constant", Role.CONSTANT, Map.of()));
    }

    private static void addFunctions(List<OpSpec> rows) {
        rows.add(
                row("Relu", Role.ACTIVATION, DATA)
                        .withClamp(
                                (g, n) ->
                                        Optional.of(
                                                new OpSpec.Clamp(0, Double.POSITIVE_INFINITY))));
        for (String op :
                List.of(
                        "Tanh",
                        "Softsign",
                        "Sin",
                        "Cos",
                        "Erf",
                        "PRelu",
                        "Elu",
                        "Selu",
                        "Celu",
                        "Gelu",
                        "Mish",
                        "Softplus",
                        "ThresholdedRelu",
                        "Exp",
                        "Log",
                        "Sqrt",
                        "Neg",
                        "Abs",
                        "Reciprocal",
                        "Floor",
                        "Ceil",
                        "Round",
                        "Swish")) {
            rows.add(row(op, Role.ACTIVATION, DATA));
        }
        for (String op : List.of("Sigmoid", "LeakyRelu")) {
            rows.add(row(op, Role.ACTIVATION, DATA).withRanges((g, n) -> RangeRule.TABLE));
        }
        rows.add(
                row("HardSigmoid", Role.ACTIVATION, DATA)
                        .withGate(
                                (g, n) ->
                                        Optional.of(
                                                        new OpSpec.Gate(
                                                                n.floatAttribute("alpha", 0.2f),
                                                                n.floatAttribute("beta", 0.5f),
                                                                false))
                                                .filter(OnnxOpCatalog::isGate)));
        rows.add(
                row("HardSwish", Role.ACTIVATION, DATA)
                        .withGate((g, n) -> Optional.of(new OpSpec.Gate(1.0 / 6, 0.5, true))));
        rows.add(row("Softmax", Role.SOFTMAX, DATA));
        rows.add(row("LogSoftmax", Role.SOFTMAX, DATA));
    }

    private static void addArithmetic(List<OpSpec> rows) {
        for (String op : List.of("Sub", "Div", "Pow", "Sum", "Mean")) {
            rows.add(row(op, Role.OPAQUE, TWO));
        }
        rows.add(row("Max", Role.OPAQUE, TWO).withClamp(CommonOperators::larger));
        rows.add(row("Min", Role.OPAQUE, TWO).withClamp(CommonOperators::smaller));
    }

    private static void addPooling(List<OpSpec> rows) {
        rows.add(
                row("AveragePool", Role.AVERAGE_POOLING, DATA)
                        .withLayer(layer -> layer.withWindows(WINDOWS)));
        rows.add(
                row("GlobalAveragePool", Role.AVERAGE_POOLING, DATA)
                        .withExtents(OnnxExtents.ONE_POSITION));
        // The second output (indices) is written by the float kernel only.
        rows.add(
                moves("MaxPool", 12)
                        .withLayer(layer -> layer.withWindows(WINDOWS))
                        .withRanges(
                                (g, n) ->
                                        n.outputs().size() == 1
                                                ? RangeRule.PRESERVING
                                                : RangeRule.FREE));
        rows.add(moves("GlobalMaxPool", Long.MAX_VALUE).withExtents(OnnxExtents.ONE_POSITION));
        rows.add(row("LpPool", Role.OPAQUE, DATA));
    }

    private static void addMovers(List<OpSpec> rows) {
        rows.add(moves("Reshape", 5).withExtents(OnnxExtents.RESHAPED));
        rows.add(moves("Flatten", 9));
        rows.add(moves("Squeeze", 1));
        rows.add(moves("Unsqueeze", 1));
        rows.add(moves("Transpose", 1).withExtents(OnnxExtents.TRANSPOSED));
        rows.add(moves("Slice", 1).withExtents(OnnxExtents.SLICED));
        rows.add(moves("Split", 2));
        rows.add(moves("Expand", 8));
        rows.add(moves("Tile", 6));
        rows.add(moves("Identity", 1).withExtents(ExtentRule.SAME));
        rows.add(row("Cast", Role.OPAQUE, DATA).withRanges((g, n) -> RangeRule.PRESERVING));
        rows.add(moves("DepthToSpace", 13));
        // ONNX Runtime 1.21.1 moves floats only.
        rows.add(moves("SpaceToDepth", Long.MAX_VALUE));
        rows.add(
                row("Gather", Role.RANGE_PRESERVING, Map.of(Port.DATA, 0, Port.INDICES, 1))
                        .withRanges((g, n) -> RangeRule.PRESERVING)
                        .withLayer(
                                layer ->
                                        layer.withWeightAxis(
                                                (g, n) ->
                                                        Optional.of(
                                                                (int) n.intAttribute("axis", 0))))
                        .withIntegersSince(1));
        rows.add(
                moves("Resize", 11)
                        .withRanges(
                                (g, n) ->
                                        n.stringAttribute("mode", "nearest").equals("nearest")
                                                ? RangeRule.PRESERVING
                                                : RangeRule.FREE));
        rows.add(
                moves("Upsample", 9)
                        .withRanges(
                                (g, n) ->
                                        n.stringAttribute("mode", "nearest").equals("nearest")
                                                ? RangeRule.PRESERVING
                                                : RangeRule.FREE));
        // In inference form dropout hands its input through; the mask is another matter.
        rows.add(
                moves("Dropout", Long.MAX_VALUE)
                        .withExtents(ExtentRule.SAME)
                        .withRanges(
                                (g, n) ->
                                        n.outputs().size() == 1 && !n.hasInput(2)
                                                ? RangeRule.PRESERVING
                                                : RangeRule.FREE));
        rows.add(
                row("Pad", Role.PAD, Map.of(Port.DATA, 0, Port.FILL, 2))
                        .withRanges((g, n) -> RangeRule.PRESERVING)
                        .withFill(OnnxOpCatalog::fill)
                        .withExtents(OnnxExtents.PADDED)
                        .withIntegersSince(13));
    }

    private static void addQuantized(List<OpSpec> rows) {
        Map<Port, Integer> ports = Map.of(Port.DATA, 0, Port.SCALE, 1, Port.ZERO_POINT, 2);
        rows.add(microsoft("QuantizeLinear", Role.QUANTIZE, ports));
        rows.add(microsoft("DequantizeLinear", Role.DEQUANTIZE, ports));
        for (String op : List.of("QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger")) {
            rows.add(row(op, Role.QUANTIZED_LAYER, DATA));
        }
        for (String op :
                List.of(
                        "QLinearAdd",
                        "QLinearMul",
                        "QLinearConcat",
                        "QLinearAveragePool",
                        "QLinearGlobalAveragePool",
                        "QLinearLeakyRelu",
                        "QLinearSigmoid",
                        "QLinearSoftmax",
                        "QLinearWhere",
                        "QLinearReduceMean",
                        "QEmbedLayerNormalization",
                        "GatherBlockQuantized")) {
            rows.add(microsoft(op, Role.QUANTIZED_KERNEL, DATA));
        }
        for (String op :
                List.of(
                        "QLinearConv",
                        "QGemm",
                        "QAttention",
                        "MatMulIntegerToFloat",
                        "DynamicQuantizeMatMul",
                        "DynamicQuantizeLSTM",
                        "MatMulNBits",
                        "MatMulBnb4")) {
            rows.add(microsoft(op, Role.QUANTIZED_LAYER, DATA));
        }
    }

    private static OpSpec row(String op, Role role, Map<Port, Integer> ports) {
        return OpSpec.of(OpType.onnx(op), role, ports, RangeRule.FREE);
    }

    private static OpSpec microsoft(String op, Role role, Map<Port, Integer> ports) {
        return OpSpec.of(new OpType(OpType.MICROSOFT, op), role, ports, RangeRule.FREE);
    }

    private static OpSpec moves(String op, long integersSince) {
        return row(op, Role.RANGE_PRESERVING, DATA)
                .withRanges((g, n) -> RangeRule.PRESERVING)
                .withIntegersSince(integersSince);
    }

    private static OpSpec recurrent(String op, Map<Port, Integer> ports) {
        return row(op, Role.RECURRENT, ports)
                .withLayer(
                        layer -> layer.withTimeAxis(n -> n.intAttribute("layout", 0) == 0 ? 0 : 1));
    }

    /** Copies of elements, or the constant 0; other constants and computed ones are none. */
    private static Optional<Fill> fill(Graph graph, Node node) {
        if (!node.stringAttribute("mode", "constant").equals("constant")) {
            return Optional.of(Fill.COPIES);
        }
        boolean zero =
                node.hasInput(2)
                        ? graph.constant(node.input(2))
                                .filter(t -> t.dataType() == DataType.FLOAT)
                                .filter(t -> t.elementCount() == 1 && t.toFloats()[0] == 0)
                                .isPresent()
                        : node.floatAttribute("value", 0) == 0;
        return zero ? Optional.of(Fill.ZEROS) : Optional.empty();
    }

    /** HardSigmoid takes any numbers; what falls or is flat is no gate. */
    private static boolean isGate(OpSpec.Gate gate) {
        return gate.slope() > 0 && gate.offset() >= 0 && gate.offset() <= 1;
    }

    private static Optional<String> scaledGemm(Graph graph, Node node) {
        boolean plain =
                node.floatAttribute("alpha", 1) == 1
                        && node.floatAttribute("beta", 1) == 1
                        && node.intAttribute("transA", 0) == 0;
        return plain ? Optional.empty() : Optional.of("it scales or transposes its inputs");
    }

    private static Optional<String> trainingNorm(Graph graph, Node node) {
        long outputs = node.outputs().stream().filter(o -> !o.isEmpty()).count();
        return outputs == 1
                        && node.intAttribute("training_mode", 0) == 0
                        && node.intAttribute("spatial", 1) == 1
                ? Optional.empty()
                : Optional.of("it updates its statistics (training form)");
    }

    /** Limits are attributes up to opset 10 and optional inputs from 11 on, clamps if constant. */
}
