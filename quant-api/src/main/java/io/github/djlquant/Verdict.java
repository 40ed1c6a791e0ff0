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
package io.github.djlquant;

import io.github.djlquant.backend.Execution;
import io.github.djlquant.evaluate.Coverage;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationBuilder;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.LayerError;
import io.github.djlquant.evaluate.LayerErrors;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.recipe.GateThresholds;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Whether a result is worth handing over; what is not is refused, or a warning if it is forced. */
final class Verdict {

    private static final String BATCH_ADVICE =
            "calibrate in batches of as many rows as the model will be given (optBatchSize, or"
                    + " --batch)";

    private final QuantizationSettings settings;
    private final Path source;
    private final List<String> warnings;

    /**
     * Prepares the judgement.
     *
     * @param settings whether the gate binds, and where it stands
     * @param source the float model, for messages
     * @param warnings where warnings go
     */
    Verdict(QuantizationSettings settings, Path source, List<String> warnings) {
        this.settings = settings;
        this.source = source;
        this.warnings = warnings;
    }

    /**
     * Refuses a result that is no smaller, where the plan had said that the recipe does not suit.
     *
     * @param discouraged why the recipe does not suit; empty if it does
     * @param evaluation the comparison, with the sizes in its subject
     */
    void gain(List<String> discouraged, Evaluation evaluation) {
        Subject subject = evaluation.subject().orElseThrow();
        long sourceBytes = subject.sourceBytes();
        long bytes = subject.quantizedBytes();
        if (discouraged.isEmpty() || bytes < sourceBytes) {
            return;
        }
        String reason =
                String.format(
                        Locale.ROOT,
                        "nothing is gained, the file has %,d bytes and its source %,d: %s",
                        bytes,
                        sourceBytes,
                        String.join("; ", discouraged));
        if (!settings.handover().force()) {
            throw new GateException(
                    Problem.of(reason)
                            .in(source)
                            .next(
                                    "Pass data (optCalibration, or --calibrate), or take it anyway"
                                            + " (optIgnoreGate, or --ignore-gate)"),
                    evaluation
                            .with()
                            .optGate(
                                    new GateResult(
                                            List.of(
                                                    new GateResult.Check(
                                                            "size",
                                                            subject.quantized(),
                                                            sourceBytes,
                                                            bytes,
                                                            false,
                                                            reason)),
                                            List.of(),
                                            List.of("calibrate with data: a static recipe"),
                                            List.of()))
                            .build());
        }
        warnings.add("taken by force: " + reason);
    }

    /**
     * Judges a comparison; where it fails, the layers are looked at too.
     *
     * @param otherBatches what fails in batches of other sizes alone; a warning where the user said
     *     how large batches are
     * @param layers inner values, the worst first
     * @return the comparison with its judgement
     */
    Evaluation judge(
            Evaluation evaluation,
            List<GateResult.Check> otherBatches,
            Supplier<LayerErrors.Seen> layers) {
        GateThresholds thresholds = settings.recipe().gate();
        GateResult result = Gate.judge(evaluation, thresholds);
        Evaluation judged = evaluation;
        GateResult informed = result;
        String layersAtFault = "";
        if (!result.passed()) {
            LayerErrors.Seen seen = layers.get();
            judged = withLayers(evaluation, seen);
            informed = Gate.judge(judged, thresholds);
            layersAtFault = worst(seen.layers()) + ranges(informed);
        }
        int batch = settings.data().batchSize();
        if (!otherBatches.isEmpty() && batch == 0) {
            informed = informed.withFailures(otherBatches, BATCH_ADVICE);
        }
        judged = judged.with().optGate(informed).build();
        if (!informed.passed()) {
            String reasons = String.join("; ", informed.failures()) + layersAtFault;
            if (!settings.handover().force()) {
                throw new GateException(
                        Problem.of(
                                        "the quantized model is too far from its source and is not"
                                                + " handed over: "
                                                + reasons)
                                .in(source)
                                .next(
                                        "Try: "
                                                + String.join("; ", informed.advice())
                                                + "; or take it anyway (optIgnoreGate, or"
                                                + " --ignore-gate)"),
                        judged);
            }
            warnings.add("below its gate and taken by force: " + reasons);
        }
        if (batch > 0) {
            otherBatches.forEach(
                    check ->
                            warnings.add(
                                    "to be fed in batches of "
                                            + batch
                                            + " only, as optBatchSize or --batch says: "
                                            + check.text()));
        }
        warnings.addAll(result.warnings());
        return judged;
    }

    private static Evaluation withLayers(Evaluation evaluation, LayerErrors.Seen seen) {
        List<LayerError> layers = seen.layers();
        long samples =
                evaluation
                        .subject()
                        .flatMap(Subject::provenance)
                        .map(Provenance::calibrationSamples)
                        .orElse(0L);
        EvaluationBuilder more = evaluation.with().optLayers(LayerError.inGraphOrder(layers));
        if (!layers.isEmpty()) {
            more.optCoverage(Coverage.of(samples, seen.rows(), layers));
        }
        return more.build();
    }

    private static String ranges(GateResult result) {
        return result.culprits().stream()
                .filter(culprit -> culprit.kind() != GateResult.Culprit.Kind.LAYER)
                .map(GateResult.Culprit::text)
                .collect(Collectors.joining("; "))
                .transform(text -> text.isEmpty() ? "" : ". Besides: " + text);
    }

    /** Inputs that nobody chose may take a branch around everything that was quantized. */
    void warnIfNothingWasReached(QuantPlan plan, Evaluation evaluation) {
        boolean quantized = plan.values().stream().anyMatch(ValueDecision::isQuantized);
        if (!settings.data().isGiven() && quantized && Double.isInfinite(evaluation.sqnr())) {
            warnings.add(
                    "NOT VERIFIED: the outputs equal the float model's to the last bit, so the"
                            + " inputs made from the signature did not reach what was quantized; verify"
                            + " with real data");
        }
    }

    private static String worst(List<LayerError> layers) {
        return layers.isEmpty()
                ? ""
                : layers.stream()
                        .limit(3)
                        .map(LayerError::toString)
                        .collect(Collectors.joining(", ", ". Worst layers: ", ""));
    }

    /** What the plan wants in int8 and the engine still runs in float. */
    void warnAboutFallbacks(QuantPlan plan, Execution execution) {
        List<String> fallen =
                execution.kernels().stream()
                        .filter(kernel -> !kernel.int8())
                        .map(Execution.Kernel::name)
                        .filter(
                                name ->
                                        plan.node(name)
                                                .filter(node -> node.quantized() && node.macs() > 0)
                                                .isPresent())
                        .toList();
        if (!fallen.isEmpty()) {
            warnings.add(
                    "the engine runs "
                            + fallen.size()
                            + " planned int8 nodes in float: "
                            + String.join(", ", fallen));
        }
    }
}
