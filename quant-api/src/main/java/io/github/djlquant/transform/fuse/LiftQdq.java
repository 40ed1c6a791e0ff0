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
package io.github.djlquant.transform.fuse;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes the quantize/dequantize pairs out of a model that was trained with them elsewhere, and
 * remembers their parameters, so that the plan keeps them and the rest is finished as for any
 * model.
 *
 * <pre>
 *   x -> Quantize -> Dequantize -> layer        x -> layer          (x keeps scale and zero point)
 *        w_int8   -> Dequantize ----^      =&gt;   w_float ---^       (w keeps its scales)
 * </pre>
 *
 * Where the range may stand for an activation that the other tool took out, a clamp to it stays
 * ({@link LiftedClamp}): calibration has to see what the model computes.
 *
 * <p>Rounding a weight that was dequantized here with its own scale gives the same integers again;
 * a weight that was still float takes the rounded numbers that the model computes with. A single
 * node that rounds and stays float (fake quantization) is taken out likewise.
 */
public final class LiftQdq implements BlockTransform {

    /** Creates the transform; called by ServiceLoader. */
    public LiftQdq() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public boolean isFloatEquivalent() {
        return false;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        Graph lifted = graph;
        for (Node node : graph.nodes()) {
            if (context.catalog().role(node) == Role.DEQUANTIZE) {
                lifted = lift(lifted, lifted.node(node.name()).orElseThrow(), context);
            } else if (context.catalog().role(node) == Role.FAKE_QUANTIZE) {
                lifted = liftFake(lifted, lifted.node(node.name()).orElseThrow(), context);
            }
        }
        return lifted;
    }

    /** One node that rounds and stays float: what it reads keeps its steps. */
    private Graph liftFake(Graph graph, Node fake, TransformContext context) {
        OpSpec spec = context.catalog().spec(fake);
        Optional<QuantParams> params = spec.steps().apply(graph, fake);
        if (params.isEmpty() || graph.isOutput(fake.output())) {
            context.didNotFire(
                    name(),
                    fake.name(),
                    params.isEmpty() ? "its parameters are not constant" : "it makes an output");
            return graph;
        }
        requireUsable(fake, params.get().scales(), params.get().zeroPoints());
        String real = spec.input(fake, Port.DATA).orElseThrow();
        GraphEditor editor = graph.edit().remove(fake.name());
        keep(graph, editor, real, fake.output(), params.get(), context);
        context.fired(name(), fake.name(), "scale and zero point of %" + real + " kept");
        return editor.build();
    }

    private Graph lift(Graph graph, Node dequantize, TransformContext context) {
        OpSpec spec = context.catalog().spec(dequantize);
        String read = spec.input(dequantize, Port.DATA).orElse("");
        String made = dequantize.output();
        Optional<Tensor> integers = graph.constant(read);
        Optional<Node> quantize =
                graph.producer(read).filter(n -> context.catalog().role(n) == Role.QUANTIZE);
        DataType type =
                integers.map(Tensor::dataType)
                        .orElseGet(() -> zeroPointType(graph, spec, dequantize));
        Optional<QuantParams> params = params(graph, spec, dequantize, type);
        if (params.isEmpty()) {
            context.didNotFire(name(), dequantize.name(), "its parameters are not constant");
            return graph;
        }
        GraphEditor editor = graph.edit();
        if (integers.isPresent() && !graph.isOutput(made)) {
            editor.remove(dequantize.name())
                    .constant(made, OnSteps.of(integers.get(), params.get()));
            if (type != DataType.INT32) {
                context.keep(made, params.get());
            }
            context.fired(name(), dequantize.name(), "constant lifted to floats");
            return editor.build();
        }
        boolean pair =
                quantize.isPresent()
                        && params(
                                        graph,
                                        context.catalog().spec(quantize.get()),
                                        quantize.get(),
                                        type)
                                .equals(params);
        if (!pair || graph.isOutput(made)) {
            keepPerTensor(context, made, params.get());
            quantize.ifPresent(q -> keepPerTensor(context, q.input(0), params.get()));
            context.didNotFire(
                    name(), dequantize.name(), pair ? "it makes an output" : "it ends no pair");
            return graph;
        }
        String real = quantize.get().input(0);
        editor.remove(dequantize.name());
        boolean last = graph.consumers(read).size() == 1 && !graph.isOutput(read);
        if (last) {
            editor.remove(quantize.get().name());
        }
        keep(graph, editor, real, made, params.get(), context);
        context.fired(name(), dequantize.name(), "scale and zero point of %" + real + " kept");
        return editor.build();
    }

    /**
     * Reads what was rounded in place of what rounding made, and remembers the steps. A constant
     * takes the rounded numbers: they are what the model computes with, so that no later stage
     * takes this rounding for an error that it has to make up for.
     */
    private static void keep(
            Graph graph,
            GraphEditor editor,
            String real,
            String made,
            QuantParams params,
            TransformContext context) {
        Optional<Tensor> constant = graph.constant(real);
        if (constant.isEmpty()) {
            String bounded = new LiftedClamp(graph, context).put(editor, real, made, params);
            editor.replaceReads(made, bounded);
            keepPerTensor(context, bounded, params);
            return;
        }
        Tensor rounded = OnSteps.rounded(constant.get(), params);
        if (graph.consumers(real).size() == 1 && !graph.isOutput(real)) {
            editor.replaceReads(made, real).constant(real, rounded);
            context.keep(real, params);
        } else {
            String other = editor.newConstant(made, rounded);
            editor.replaceReads(made, other);
            context.keep(other, params);
        }
    }

    private static void keepPerTensor(TransformContext context, String value, QuantParams params) {
        if (params.granularity() instanceof Granularity.PerTensor) {
            context.keep(value, onTheRecipesSide(context, params));
        }
    }

    /**
     * Signed bytes of activations as unsigned ones that stand for the same numbers, where those are
     * what the recipe's kernels read. (On x86 ONNX Runtime turns signed pairs into unsigned ones
     * itself, but not all of them, and a layer between both kinds runs on floats.)
     */
    private static QuantParams onTheRecipesSide(TransformContext context, QuantParams params) {
        return params.type() == QuantType.INT8
                        && context.recipe().activations().type() == QuantType.UINT8
                ? QuantParams.perTensor(
                        QuantType.UINT8,
                        params.scale(0),
                        params.zeroPoint(0) - QuantType.INT8.min())
                : params;
    }

    private static DataType zeroPointType(Graph graph, OpSpec spec, Node node) {
        return spec.input(node, Port.ZERO_POINT)
                .flatMap(graph::constant)
                .map(Tensor::dataType)
                .orElse(DataType.UINT8);
    }

    private static Optional<QuantParams> params(
            Graph graph, OpSpec spec, Node node, DataType type) {
        Optional<float[]> scales =
                spec.input(node, Port.SCALE)
                        .flatMap(graph::constant)
                        .filter(t -> t.dataType() == DataType.FLOAT && t.shape().rank() <= 1)
                        .map(Tensor::toFloats);
        Optional<QuantType> quantType =
                Arrays.stream(QuantType.values()).filter(q -> q.dataType() == type).findFirst();
        boolean computedZero =
                spec.input(node, Port.ZERO_POINT)
                        .filter(z -> graph.constant(z).isEmpty())
                        .isPresent();
        if (scales.isEmpty() || quantType.isEmpty() || computedZero) {
            return Optional.empty();
        }
        int[] zeroPoints =
                spec.input(node, Port.ZERO_POINT)
                        .flatMap(graph::constant)
                        .map(Tensor::toInts)
                        .orElse(new int[scales.get().length]);
        requireUsable(node, scales.get(), zeroPoints);
        Granularity granularity =
                scales.get().length == 1
                        ? Granularity.PER_TENSOR
                        : new Granularity.PerChannel(axis(graph, spec, node));
        return Optional.of(
                new QuantParams(
                        new TensorScheme(
                                quantType.get(), TensorScheme.Symmetry.SYMMETRIC_FULL, granularity),
                        scales.get(),
                        zeroPoints));
    }

    private static int axis(Graph graph, OpSpec spec, Node node) {
        int axis = (int) node.intAttribute("axis", 1);
        int rank =
                spec.input(node, Port.DATA)
                        .flatMap(graph::shape)
                        .map(shape -> shape.rank())
                        .orElse(0);
        return Math.max(0, axis < 0 ? axis + rank : axis);
    }

    private static void requireUsable(Node node, float[] scales, int[] zeroPoints) {
        boolean usable = scales.length == zeroPoints.length && scales.length > 0;
        for (float scale : scales) {
            usable &= scale > 0 && Float.isFinite(scale);
        }
        if (!usable) {
            throw new UnsupportedModelException(
                    Problem.of(
                                    "a scale of the source is not positive and finite, or has no zero point")
                            .at("node " + node.name())
                            .next("Export the model again, or start from its float form"));
        }
    }

    /** Constants as the floats that their steps stand for. */
    private static final class OnSteps {

        static Tensor of(Tensor integers, QuantParams params) {
            int[] values = integers.toInts();
            float[] floats = new float[values.length];
            int inner = inner(integers, params);
            for (int i = 0; i < values.length; i++) {
                floats[i] = params.dequantize(values[i], i / inner % params.size());
            }
            return Tensor.ofFloats(floats, integers.shape().toArray());
        }

        static Tensor rounded(Tensor tensor, QuantParams params) {
            float[] floats = tensor.toFloats();
            int inner = inner(tensor, params);
            for (int i = 0; i < floats.length; i++) {
                int index = i / inner % params.size();
                floats[i] = params.dequantize(params.quantize(floats[i], index), index);
            }
            return Tensor.ofFloats(floats, tensor.shape().toArray());
        }

        /** How many elements in a row have one scale. */
        private static int inner(Tensor tensor, QuantParams params) {
            int inner = 1;
            if (params.granularity() instanceof Granularity.PerChannel c) {
                for (int axis = c.axis() + 1; axis < tensor.shape().rank(); axis++) {
                    inner *= (int) tensor.shape().size(axis);
                }
            }
            return inner;
        }
    }
}
