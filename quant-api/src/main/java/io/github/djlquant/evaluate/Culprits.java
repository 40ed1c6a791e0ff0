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
package io.github.djlquant.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Looks in an evaluation for what probably spoilt a model, and for what to try. */
final class Culprits {

    /** More are not read. */
    private static final int MOST = 3;

    /** A layer that loses less is no culprit. */
    private static final double DROP = 3;

    /**
     * A layer so many dB above the output holds less than a hundredth of its noise: whatever it
     * lost, others spoilt the output.
     */
    private static final double CLEAN = 20;

    /** Fewer answers leave a class by chance. */
    private static final long LEFT = 10;

    /** Of so many answers that leave a class, less than one comes back. */
    private static final long NONE_BACK = 20;

    /** More clipped values are a fault of the range. */
    static final double CLIPPED = 0.01;

    /** A range that is used less leaves 5 bits of 8. */
    static final double UNUSED = 1 / 8.0;

    /** Channels so much larger than the others leave them 4 bits of 8. */
    private static final double OUTLIER = 16;

    /** Rounding does not move so many answers each to a class of its own. */
    private static final double REARRANGED = 0.8;

    private final Evaluation evaluation;

    Culprits(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    List<GateResult.Culprit> find() {
        List<GateResult.Culprit> found = new ArrayList<>(hardware());
        evaluation.nonFinite().map(Culprits::nonFinite).ifPresent(found::add);
        found.addAll(order());
        found.addAll(classes());
        inputs().forEach(found::add);
        new CalibrationEvidence(evaluation).find().ifPresent(found::add);
        layers().forEach(found::add);
        ranges().forEach(found::add);
        outliers().forEach(found::add);
        slices().forEach(found::add);
        found.addAll(new SlowOperators(evaluation).find());
        return found;
    }

    List<String> advice() {
        List<String> advice = new ArrayList<>();
        if (!hardware().isEmpty()) {
            advice.add("quantize again with the target any, which answers the same on every CPU");
        }
        if (evaluation.inputTrial().isPresent()) {
            advice.add("prepare the inputs of both models in the same way");
        }
        if (new CalibrationEvidence(evaluation).find().isPresent()) {
            advice.add("calibrate again with samples like these, prepared in the same way");
        }
        if (!ranges().isEmpty()
                || evaluation.coverage().filter(c -> c.exceeded() > 0).isPresent()) {
            advice.add("calibrate with more or more typical data: ranges do not fit what was seen");
        } else {
            advice.add("calibrate with more or more typical data");
        }
        List<GateResult.Culprit> layers = layers();
        advice.add(
                layers.isEmpty()
                        ? "exclude the worst layers in the recipe's scope"
                        : "exclude "
                                + String.join(
                                        ", ",
                                        layers.stream().map(GateResult.Culprit::name).toList())
                                + " in the recipe's scope");
        if (!outliers().isEmpty()) {
            advice.add("weights per channel, and equalization of outlier channels");
        }
        return advice;
    }

    private List<GateResult.Culprit> hardware() {
        return evaluation
                .hardware()
                .flatMap(
                        check ->
                                check.hazard()
                                        .map(
                                                text ->
                                                        new GateResult.Culprit(
                                                                GateResult.Culprit.Kind.HARDWARE,
                                                                check.cpuClass(),
                                                                check.cpuClass() + ": " + text)))
                .stream()
                .toList();
    }

    private static GateResult.Culprit nonFinite(NonFiniteOrigin origin) {
        return new GateResult.Culprit(
                GateResult.Culprit.Kind.LAYER, origin.node(), origin.toString());
    }

    /** Where each class has become another one, nothing was rounded: the scores are rearranged. */
    private List<GateResult.Culprit> order() {
        List<GateResult.Culprit> found = new ArrayList<>();
        for (Flips flips : evaluation.flipped()) {
            Map<Integer, Flips.Transition> largest = new TreeMap<>();
            for (Flips.Transition transition : flips.transitions()) {
                largest.merge(
                        transition.from(), transition, (a, b) -> a.count() >= b.count() ? a : b);
            }
            long moved = largest.values().stream().mapToLong(Flips.Transition::count).sum();
            long targets = largest.values().stream().map(Flips.Transition::to).distinct().count();
            if (moved > REARRANGED * flips.samples() && targets == largest.size()) {
                found.add(
                        new GateResult.Culprit(
                                GateResult.Culprit.Kind.DATA,
                                flips.output(),
                                String.format(
                                        Locale.ROOT,
                                        "%s: the classes come in another order than the source's:"
                                                + " %s",
                                        flips.output(),
                                        largest.values().stream()
                                                .limit(MOST)
                                                .map(
                                                        t ->
                                                                flips.className(t.from())
                                                                        + " became "
                                                                        + flips.className(t.to()))
                                                .collect(Collectors.joining(", ")))));
            }
        }
        return found;
    }

    /** The class that most of the changed answers left, and hardly one came to; not of two. */
    private List<GateResult.Culprit> classes() {
        List<GateResult.Culprit> found = new ArrayList<>();
        for (Flips flips : evaluation.flipped()) {
            Map<Integer, Long> left = new TreeMap<>();
            Map<Integer, Long> came = new TreeMap<>();
            for (Flips.Transition transition : flips.transitions()) {
                left.merge(transition.from(), transition.count(), Long::sum);
                came.merge(transition.to(), transition.count(), Long::sum);
            }
            left.forEach(
                    (index, count) -> {
                        long back = came.getOrDefault(index, 0L);
                        if (index >= 0
                                && count >= LEFT
                                && 2 * count > flips.changed()
                                && back * NONE_BACK < count
                                && came.size() > 1) {
                            found.add(suppressed(flips, index, count, back));
                        }
                    });
        }
        return found;
    }

    private static GateResult.Culprit suppressed(Flips flips, int index, long left, long came) {
        return new GateResult.Culprit(
                GateResult.Culprit.Kind.SLICE,
                "class " + flips.className(index),
                String.format(
                        Locale.ROOT,
                        "class %s: %d of %d changed answers of %s left it, %d came to it",
                        flips.className(index),
                        left,
                        flips.changed(),
                        flips.output(),
                        came));
    }

    private List<GateResult.Culprit> inputs() {
        return evaluation.inputTrial().stream()
                .map(
                        trial ->
                                new GateResult.Culprit(
                                        GateResult.Culprit.Kind.DATA,
                                        trial.input(),
                                        trial.toString()))
                .toList();
    }

    private List<GateResult.Culprit> layers() {
        double clean =
                evaluation.outputs().stream()
                                .mapToDouble(OutputError::sqnr)
                                .filter(Double::isFinite)
                                .min()
                                .orElse(Double.POSITIVE_INFINITY)
                        + CLEAN;
        return evaluation.layers().stream()
                .filter(layer -> layer.drop() > DROP && !(layer.sqnr() > clean))
                .sorted(Comparator.comparingDouble(LayerError::drop).reversed())
                .limit(MOST)
                .map(
                        layer ->
                                new GateResult.Culprit(
                                        GateResult.Culprit.Kind.LAYER,
                                        layer.node(),
                                        layer.toString()))
                .toList();
    }

    private List<GateResult.Culprit> ranges() {
        return evaluation.layers().stream()
                .filter(layer -> layer.range().filter(Culprits::isBad).isPresent())
                .sorted(
                        Comparator.comparingDouble(
                                layer -> -layer.range().orElseThrow().saturation()))
                .limit(MOST)
                .map(layer -> range(layer, layer.range().orElseThrow()))
                .toList();
    }

    private static boolean isBad(LayerError.RangeUse range) {
        return range.saturation() > CLIPPED || range.used() < UNUSED;
    }

    private static GateResult.Culprit range(LayerError layer, LayerError.RangeUse range) {
        String text =
                range.saturation() > CLIPPED
                        ? String.format(
                                Locale.ROOT,
                                "%s: %.1f %% of the values lie outside the range %.4g to %.4g and"
                                        + " are clipped",
                                layer.node(),
                                100 * range.saturation(),
                                range.low(),
                                range.high())
                        : String.format(
                                Locale.ROOT,
                                "%s: the values use %.1f %% of the range %.4g to %.4g",
                                layer.node(),
                                100 * range.used(),
                                range.low(),
                                range.high());
        return new GateResult.Culprit(GateResult.Culprit.Kind.RANGE, layer.value(), text);
    }

    private List<GateResult.Culprit> outliers() {
        return evaluation.layers().stream()
                .filter(layer -> layer.outlier().filter(ratio -> ratio > OUTLIER).isPresent())
                .sorted(Comparator.comparingDouble(layer -> -layer.outlier().orElseThrow()))
                .limit(MOST)
                .map(
                        layer ->
                                new GateResult.Culprit(
                                        GateResult.Culprit.Kind.OUTLIER,
                                        layer.node(),
                                        String.format(
                                                Locale.ROOT,
                                                "%s: one channel is %.0f times as large as the"
                                                        + " median channel",
                                                layer.node(),
                                                layer.outlier().orElseThrow())))
                .toList();
    }

    private List<GateResult.Culprit> slices() {
        return evaluation.slices().stream()
                .flatMap(
                        criterion ->
                                criterion.slices().stream()
                                        .filter(Slice::isSignificantlyWorse)
                                        .limit(MOST)
                                        .map(
                                                slice ->
                                                        new GateResult.Culprit(
                                                                GateResult.Culprit.Kind.SLICE,
                                                                criterion.by() + " " + slice.name(),
                                                                criterion.by() + " " + slice)))
                .toList();
    }
}
