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
package io.github.djlquant.plan;

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.plan.ValueDecision.Kind;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.round.PairSafeScale;
import io.github.djlquant.transform.round.WeightRows;
import java.util.List;
import java.util.Optional;

/**
 * Scales of a weight: one per output channel, max|w| / 127 (shrinking them to lessen the squared
 * error of the weights was measured and makes the outputs worse), widened where neighbours would
 * saturate or the bias would not fit 32 bits.
 */
final class WeightParams {

    /** Half of int32: the other half is left to the accumulated products. */
    private static final double BIAS_LIMIT = 1L << 30;

    /** Steps that resolve the bias of a channel whose weights are all 0. */
    private static final double BIAS_STEPS = 1L << 24;

    private WeightParams() {}

    /** What the scale of a weight also depends on: the input's scale and the bias of a reader. */
    record Layer(float dataScale, Optional<float[]> bias) {}

    static ValueDecision decide(
            Graph graph, TransformContext context, Node node, List<Layer> layers) {
        OpSpec spec = context.catalog().spec(node);
        String value = spec.input(node, Port.WEIGHT).orElseThrow();
        WeightRows rows = WeightRows.of(graph, spec, node);
        Optional<QuantParams> kept = context.kept(value).filter(p -> fits(p, rows));
        if (kept.isPresent()) {
            return new ValueDecision(value, Kind.WEIGHT, kept.get(), "kept from the source");
        }
        TensorScheme scheme = context.recipe().weights();
        if (scheme.granularity() instanceof Granularity.PerGroup) {
            throw grouped(node);
        }
        boolean perChannel =
                scheme.granularity() instanceof Granularity.PerChannel
                        && rows.channelAxis().isPresent();
        int count = perChannel ? rows.values().length : 1;
        float[] scales = new float[count];
        int[] zeroPoints = new int[count];
        boolean pairSafe =
                context.target().pairSafeWeights()
                        && rows.addsPairs()
                        && scheme.type() == QuantType.INT8;
        int widened = 0;
        for (int i = 0; i < rows.values().length; i++) {
            float[] row = rows.values()[i];
            TensorScheme.ScaleZeroPoint one = parameters(scheme, row, i, layers);
            float scale = pairSafe ? PairSafeScale.of(row, one.scale()) : one.scale();
            widened += scale > one.scale() ? 1 : 0;
            int at = perChannel ? i : 0;
            scales[at] = Math.max(scales[at], scale);
            zeroPoints[at] = one.zeroPoint();
        }
        Granularity granularity =
                perChannel
                        ? new Granularity.PerChannel(rows.channelAxis().orElseThrow())
                        : Granularity.PER_TENSOR;
        return new ValueDecision(
                value,
                Kind.WEIGHT,
                new QuantParams(scheme.withGranularity(granularity), scales, zeroPoints),
                (perChannel ? "largest weight of each channel" : "largest weight")
                        + (widened > 0
                                ? "; "
                                        + widened
                                        + " of "
                                        + rows.values().length
                                        + " widened so that neighbours never saturate"
                                : ""));
    }

    private static TensorScheme.ScaleZeroPoint parameters(
            TensorScheme scheme, float[] row, int channel, List<Layer> layers) {
        double min = 0;
        double max = 0;
        for (float weight : row) {
            min = Math.min(min, weight);
            max = Math.max(max, weight);
        }
        TensorScheme.ScaleZeroPoint one = scheme.parametersFor(min, max);
        double scale = min == 0 && max == 0 ? 0 : one.scale();
        for (Layer layer : layers) {
            double bias =
                    layer.bias()
                            .filter(b -> channel < b.length)
                            .map(b -> Math.abs((double) b[channel]))
                            .orElse(0.0);
            double steps = min == 0 && max == 0 ? BIAS_STEPS : BIAS_LIMIT;
            scale = Math.max(scale, bias / layer.dataScale() / steps);
        }
        float usable = (float) Math.max(scale, Float.MIN_NORMAL);
        return new TensorScheme.ScaleZeroPoint(scale == 0 ? 1f : usable, one.zeroPoint());
    }

    private static boolean fits(QuantParams params, WeightRows rows) {
        return params.granularity() instanceof Granularity.PerTensor
                || params.granularity() instanceof Granularity.PerChannel c
                        && rows.channelAxis().filter(axis -> axis == c.axis()).isPresent()
                        && params.size() == rows.values().length;
    }

    private static RecipeException grouped(Node node) {
        return new RecipeException(
                Problem.of("integer kernels take weights per tensor or per channel, not per group")
                        .at("node " + node.name())
                        .next("Choose another granularity in the recipe"));
    }
}
