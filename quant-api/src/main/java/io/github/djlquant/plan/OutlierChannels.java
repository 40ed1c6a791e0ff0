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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.ChannelProfile;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which channels are divided before they are rounded. In transformers a few channels of a
 * product's input grow many times as large as the others; one scale for all then leaves the others
 * a handful of steps.
 *
 * <p>Dividing channel k by s<sub>k</sub> and multiplying row k of the weight by it keeps the
 * product. With W the weight, m<sub>k</sub> the mean square of channel k, R the range of the
 * divided value, and rounding errors that are uniform and independent, the noise of a product of
 * 8-bit operands is
 *
 * <pre>
 *   activations:  (R / 255)&#178; / 12  *  sum_k s_k&#178; sum_o W_ko&#178;
 *   weights:      sum_k m_k / s_k&#178;  *  sum_o (max_k s_k |W_ko| / 127)&#178; / 12
 * </pre>
 *
 * of a signal of sum_k m_k sum_o W_ko&#178;. What is larger than a limit is divided down to it, and
 * the limit is the one with the least noise. A division is one more operator, so it is worth its
 * time only where the noise is above a thousandth of the signal and at least halved.
 */
public final class OutlierChannels {

    /**
     * A division costs one operation per channel, a product one per output: the fewer outputs, the
     * louder the noise must be. With 300 outputs it is a thousandth of the signal (30 dB).
     */
    private static final double LOUD = 0.3;

    /** By how much the noise must fall. */
    private static final double GAIN = 2;

    /** Steps between one limit and half of it. */
    private static final int STEPS = 4;

    /** Limits down to a 256th of the largest element. */
    private static final int LIMITS = 8 * STEPS + 1;

    /** Weights with fewer elements make products that are over before a division is. */
    private static final long SMALL_WEIGHT = 1 << 14;

    private final Graph graph;
    private final TransformContext context;
    private final Map<String, List<Node>> layers = new LinkedHashMap<>();

    /**
     * The factors of one value.
     *
     * @param value the value that is divided
     * @param layers the layers that read it, each with a weight of its own or shared among them
     * @param factors the divisors, one per channel, at least 1
     * @param reason what stands out and what dividing gains
     */
    public record Division(String value, List<Node> layers, float[] factors, String reason) {}

    /**
     * Finds the values whose channels may be divided.
     *
     * @param graph the fused float graph
     * @param context recipe, target and operators
     */
    public OutlierChannels(Graph graph, TransformContext context) {
        this.graph = graph;
        this.context = context;
        if (isEightBits(context.recipe().activations().type()) && mostlyMatrices()) {
            collect();
        }
    }

    /**
     * Lists the values whose channels are to be looked at.
     *
     * @return inputs of products with constant matrices, in graph order
     */
    public List<String> values() {
        return List.copyOf(layers.keySet());
    }

    /**
     * Decides.
     *
     * @return the divisions that pay, for values whose channels the context knows
     */
    public List<Division> divisions() {
        // Each looks at all weights of its layers, and none depends on another.
        return List.copyOf(layers.entrySet()).parallelStream()
                .flatMap(
                        layer ->
                                context
                                        .channels(layer.getKey())
                                        .flatMap(
                                                profile ->
                                                        division(
                                                                layer.getKey(),
                                                                layer.getValue(),
                                                                profile))
                                        .stream())
                .toList();
    }

    /** Elsewhere the session that looks at channels costs more than it finds. */
    private boolean mostlyMatrices() {
        long matrices = 0;
        long others = 0;
        for (Node node : graph.nodes()) {
            OpSpec spec = context.catalog().spec(node);
            if (LayerRules.isLayer(spec.role())) {
                long elements =
                        LayerRules.weight(graph, spec, node).map(Tensor::elementCount).orElse(0L);
                matrices += spec.role() == Role.CONVOLUTION ? 0 : elements;
                others += spec.role() == Role.CONVOLUTION ? elements : 0;
            }
        }
        return matrices > others;
    }

    private static boolean isEightBits(QuantType type) {
        return type == QuantType.UINT8 || type == QuantType.INT8;
    }

    private void collect() {
        LayerRules rules = new LayerRules(graph, context);
        SmallHeads heads =
                new SmallHeads(
                        graph,
                        context.catalog(),
                        new Macs(graph, context.catalog(), context.sample()));
        Map<String, List<Node>> found = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            OpSpec spec = context.catalog().spec(node);
            boolean stays = context.recipe().method() == Method.STATIC && heads.contains(node);
            if (LayerRules.isLayer(spec.role()) && !stays && rules.obstacle(node).isEmpty()) {
                rules.activations(node)
                        .forEach(
                                value ->
                                        found.computeIfAbsent(value, v -> new ArrayList<>())
                                                .add(node));
            }
        }
        found.forEach(
                (value, readers) -> {
                    if (context.kept(value).isEmpty()
                            && readers.stream().allMatch(node -> isDivisible(node, readers))) {
                        layers.put(value, List.copyOf(readers));
                    }
                });
    }

    private boolean isDivisible(Node node, List<Node> readers) {
        OpSpec spec = context.catalog().spec(node);
        Optional<Tensor> weight = LayerRules.weight(graph, spec, node);
        if (spec.role() == Role.CONVOLUTION
                || weight.isEmpty()
                || weight.get().shape().rank() != 2
                || weight.get().elementCount() < SMALL_WEIGHT
                || spec.layer().weightAxis(graph, node).isEmpty()) {
            return false;
        }
        String name = spec.input(node, Port.WEIGHT).orElseThrow();
        return context.kept(name).isEmpty()
                && !graph.isOutput(name)
                && readers.containsAll(graph.consumers(name));
    }

    private Optional<Division> division(String value, List<Node> readers, ChannelProfile profile) {
        Optional<ProductNoise> found =
                ProductNoise.of(
                        graph,
                        context.catalog(),
                        readers,
                        profile,
                        context.recipe().weights().granularity() instanceof Granularity.PerChannel);
        if (found.isEmpty() || found.get().signal() == 0) {
            return Optional.empty();
        }
        ProductNoise noise = found.get();
        double before = noise.dividedTo(noise.peak());
        if (before < LOUD / noise.outputs() * noise.signal()) {
            return Optional.empty();
        }
        double least = before;
        double best = noise.peak();
        for (int i = 1; i < LIMITS; i++) {
            double limit = noise.peak() * Math.pow(2, -(double) i / STEPS);
            double left = noise.dividedTo(limit);
            if (left < least) {
                least = left;
                best = limit;
            } else if (left > GAIN * least) {
                break;
            }
        }
        if (before < GAIN * least) {
            return Optional.empty();
        }
        float[] factors = factors(profile, best);
        return Optional.of(
                new Division(
                        value,
                        readers,
                        factors,
                        reason(profile, factors, noise.signal() / before, noise.signal() / least)));
    }

    private static float[] factors(ChannelProfile profile, double limit) {
        float[] factors = new float[profile.channels()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) Math.max(1, profile.peak(i) / limit);
        }
        return factors;
    }

    private static String reason(
            ChannelProfile profile, float[] factors, double before, double after) {
        int divided = 0;
        int largest = 0;
        double[] peaks = new double[factors.length];
        for (int i = 0; i < factors.length; i++) {
            peaks[i] = profile.peak(i);
            divided += factors[i] > 1 ? 1 : 0;
            largest = profile.peak(i) > profile.peak(largest) ? i : largest;
        }
        Arrays.sort(peaks);
        double median = peaks[peaks.length / 2];
        return String.format(
                Locale.ROOT,
                "channel %d reaches %.3g, the median channel %.3g: %d of %d channels are divided"
                        + " by up to %.1f, the signal over the noise of 8 bits rises from %.0f to"
                        + " %.0f dB",
                largest,
                profile.peak(largest),
                median,
                divided,
                factors.length,
                factors[largest],
                10 * Math.log10(before),
                10 * Math.log10(after));
    }
}
