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
package io.github.djlquant.transform.round;

import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.op.Window;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes up in the bias for the mean output error of rounded weights.
 *
 * <pre>
 *   x   w   b            x   w   b'
 *    \  |  /      =&gt;      \  |  /       b'_o = b_o - sum_k (S_o q_ok - w_ok) mean(x_k) inside_k
 *     layer                layer
 * </pre>
 *
 * The mean of the input is that of its channel on the calibration data, times the share of outputs
 * for which that position of the kernel lies inside the input: elsewhere padding gives zeros. Where
 * the input's extents are open, that share is taken for 1. (Nagel et al. 2019, "Data-Free
 * Quantization Through Weight Equalization and Bias Correction", section 4.2, with measured means.)
 * A layer without a bias gets one.
 */
public final class CorrectBias implements BlockTransform {

    /** Creates the transform; called by ServiceLoader. */
    public CorrectBias() {}

    @Override
    public Phase phase() {
        return Phase.ROUND;
    }

    @Override
    public int order() {
        return 100;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().biasCorrection()
                && context.plan().isPresent()
                && context.statistics().isPresent();
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        QuantPlan plan = context.plan().orElseThrow();
        CalibrationTable statistics = context.statistics().orElseThrow();
        Macs extents = new Macs(graph, context.catalog(), context.sample());
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            OpSpec spec = context.catalog().spec(node);
            boolean layer = spec.role() == Role.CONVOLUTION || spec.role() == Role.LINEAR;
            if (!layer || plan.node(node.name()).filter(d -> d.form() == Form.INTEGER).isEmpty()) {
                continue;
            }
            String data = spec.input(node, Port.DATA).orElseThrow();
            Optional<double[]> means = statistics.get(data).flatMap(Statistics::channelMeans);
            Optional<float[]> error =
                    means.flatMap(m -> meanOutputError(graph, spec, node, plan, m, extents));
            if (error.isEmpty()) {
                context.didNotFire(name(), node.name(), "the means of its input are not known");
                continue;
            }
            editor.put(correct(graph, editor, spec, node, error.get()));
            context.fired(name(), node.name(), "bias shifted by the mean error of its outputs");
            changed = true;
        }
        return changed ? editor.build() : graph;
    }

    private static Node correct(
            Graph graph, GraphEditor editor, OpSpec spec, Node node, float[] error) {
        Optional<String> name = spec.input(node, Port.BIAS);
        float[] bias =
                name.flatMap(graph::constant).map(Tensor::toFloats).orElse(new float[error.length]);
        for (int o = 0; o < error.length; o++) {
            bias[o] -= error[o];
        }
        String corrected =
                editor.newConstant(
                        name.orElse(node.name() + "_bias") + "_corrected",
                        Tensor.ofFloats(bias, bias.length));
        return node.withInput(spec.ports().get(Port.BIAS), corrected);
    }

    /** One number per output channel; empty if means and weight don't fit each other. */
    private static Optional<float[]> meanOutputError(
            Graph graph, OpSpec spec, Node node, QuantPlan plan, double[] means, Macs extents) {
        Optional<Integer> axis = spec.layer().weightAxis(graph, node);
        Optional<QuantParams> params =
                spec.input(node, Port.WEIGHT).flatMap(plan::value).map(ValueDecision::params);
        if (axis.isEmpty() || params.isEmpty()) {
            return Optional.empty();
        }
        WeightRows rows = WeightRows.of(graph, spec, node);
        int outputs = rows.values().length;
        int groups = spec.layer().window(node).map(window -> (int) window.groups()).orElse(1);
        if (groups < 1 || outputs == 0 || outputs % groups != 0 || means.length % groups != 0) {
            return Optional.empty();
        }
        int channels = means.length / groups;
        double[] inside = inside(graph, spec, node, extents);
        if (channels == 0
                || Arrays.stream(rows.values()).anyMatch(row -> row.length % channels != 0)) {
            return Optional.empty();
        }
        float[] error = new float[outputs];
        IntStream.range(0, outputs)
                .parallel()
                .forEach(
                        o -> {
                            int first = o / (outputs / groups) * channels;
                            int scale = params.get().size() == 1 ? 0 : o;
                            error[o] =
                                    (float)
                                            meanError(
                                                    rows.values()[o],
                                                    params.get(),
                                                    scale,
                                                    means,
                                                    first,
                                                    channels,
                                                    inside);
                        });
        return Optional.of(error);
    }

    /** One share per position of the kernel; none where that is not known. */
    private static double[] inside(Graph graph, OpSpec spec, Node node, Macs extents) {
        Optional<long[]> data = spec.input(node, Port.DATA).flatMap(extents::extents);
        Optional<Window> window = spec.layer().window(node);
        Optional<Shape> weight =
                spec.input(node, Port.WEIGHT).flatMap(graph::constant).map(Tensor::shape);
        if (spec.role() != Role.CONVOLUTION
                || data.isEmpty()
                || window.isEmpty()
                || weight.isEmpty()
                || weight.get().rank() != data.get().length
                || !window.get().fits(weight.get().rank() - 2)) {
            return new double[0];
        }
        long[] kernel = weight.get().toArray();
        int rank = kernel.length;
        return InsideShare.of(
                window.get(),
                Arrays.copyOfRange(kernel, 2, rank),
                Arrays.copyOfRange(data.get(), 2, rank));
    }

    /** Sums what rounding changes in a row, times the mean of the channel that it is applied to. */
    private static double meanError(
            float[] row,
            QuantParams params,
            int scale,
            double[] means,
            int first,
            int channels,
            double[] inside) {
        int[] integers = new int[channels];
        double sum = 0;
        for (int start = 0; start < row.length; start += channels) {
            params.quantize(row, start, channels, scale, integers);
            double share = inside.length == 0 ? 1 : inside[start / channels];
            for (int c = 0; c < channels; c++) {
                double rounded = params.dequantize(integers[c], scale);
                sum += (rounded - row[start + c]) * means[first + c] * share;
            }
        }
        return sum;
    }
}
