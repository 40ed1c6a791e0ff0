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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.monitor.DriftBaseline;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.EquivalenceCheck;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The stages between reading and writing: a float graph in, what is written out. Used once. */
final class GraphConversion implements StageWalk.Stages {

    private final QuantizationSettings settings;
    private final Backend backend;
    private final Path source;
    private final SourceFacts facts;
    private final Target target;
    private final Verification verification;
    private final StageClock clock;
    private final EquivalenceCheck proof;
    private final TransformPipeline pipeline;
    private final StageWalk walk = new StageWalk(this);

    /**
     * Prepares the stages.
     *
     * @param source the float model, for messages
     * @param facts what else is being done with the source
     * @param verification gives the rows on which rewrites are proven and timed
     */
    GraphConversion(
            QuantizationSettings settings,
            Backend backend,
            Path source,
            SourceFacts facts,
            Target target,
            Verification verification,
            StageClock clock) {
        this.settings = settings;
        this.backend = backend;
        this.source = source;
        this.facts = facts;
        this.target = target;
        this.verification = verification;
        this.clock = clock;
        this.proof =
                new EquivalenceCheck(
                        backend, verification::proofBatches, EquivalenceCheck.DEFAULT_TOLERANCE);
        this.pipeline = TransformPipeline.load().withCheck(proof);
    }

    /**
     * What the stages made.
     *
     * @param forms the float graph with its operators merged, before values were made easier to
     *     quantize from data
     * @param equalized the last float graph, which the plan is of
     * @param quantized what obeys the plan
     * @param trial the comparison with a plainer form, where there is one
     * @param decision the plan
     * @param context what the transforms noted
     * @param table what calibration saw; empty for recipes that need none
     * @param baseline what live inputs are to be compared with; empty without calibration
     */
    record Result(
            Forms forms,
            Graph equalized,
            Graph quantized,
            Optional<FormTrial.Result> trial,
            PlanChoice decision,
            TransformContext context,
            Optional<CalibrationTable> table,
            Optional<DriftBaseline> baseline) {

        /** The float graph in the form that was kept. */
        Graph optimized() {
            return kept() == quantized ? forms.tuned() : forms.plain();
        }

        /** What is to be written. */
        Graph kept() {
            return trial.map(FormTrial.Result::kept).orElse(quantized);
        }
    }

    /** A float graph in two forms, the same one twice where there is nothing to choose from. */
    record Forms(Graph plain, Graph tuned) {

        boolean differ() {
            return plain != tuned;
        }
    }

    /**
     * What calibration looks at.
     *
     * @param forms the fused graph, equalized as far as that needs no data
     * @param context what its transforms noted
     */
    record Prepared(Forms forms, TransformContext context) {

        Graph observed() {
            return forms.tuned();
        }

        /** The same with other weights, which were trained in the meantime. */
        Prepared with(Graph trained) {
            return trained == forms.tuned()
                    ? this
                    : new Prepared(new Forms(trained, trained), context);
        }
    }

    Result of(Graph graph) {
        Prepared prepared = prepare(graph);
        DriftBaseline.Builder baseline = baseline(graph);
        Optional<CalibrationTable> table =
                settings.recipe().method() == Method.STATIC
                        ? Optional.of(
                                new TableSource(settings, backend, facts, clock, pipeline, baseline)
                                        .of(prepared.observed(), prepared.context()))
                        : Optional.empty();
        return finish(prepared, table, baseline);
    }

    private static DriftBaseline.Builder baseline(Graph graph) {
        return DriftBaseline.builder(graph.inputs().stream().map(Value::name).toList());
    }

    /** Merges float operators only. */
    Graph fuse(Graph graph) {
        return rewrite(Phase.FUSE, graph, start(graph));
    }

    /** What needs no look at data; calibration is to see the divided values. */
    Prepared prepare(Graph graph) {
        TransformContext start = start(graph);
        Graph plain = walk.prepare(graph, start, this::survey);
        Graph tuned = target.isHere() ? rewrite(Phase.TUNE, plain, start) : plain;
        return new Prepared(new Forms(plain, tuned), start);
    }

    /** What has to be observed of a prepared graph. */
    Map<String, ObservationRequest> requests(Prepared prepared) {
        return TableSource.requests(prepared.observed(), prepared.context(), pipeline);
    }

    private TransformContext start(Graph graph) {
        return new TransformContext(backend.catalog(), settings.recipe(), target)
                .withSample(sample(graph));
    }

    /** What follows on the statistics of a prepared graph. */
    Result finish(Prepared prepared, CalibrationTable seen) {
        return finish(prepared, Optional.of(seen), baseline(prepared.observed()));
    }

    private Result finish(
            Prepared prepared, Optional<CalibrationTable> table, DriftBaseline.Builder baseline) {
        Forms forms = prepared.forms();
        TransformContext start = prepared.context();
        TransformContext informed = table.map(start::withStatistics).orElse(start);
        StageWalk.Decided decided = walk.decide(forms.tuned(), informed);
        Beside<Optional<DriftBaseline>> described =
                Beside.start(
                        () ->
                                table.map(
                                        seen ->
                                                baseline.optTable(seen)
                                                        .optPlan(decided.choice().plan())
                                                        .build()));
        Graph quantized = walk.obey(decided);
        TransformContext planned = decided.context();
        Optional<FormTrial.Result> trial =
                forms.differ()
                        ? Optional.of(keepFaster(forms.plain(), quantized, planned))
                        : Optional.empty();
        return new Result(
                forms,
                decided.equalized(),
                quantized,
                trial,
                decided.choice(),
                planned,
                table,
                described.get());
    }

    /** How large the data are, where the model leaves the extents of images and their kin open. */
    private Map<String, long[]> sample(Graph graph) {
        List<String> open =
                graph.inputs().stream().filter(GraphConversion::isOpen).map(Value::name).toList();
        if (!settings.data().isGiven() || open.isEmpty()) {
            return Map.of();
        }
        return clock.time(
                Stage.PLAN,
                () ->
                        verification.firstRow().entrySet().stream()
                                .filter(row -> open.contains(row.getKey()))
                                .collect(
                                        Collectors.toMap(
                                                Map.Entry::getKey,
                                                row -> row.getValue().shape().toArray())));
    }

    private static boolean isOpen(Value input) {
        return input.type() instanceof ValueType.TensorType type
                && type.dataType() == DataType.FLOAT
                && type.shape() != null
                && type.shape().rank() > 2
                && IntStream.range(1, type.shape().rank())
                        .anyMatch(axis -> type.shape().size(axis) < 0);
    }

    private TransformContext survey(Graph fused, TransformContext start) {
        if (settings.recipe().method() == Method.FLOAT) {
            return start;
        }
        ChannelSurvey survey = new ChannelSurvey(backend, settings.threads());
        return start.withChannels(
                clock.time(
                        Stage.EQUALIZE, () -> survey.of(fused, start, verification::madeBatches)));
    }

    private FormTrial.Result keepFaster(Graph plain, Graph quantized, TransformContext planned) {
        FormTrial trial = new FormTrial(backend, settings.threads());
        FormTrial.Result result =
                clock.time(
                        Stage.TUNE,
                        () ->
                                trial.keepFaster(
                                        FormTrial.convert(plain, planned),
                                        quantized,
                                        verification.firstRow()));
        planned.fired("FormTrial", plain.name(), result.text());
        return result;
    }

    /** The planner's stage; a plan that leaves everything float is refused. */
    @Override
    public PlanChoice plan(Supplier<PlanChoice> planner) {
        PlanChoice decision = clock.time(Stage.PLAN, planner);
        decision.requireSomethingQuantized(settings.recipe(), source);
        return decision;
    }

    /** Runs a phase as the stage of its name; the proofs that rewrites ask for are verification. */
    @Override
    public Graph rewrite(Phase phase, Graph graph, TransformContext context) {
        Stage stage = Stage.of(phase);
        Duration before = proof.took();
        Graph rewritten = clock.time(stage, () -> pipeline.run(phase, graph, context));
        clock.move(proof.took().minus(before), stage, Stage.VERIFY);
        return rewritten;
    }
}
