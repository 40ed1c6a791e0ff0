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
package io.github.djlquant.report.section;

import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Tone;
import io.github.djlquant.report.view.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The verdict with the main figures. */
public final class VerdictText {

    private static final int CULPRITS = 5;
    private static final int FAILURES = 4;

    /** Characters that would hide the figures before them. */
    private static final int LONG = 80;

    private VerdictText() {}

    /**
     * Says what an evaluation comes to.
     *
     * @param evaluation the evaluation
     * @return the verdict
     */
    public static Verdict of(Evaluation evaluation) {
        Optional<GateResult> gate = evaluation.gate();
        Set<String> warnings = new LinkedHashSet<>();
        gate.ifPresent(g -> warnings.addAll(g.warnings()));
        warnings.addAll(evaluation.warnings());
        if (!evaluation.realData()) {
            warnings.add(
                    "The inputs were made from the model's signature: this says nothing about accuracy on real data");
        }
        return new Verdict(
                gate.map(g -> g.passed() ? "Passed" : "Refused").orElse("Not judged"),
                gate.map(g -> g.passed() ? Tone.GOOD : Tone.BAD).orElse(Tone.WARN),
                summary(evaluation),
                gate.map(VerdictText::failures).orElse(List.of()),
                gate.map(VerdictText::culprits).orElse(List.of()),
                gate.map(GateResult::advice).orElse(List.of()),
                List.copyOf(warnings),
                tiles(evaluation));
    }

    /** The culprits are to be seen without scrolling; the gate's table has the rest. */
    private static List<String> failures(GateResult gate) {
        List<String> all = gate.failures();
        if (all.size() <= FAILURES) {
            return all;
        }
        List<String> first = new ArrayList<>(all.subList(0, FAILURES));
        first.add(Figures.text("and %d more, in the gate's table", all.size() - FAILURES));
        return first;
    }

    private static List<Verdict.Culprit> culprits(GateResult gate) {
        return gate.culprits().stream()
                .limit(CULPRITS)
                .map(
                        c ->
                                new Verdict.Culprit(
                                        c.kind().name().toLowerCase(Locale.ROOT),
                                        c.name(),
                                        c.text()))
                .toList();
    }

    private static String summary(Evaluation evaluation) {
        List<String> parts = new ArrayList<>();
        evaluation
                .subject()
                .filter(VerdictText::hasSizes)
                .ifPresent(s -> parts.add(Figures.times(smaller(s)) + " smaller"));
        evaluation.latency().map(VerdictText::speedWords).ifPresent(parts::add);
        main(evaluation)
                .ifPresent(
                        m ->
                                parts.add(
                                        m.name()
                                                + " "
                                                + MetricWords.value(m.name(), m.source())
                                                + " → "
                                                + MetricWords.value(m.name(), m.quantized())));
        closeness(evaluation).forEach(measure -> parts.add(measure.phrase()));
        return String.join(", ", parts)
                + ", over "
                + Figures.count(evaluation.samples())
                + " samples"
                + evaluation.subject().map(s -> data(s.data())).orElse("");
    }

    /** What chance explains as well is neither fast nor slow. */
    private static String speedWords(LatencyRatio latency) {
        String ratio = Figures.times(latency.ratio());
        if (latency.high() < 1) {
            return "SLOWER: " + ratio + " the speed of float";
        }
        return latency.low() > 1
                ? ratio + " as fast"
                : "about as fast as float ("
                        + Figures.text("%.2f to %.2f×", latency.low(), latency.high())
                        + ")";
    }

    /** What the figures are of; a long description stands with the origin. */
    private static String data(String description) {
        return description.isEmpty() || description.length() > LONG ? "" : " (" + description + ")";
    }

    private static List<Verdict.Tile> tiles(Evaluation evaluation) {
        List<Verdict.Tile> tiles = new ArrayList<>();
        main(evaluation).ifPresent(m -> tiles.add(quality(m)));
        Closeness.of(evaluation).forEach(measure -> tiles.add(measure.tile()));
        evaluation.latency().ifPresent(l -> tiles.add(speed(l)));
        evaluation.subject().filter(VerdictText::hasSizes).ifPresent(s -> tiles.add(size(s)));
        evaluation
                .operators()
                .flatMap(o -> o.int8Share())
                .ifPresent(
                        share ->
                                tiles.add(
                                        new Verdict.Tile(
                                                "Time on integers",
                                                Figures.text("%.0f %%", 100 * share),
                                                "of a call, by the engine's own profile",
                                                Tone.PLAIN)));
        return tiles;
    }

    private static Verdict.Tile quality(Metric metric) {
        Tone tone = metric.isSignificantlyWorse() ? Tone.WARN : Tone.GOOD;
        if (!metric.isDefined()) {
            tone = Tone.BAD;
        } else if (!metric.interval().isKnown()) {
            tone = metric.drop() > 0 ? Tone.WARN : Tone.PLAIN;
        }
        return new Verdict.Tile(
                metric.name(),
                MetricWords.value(metric.name(), metric.quantized()),
                "float "
                        + MetricWords.value(metric.name(), metric.source())
                        + ", drop "
                        + MetricWords.drop(metric.name(), metric.drop(), metric.interval()),
                tone);
    }

    private static Verdict.Tile speed(LatencyRatio latency) {
        Tone tone = latency.high() < 1 ? Tone.BAD : latency.low() > 1 ? Tone.GOOD : Tone.WARN;
        return new Verdict.Tile(
                "Speed",
                Figures.times(latency.ratio()),
                Figures.micros(latency.sourceMicros())
                        + " → "
                        + Figures.micros(latency.quantizedMicros())
                        + ", 95 % "
                        + Figures.text("%.2f to %.2f", latency.low(), latency.high()),
                tone);
    }

    private static Verdict.Tile size(Subject subject) {
        return new Verdict.Tile(
                "Size",
                Figures.bytes(subject.quantizedBytes()),
                "float "
                        + Figures.bytes(subject.sourceBytes())
                        + ", "
                        + Figures.times(smaller(subject))
                        + " smaller",
                Tone.PLAIN);
    }

    private static boolean hasSizes(Subject subject) {
        return subject.sourceBytes() > 0 && subject.quantizedBytes() > 0;
    }

    private static double smaller(Subject subject) {
        return subject.sourceBytes() / (double) subject.quantizedBytes();
    }

    /** Where something tells more than a cosine, the sentence leaves that out. */
    private static List<Closeness> closeness(Evaluation evaluation) {
        List<Closeness> all = Closeness.of(evaluation);
        List<Closeness> telling = all.stream().filter(m -> !m.isCosine()).toList();
        return telling.isEmpty() ? all : telling;
    }

    /** The first metric; without a list of them what is known of top-1. */
    private static Optional<Metric> main(Evaluation evaluation) {
        Optional<Metric> first = evaluation.metrics().stream().findFirst();
        return first.isPresent() ? first : evaluation.accuracy().map(MetricWords::top1);
    }
}
