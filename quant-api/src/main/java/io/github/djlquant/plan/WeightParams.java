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

import io.github.djlquant.backend.Kernels.PairOrder;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

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

    /** A channel this many times as large as the median one is reported. */
    private static final float ABSURD = 200;

    private WeightParams() {}

    /** What the scale of a weight also depends on: the input's scale and the bias of a reader. */
    record Layer(float dataScale, Optional<float[]> bias) {}

    /** Of a row of weights, with 0; the minimum is NaN if one of them is. */
    private record Extremes(float min, float max) {

        /**
         * Reads every weight of the model: once, and without calls where the JVM compiles little.
         */
        static Extremes of(float[] row) {
            float min = 0;
            float max = 0;
            for (float weight : row) {
                if (weight > max) {
                    max = weight;
                } else if (!(weight >= min)) {
                    min = Float.isNaN(min) ? min : weight;
                }
            }
            return new Extremes(min, max);
        }

        float peak() {
            return Math.max(-min, max);
        }
    }

    static ValueDecision decide(
            Graph graph, TransformContext context, Node node, List<Layer> layers) {
        OpSpec spec = context.catalog().spec(node);
        String value = spec.input(node, Port.WEIGHT).orElseThrow();
        WeightRows rows = WeightRows.of(graph, spec, node);
        Set<PairOrder> orders =
                context.target().kernels().pairs(context.target().pairSafeWeights());
        boolean pairsAdded = rows.values().length > 0 && !rows.inPairs(0, orders).isEmpty();
        Optional<QuantParams> kept = context.kept(value).filter(p -> fits(p, rows));
        boolean offCenter = pairsAdded && kept.filter(WeightParams::isOffCenter).isPresent();
        if (kept.isPresent() && !offCenter) {
            boolean pairSafe = pairsAdded && kept.get().type() == QuantType.INT8;
            return kept(value, kept.get(), rows, pairSafe ? orders : Set.of());
        }
        TensorScheme scheme = context.recipe().weights();
        boolean perChannel =
                scheme.granularity() instanceof Granularity.PerChannel
                        && rows.channelAxis().isPresent();
        boolean pairSafe = pairsAdded && scheme.type() == QuantType.INT8;
        int count = perChannel ? rows.values().length : 1;
        float[] scales = new float[count];
        int[] zeroPoints = new int[count];
        int widened = 0;
        List<Extremes> extremes = Arrays.stream(rows.values()).map(Extremes::of).toList();
        for (int i = 0; i < count; i++) {
            TensorScheme.ScaleZeroPoint one =
                    parameters(
                            scheme,
                            perChannel ? extremes.subList(i, i + 1) : extremes,
                            perChannel ? i : 0,
                            layers);
            scales[i] = pairSafe ? pairSafe(rows, count, i, orders, one.scale()) : one.scale();
            zeroPoints[i] = one.zeroPoint();
            widened += scales[i] > one.scale() ? 1 : 0;
        }
        String absurd = absurd(extremes);
        Granularity granularity =
                perChannel
                        ? new Granularity.PerChannel(rows.channelAxis().orElseThrow())
                        : Granularity.PER_TENSOR;
        return new ValueDecision(
                value,
                Kind.WEIGHT,
                new QuantParams(scheme.withGranularity(granularity), scales, zeroPoints),
                (perChannel ? "largest weight of each channel" : "largest weight")
                        + (absurd.isEmpty() ? "" : "; " + absurd)
                        + (offCenter ? "; the source's zero point lets neighbours saturate" : "")
                        + widened(widened, count),
                absurd);
    }

    /**
     * The source's own scales; the integers change only where a target's kernels would saturate
     * with them.
     */
    private static ValueDecision kept(
            String value, QuantParams kept, WeightRows rows, Set<PairOrder> orders) {
        float[] scales = kept.scales();
        int widened = 0;
        for (int i = 0; i < scales.length; i++) {
            for (float[] row : inPairs(rows, scales.length, i, orders)) {
                if (!PairSafeScale.isSafe(row, scales[i])) {
                    scales[i] = PairSafeScale.of(row, scales[i]);
                }
            }
            widened += scales[i] > kept.scale(i) ? 1 : 0;
        }
        QuantParams params =
                widened == 0
                        ? kept
                        : new QuantParams(
                                new TensorScheme(
                                        kept.type(),
                                        TensorScheme.Symmetry.SYMMETRIC_FULL,
                                        kept.granularity()),
                                scales,
                                kept.zeroPoints());
        return new ValueDecision(
                value,
                Kind.WEIGHT,
                params,
                "kept from the source" + widened(widened, scales.length));
    }

    /**
     * One scale for such channels would leave the median one no step at all; that they differ so
     * much is worth a look even where each has its own.
     */
    private static String absurd(List<Extremes> rows) {
        float[] peaks = new float[rows.size()];
        int largest = 0;
        for (int i = 0; i < peaks.length; i++) {
            peaks[i] = rows.get(i).peak();
            largest = peaks[i] > peaks[largest] ? i : largest;
        }
        if (peaks.length == 0) {
            return "";
        }
        float peak = peaks[largest];
        Arrays.sort(peaks);
        float median = peaks[peaks.length / 2];
        return peak < ABSURD * median || median == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "channel %d reaches %.3g, %.0f times the median channel",
                        largest,
                        peak,
                        peak / median);
    }

    private static String widened(int widened, int count) {
        return widened == 0
                ? ""
                : "; " + widened + " of " + count + " widened so that neighbours never saturate";
    }

    /** The rows that share a scale, as kernels add them. */
    private static List<float[]> inPairs(
            WeightRows rows, int scales, int index, Set<PairOrder> orders) {
        return scales == rows.values().length
                ? rows.inPairs(index, orders)
                : IntStream.range(0, rows.values().length)
                        .mapToObj(row -> rows.inPairs(row, orders))
                        .flatMap(List::stream)
                        .toList();
    }

    private static float pairSafe(
            WeightRows rows, int scales, int index, Set<PairOrder> orders, float atLeast) {
        float scale = atLeast;
        for (float[] row : inPairs(rows, scales, index, orders)) {
            scale = Math.max(scale, PairSafeScale.of(row, atLeast));
        }
        return scale;
    }

    /** Pairs are added with the zero point in them, so that the limit holds for 0 only. */
    private static boolean isOffCenter(QuantParams params) {
        return params.type() == QuantType.INT8
                && Arrays.stream(params.zeroPoints()).anyMatch(zeroPoint -> zeroPoint != 0);
    }

    /** One scale and zero point for rows whose first one makes the given output channel. */
    private static TensorScheme.ScaleZeroPoint parameters(
            TensorScheme scheme, List<Extremes> rows, int channel, List<Layer> layers) {
        float min = 0;
        float max = 0;
        for (Extremes row : rows) {
            // NaN stays and is refused below.
            min = Math.min(min, row.min());
            max = Math.max(max, row.max());
        }
        TensorScheme.ScaleZeroPoint one = scheme.parametersFor(min, max);
        double scale = min == 0 && max == 0 ? 0 : one.scale();
        double steps = min == 0 && max == 0 ? BIAS_STEPS : BIAS_LIMIT;
        for (Layer layer : layers) {
            float[] bias = layer.bias().orElse(new float[0]);
            for (int i = channel; i < Math.min(channel + rows.size(), bias.length); i++) {
                scale = Math.max(scale, Math.abs((double) bias[i]) / layer.dataScale() / steps);
            }
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
}
