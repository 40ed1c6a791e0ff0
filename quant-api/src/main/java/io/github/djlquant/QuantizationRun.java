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
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.CalibrationWarning;
import io.github.djlquant.calibrate.Calibrator;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.LayerErrors;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.plan.DynamicPlanner;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.EquivalenceCheck;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One pass down the line that ARCHITECTURE.md draws: each stage takes what the one before it made.
 * Used once.
 */
final class QuantizationRun {

    private final Quantizer.Settings settings;
    private final Backend backend;
    private final Path source;
    private final Path output;
    private final Target target;
    private final StageClock clock = new StageClock(System::nanoTime);
    private final List<String> warnings = new ArrayList<>();
    private final List<String> discouraged = new ArrayList<>();

    QuantizationRun(Quantizer.Settings settings, Backend backend, Path source, Path output) {
        this.settings = settings;
        this.backend = backend;
        this.source = source;
        this.output = output;
        this.target = clock.time(Stage.START, () -> target(backend, settings.target()));
    }

    /** Not every target asks for the engine, but whoever needs it first waits for it to load. */
    private static Target target(Backend backend, Target.Name name) {
        backend.runtimeVersion();
        return backend.target(name);
    }

    QuantizedModel call() {
        return timed(Stage.WRITE, this::run);
    }

    /** What no stage claims counts for the writing: staging names, composing the description. */
    private QuantizedModel run() {
        refuseToReplaceTheSource();
        refuseToReplaceTheTable();
        try (StagedFile stage = StagedFile.beside(output, settings.overwrite());
                // A copy for people: an older one may always be replaced.
                StagedFile description = StagedFile.beside(QuantJson.fileOf(output), true);
                SourceFacts facts = SourceFacts.of(() -> backend.files(source))) {
            Graph graph = timed(Stage.READ, this::read);
            timed(Stage.VERIFY, this::requireRunnable);
            TransformContext start =
                    new TransformContext(backend.catalog(), settings.recipe(), target);
            Verification verification = new Verification(settings, backend, graph);
            EquivalenceCheck proof =
                    new EquivalenceCheck(
                            backend,
                            verification::proofBatches,
                            EquivalenceCheck.DEFAULT_TOLERANCE);
            TransformPipeline pipeline = TransformPipeline.load().withCheck(proof);
            Graph fused = rewrite(Stage.FUSE, proof, () -> pipeline.run(Phase.FUSE, graph, start));
            TransformContext surveyed =
                    quantizes()
                            ? start.withChannels(
                                    timed(
                                            Stage.EQUALIZE,
                                            () ->
                                                    new ChannelSurvey(backend, settings.threads())
                                                            .of(
                                                                    fused,
                                                                    start,
                                                                    verification::madeBatches)))
                            : start;
            // Before calibration, which is to see the divided values.
            Graph plain =
                    rewrite(
                            Stage.EQUALIZE,
                            proof,
                            () -> pipeline.run(Phase.EQUALIZE, fused, surveyed));
            Graph prepared =
                    target.isHere()
                            ? rewrite(
                                    Stage.TUNE, proof, () -> pipeline.run(Phase.TUNE, plain, start))
                            : plain;
            CalibrationTable table = null;
            TransformContext context = start;
            if (settings.recipe().method() == Method.STATIC) {
                table = statistics(prepared, start);
                summarize(table.warnings());
                context = context.withStatistics(table);
            }
            TransformContext informed = context;
            Graph equalized =
                    rewrite(
                            Stage.EQUALIZE,
                            proof,
                            () -> pipeline.run(Phase.EQUALIZE, prepared, informed));
            QuantPlan plan = timed(Stage.PLAN, () -> plan(equalized, informed));
            requireSomethingQuantized(plan);
            TransformContext planned = informed.withPlan(plan);
            Graph rounded =
                    rewrite(
                            Stage.ROUND,
                            proof,
                            () -> pipeline.run(Phase.ROUND, equalized, planned));
            Graph made =
                    quantizes()
                            ? rewrite(
                                    Stage.CONVERT,
                                    proof,
                                    () -> pipeline.run(Phase.CONVERT, rounded, planned))
                            : rounded;
            Graph converted = made;
            String measured = "";
            if (prepared != plain) {
                FormTrial trial = new FormTrial(backend, settings.threads());
                FormTrial.Result result =
                        timed(
                                Stage.TUNE,
                                () ->
                                        trial.keepFaster(
                                                FormTrial.convert(plain, planned),
                                                made,
                                                verification.firstRow()));
                planned.fired("FormTrial", plain.name(), result.text());
                converted = result.kept();
                measured = result.text();
            }
            Provenance provenance =
                    provenance(facts.get().sha256(), table == null ? 0 : table.samples());
            write(converted, provenance, plan, measured, stage.path());
            Evaluation evaluation =
                    timed(Stage.VERIFY, () -> verification.compare(source, stage.path()));
            verification.remark().ifPresent(warnings::add);
            Verdict verdict = new Verdict(settings, source, warnings);
            verdict.gain(discouraged, facts.get().bytes(), size(stage.path()));
            verdict.judge(
                    evaluation,
                    () ->
                            new LayerErrors(backend, equalized, made)
                                    .measure(verification.proofBatches()));
            verdict.warnIfNothingWasReached(plan, evaluation);
            Execution execution = timed(Stage.EXPLAIN, () -> backend.explain(stage.path()));
            verdict.warnAboutFallbacks(plan, execution);
            QuantizedModel model =
                    new QuantizedModel(
                            output,
                            facts.get().bytes(),
                            size(stage.path()),
                            provenance,
                            plan,
                            planned.notes(),
                            execution,
                            evaluation,
                            warnings,
                            clock.times(),
                            Optional.ofNullable(table));
            refuseIfInterrupted();
            QuantJson.write(model, description.path());
            // The artifact comes last: where it is, its description is.
            stage.refuseIfTaken();
            description.commit();
            stage.commit();
            return model;
        }
    }

    private boolean quantizes() {
        return settings.recipe().method() != Method.FLOAT;
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
        Path file = settings.tableFile();
        if (file != null && Files.exists(file) && !settings.overwrite()) {
            throw new RecipeException(
                    Problem.of("the file for the calibration table exists already")
                            .in(file)
                            .next("Choose another name, or allow to overwrite it (--force)"));
        }
    }

    private Graph read() {
        Graph graph = backend.read(source);
        Provenance.in(graph.metadata(), source.toString())
                .ifPresent(
                        made -> {
                            throw new UnsupportedModelException(
                                    Problem.of("this model was quantized already")
                                            .in(source)
                                            .actual(
                                                    "made by djl-quant "
                                                            + made.tool()
                                                            + " from "
                                                            + made.sourceName())
                                            .next("Start from the float model"));
                        });
        backend.requireFits(graph, target, source);
        return graph;
    }

    /**
     * What the engine does not run goes no further: it checks each operator's inputs and
     * attributes, so that the stages behind may rely on them, and its refusal names the user's
     * file.
     */
    private Void requireRunnable() {
        backend.open(source, new RunOptions(1, false)).close();
        return null;
    }

    private CalibrationTable statistics(Graph graph, TransformContext context) {
        Map<String, ObservationRequest> requests =
                timed(Stage.PLAN, () -> new Planner(graph, context).valuesToObserve());
        if (requests.isEmpty()) {
            // Nothing to measure: the plan will say why nothing is quantized.
            return new CalibrationTable(Map.of());
        }
        CalibrationTable table = settings.table();
        if (table == null) {
            table = timed(Stage.CALIBRATE, () -> calibrate(graph, requests));
        } else {
            table.requireAll(requests);
        }
        if (settings.tableFile() != null) {
            table.save(settings.tableFile());
        }
        return table;
    }

    private CalibrationTable calibrate(Graph graph, Map<String, ObservationRequest> requests) {
        Calibrator.Builder calibrator =
                Calibrator.builder()
                        .setBackend(backend)
                        .setGraph(graph)
                        .setValues(requests)
                        .optThreads(settings.threads())
                        .optBatchSize(settings.batchSize(graph));
        if (settings.samples() > 0) {
            calibrator.optSamples(settings.samples());
        }
        if (settings.resume() != null) {
            calibrator.optResume(settings.resume());
        }
        if (settings.progress() != null) {
            calibrator.optProgress(settings.progress());
        }
        return calibrator.build().calibrate(settings.calibration());
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

    private QuantPlan plan(Graph graph, TransformContext context) {
        if (!quantizes()) {
            return QuantPlan.allFloat(graph, context.catalog());
        }
        if (settings.recipe().method() == Method.STATIC) {
            return new Planner(graph, context).plan();
        }
        DynamicPlanner planner = new DynamicPlanner(graph, context);
        discouraged.addAll(planner.warnings());
        warnings.addAll(discouraged);
        return planner.plan();
    }

    private void requireSomethingQuantized(QuantPlan plan) {
        if (quantizes()
                && plan.nodes().stream().allMatch(node -> node.form() == NodeDecision.Form.FLOAT)) {
            throw new UnsupportedModelException(
                    Problem.of("nothing in this model can be quantized with this recipe")
                            .in(source)
                            .at("recipe " + settings.recipe().name())
                            .actual(
                                    plan.nodes().stream()
                                            .filter(node -> node.macs() > 0)
                                            .findFirst()
                                            .map(
                                                    node ->
                                                            "for example node "
                                                                    + node.node()
                                                                    + ": "
                                                                    + node.reason())
                                            .orElse("no node that multiplies with weights"))
                            .next(
                                    settings.recipe().method() == Method.DYNAMIC
                                            ? "Convolutional models need the recipe static-int8 and calibration data"
                                            : "See the reasons with 'djl-quant inspect', or widen the recipe's scope"));
        }
    }

    private Provenance provenance(String sha256, long calibrated) {
        return new Provenance(
                Version.current(),
                source.getFileName().toString(),
                sha256,
                settings.recipe(),
                target,
                backend.getEngineName(),
                backend.runtimeVersion(),
                calibrated);
    }

    private void write(
            Graph converted, Provenance provenance, QuantPlan plan, String measured, Path file) {
        refuseIfInterrupted();
        GraphEditor editor =
                converted
                        .edit()
                        .metadata(Provenance.METADATA_KEY, provenance.print())
                        .metadata(Provenance.PLAN_KEY, QuantJson.plan(plan).toString());
        if (!measured.isEmpty()) {
            editor.metadata(Provenance.MEASURED_KEY, measured);
        }
        backend.write(editor.build(), target, file);
    }

    private static void refuseIfInterrupted() {
        if (Thread.interrupted()) {
            throw new QuantizationCancelledException(
                    Problem.of("the quantization was interrupted; nothing was written"));
        }
    }

    private <T> T timed(Stage stage, Supplier<T> work) {
        refuseIfInterrupted();
        return clock.time(stage, work);
    }

    /** The proofs that rewrites ask for are verification. */
    private Graph rewrite(Stage stage, EquivalenceCheck proof, Supplier<Graph> work) {
        Duration before = proof.took();
        Graph graph = timed(stage, work);
        clock.move(proof.took().minus(before), stage, Stage.VERIFY);
        return graph;
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
