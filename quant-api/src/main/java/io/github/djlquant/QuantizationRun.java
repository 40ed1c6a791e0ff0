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
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.backend.TargetCheck;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.CalibrationWarning;
import io.github.djlquant.evaluate.BaselineRange;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.LayerErrors;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.monitor.DriftBaseline;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.BrokenTransformException;
import io.github.djlquant.transform.TransformContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * One pass down the line that ARCHITECTURE.md draws: each stage takes what the one before it made.
 * Used once.
 */
final class QuantizationRun {

    private final QuantizationSettings settings;
    private final Engines engines;
    private final Backend backend;
    private final Path source;
    private final Path output;
    private final SourceFacts facts;
    private final BiFunction<GraphConversion, Graph, GraphConversion.Result> stages;
    private Target target;
    private final StageClock clock = new StageClock(System::nanoTime);
    private final List<String> warnings = new ArrayList<>();
    private Optional<FixedBatch> batch = Optional.empty();

    QuantizationRun(
            QuantizationSettings settings,
            Engines engines,
            Path source,
            Path output,
            SourceFacts facts) {
        this(settings, engines, source, output, facts, GraphConversion::of);
    }

    /**
     * Prepares a run.
     *
     * @param stages what lies between reading and writing
     */
    QuantizationRun(
            QuantizationSettings settings,
            Engines engines,
            Path source,
            Path output,
            SourceFacts facts,
            BiFunction<GraphConversion, Graph, GraphConversion.Result> stages) {
        this.stages = stages;
        this.settings = settings;
        this.engines = engines;
        this.backend = engines.target();
        this.source = source;
        this.output = output;
        this.facts = facts;
    }

    /** Not every target asks for the engine, but whoever needs it first waits for it to load. */
    private static Target target(Backend backend, QuantizationSettings settings) {
        String runtime = engineVersion(backend);
        Target target = backend.target(settings.target(), settings.recipe());
        TargetCheck check = TargetCheck.of(target, CpuClass.here(), runtime);
        if (check.verdict() == TargetCheck.Verdict.REFUSE) {
            throw new UnsupportedModelException(
                    Problem.of("an artifact for this target can't be verified on this machine")
                            .at("target " + target.name())
                            .actual(check.text())
                            .next("Quantize on a machine of that kind, or for the target any"));
        }
        return target;
    }

    private static String engineVersion(Backend backend) {
        try {
            return backend.runtimeVersion();
        } catch (RuntimeException | LinkageError e) {
            // A process that is being ended lets no library load.
            StageClock.refuseIfInterrupted();
            throw e;
        }
    }

    /** What no stage claims counts for the writing, such as composing the description. */
    QuantizedModel call() {
        try {
            return clock.time(Stage.WRITE, this::run);
        } catch (ModelFormatException
                | UnsupportedModelException
                | CalibrationException
                | BrokenTransformException e) {
            e.happenedAt(source);
            throw e;
        }
    }

    private QuantizedModel run() {
        refuseToReplaceTheSource();
        refuseToReplaceTheTable();
        try (StagedModel stage = StagedModel.beside(output, settings.handover().overwrite())) {
            target = clock.time(Stage.START, () -> target(backend, settings));
            Graph read = clock.time(Stage.READ, this::read);
            clock.time(Stage.VERIFY, this::requireRunnable);
            engines.source()
                    .leftBehind(read)
                    .forEach(what -> warnings.add("unlike the source: " + what));
            return quantize(stage, read);
        }
    }

    /** A model may take batches of one size only, which nothing tells before it is run. */
    private QuantizedModel quantize(StagedModel stage, Graph read) {
        List<String> before = List.copyOf(warnings);
        try {
            return convert(stage, read);
        } catch (CalibrationException e) {
            batch =
                    clock.time(
                            Stage.VERIFY,
                            () -> FixedBatch.find(engines.source(), source, read, settings.data()));
            FixedBatch fixed = batch.orElseThrow(() -> e);
            warnings.clear();
            warnings.addAll(before);
            if (fixed.rows() != settings.data().batchSize()) {
                warnings.add(fixed.warning(e));
            }
            return convert(stage, fixed.graph());
        }
    }

    private QuantizedModel convert(StagedModel stage, Graph read) {
        Path file = stage.path();
        Verification verification = new Verification(settings, engines, read);
        Graph graph = engines.cross() ? cross(read, verification) : read;
        GraphConversion.Result made =
                stages.apply(
                        new GraphConversion(
                                settings, backend, source, facts, target, verification, clock),
                        graph);
        made.table().ifPresent(table -> summarize(table.warnings()));
        warnings.addAll(made.decision().discouraged());
        warnings.addAll(made.decision().plan().warnings());
        Provenance provenance = provenance(facts.get().sha256(), made);
        write(made, provenance, file);
        Verdict verdict = new Verdict(settings, source, warnings);
        Evaluation evaluation = verify(made, provenance, file, verification, verdict);
        QuantPlan plan = made.decision().plan();
        List<TransformContext.Note> notes = made.context().notes();
        Beside<QuantJson.Draft> draft =
                Beside.start(() -> QuantJson.Draft.of(provenance, evaluation, plan, notes));
        Execution execution = clock.time(Stage.EXPLAIN, () -> backend.explain(file));
        verdict.warnAboutFallbacks(plan, execution);
        QuantizedModel model =
                new QuantizedModel(
                        output,
                        facts.get().bytes(),
                        size(file),
                        provenance,
                        plan,
                        notes,
                        execution,
                        evaluation,
                        warnings,
                        clock.times(),
                        made.table());
        StageClock.refuseIfInterrupted();
        stage.commit(model, draft.get());
        return model;
    }

    private void refuseToReplaceTheSource() {
        try {
            if (Files.exists(output) && Files.exists(source) && Files.isSameFile(source, output)) {
                throw new RecipeException(
                        Problem.of("the output is the source itself")
                                .in(output)
                                .next("Choose another name: the float model can't be remade"));
            }
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("the output can't be compared with the source").in(output), e);
        }
    }

    private void refuseToReplaceTheTable() {
        Path file = settings.statistics().tableFile();
        if (file != null && Files.exists(file) && !settings.handover().overwrite()) {
            throw new RecipeException(
                    Problem.of("the file for the calibration table exists already")
                            .in(file)
                            .next("Choose another name, or allow to overwrite it (--force)"));
        }
    }

    private Graph read() {
        Graph graph = facts.graph();
        engines.source().requireFits(graph, target, source);
        ConstantCheck.require(graph, engines.source().catalog(), source);
        OneFile.require(graph, settings.recipe(), backend.mostWeightBytes(), source);
        return graph;
    }

    /** Everything behind happens in the target's engine, with its kernels. */
    private Graph cross(Graph graph, Verification verification) {
        SourceCrossing crossing = new SourceCrossing(engines, source);
        Graph crossed = clock.time(Stage.CROSS, () -> crossing.adopt(graph));
        backend.requireFits(crossed, target, source);
        clock.time(
                Stage.VERIFY,
                () -> {
                    crossing.prove(graph, crossed, verification.proofBatches());
                    return null;
                });
        return crossed;
    }

    /**
     * What the engine does not run goes no further: it checks each operator's inputs and
     * attributes, so that the stages behind may rely on them, and its refusal names the user's
     * file.
     */
    private Void requireRunnable() {
        engines.source().open(source, new RunOptions(1, false)).close();
        return null;
    }

    /** One line per kind: a hundred lines that say the same thing are not read. */
    private void summarize(List<CalibrationWarning> found) {
        Map<CalibrationWarning.Kind, List<CalibrationWarning>> kinds =
                found.stream()
                        .collect(
                                Collectors.groupingBy(
                                        CalibrationWarning::kind,
                                        TreeMap::new,
                                        Collectors.toList()));
        kinds.forEach(
                (kind, all) -> {
                    CalibrationWarning first = all.get(0);
                    String values = all.size() == 1 ? "" : all.size() + " values, such as ";
                    String value = first.value().isEmpty() ? "" : "%" + first.value() + ": ";
                    warnings.add(
                            "calibration: " + kind.text() + ": " + values + value + first.reason());
                });
    }

    private Provenance provenance(String sha256, GraphConversion.Result made) {
        return new Provenance(
                Version.current(),
                source.getFileName().toString(),
                sha256,
                settings.recipe(),
                target,
                backend.getEngineName(),
                backend.runtimeVersion(),
                made.table().map(CalibrationTable::samples).orElse(0L));
    }

    private void write(GraphConversion.Result made, Provenance provenance, Path file) {
        StageClock.refuseIfInterrupted();
        Graph kept = batch.map(fixed -> fixed.restored(made.kept())).orElseGet(made::kept);
        GraphEditor editor =
                kept.edit()
                        .metadata(Provenance.METADATA_KEY, provenance.print())
                        .metadata(
                                Provenance.PLAN_KEY,
                                QuantJson.plan(made.decision().plan()).toString());
        made.baseline()
                .ifPresent(
                        baseline -> editor.metadata(DriftBaseline.METADATA_KEY, baseline.print()));
        made.trial().ifPresent(trial -> editor.metadata(Provenance.MEASURED_KEY, trial.text()));
        backend.write(editor.build(), target, file);
    }

    /** The float graph behind the result, if it is to be timed: a float result is it already. */
    private Optional<Graph> optimized(GraphConversion.Result made) {
        return settings.handover().optimized() && settings.recipe().method() != Method.FLOAT
                ? Optional.of(made.optimized())
                : Optional.empty();
    }

    private Evaluation verify(
            GraphConversion.Result made,
            Provenance provenance,
            Path file,
            Verification verification,
            Verdict verdict) {
        Evaluation compared =
                clock.time(Stage.VERIFY, () -> verification.compare(source, file, optimized(made)))
                        .with()
                        .optSubject(
                                Subject.of(
                                                provenance,
                                                facts.get().bytes(),
                                                output.getFileName().toString(),
                                                size(file))
                                        .withData(verification.rowsJudged()))
                        .optBaseline(made.baseline().map(BaselineRange::of).orElse(List.of()))
                        .build();
        verification.remark().ifPresent(warnings::add);
        verdict.gain(made.decision().discouraged(), compared);
        Evaluation judged =
                verdict.judge(
                        compared,
                        verification.otherBatches(),
                        () ->
                                new LayerErrors(backend, made.equalized(), made.quantized())
                                        .measure(verification.proofBatches().iterator()));
        verdict.warnIfNothingWasReached(made.decision().plan(), judged);
        return judged;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new ModelFormatException(
                    Problem.of("the file can't be read").in(file).actual(e.getMessage()), e);
        }
    }
}
