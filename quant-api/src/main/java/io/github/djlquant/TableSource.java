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
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.Calibrator;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.monitor.DriftBaseline;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.util.Map;
import java.util.function.Supplier;

/** Where a run has its statistics from: the user's data, or an earlier run. */
final class TableSource {

    private final QuantizationSettings settings;
    private final Backend backend;
    private final SourceFacts facts;
    private final StageClock clock;
    private final TransformPipeline pipeline;
    private final DriftBaseline.Builder baseline;

    /**
     * Prepares.
     *
     * @param baseline is shown the rows that calibration reads
     */
    TableSource(
            QuantizationSettings settings,
            Backend backend,
            SourceFacts facts,
            StageClock clock,
            TransformPipeline pipeline,
            DriftBaseline.Builder baseline) {
        this.baseline = baseline;
        this.settings = settings;
        this.backend = backend;
        this.facts = facts;
        this.clock = clock;
        this.pipeline = pipeline;
    }

    /** What the static planner and the transforms ask for. */
    static Map<String, ObservationRequest> requests(
            Graph graph, TransformContext context, TransformPipeline pipeline) {
        return pipeline.probes(graph, context, new Planner(graph, context).valuesToObserve());
    }

    /** The answers to {@link #requests}; kept in a file if the user wants that. */
    CalibrationTable of(Graph graph, TransformContext context) {
        Map<String, ObservationRequest> requests =
                clock.time(Stage.PLAN, () -> requests(graph, context, pipeline));
        if (requests.isEmpty()) {
            // Nothing to measure: the plan will say why nothing is quantized.
            return new CalibrationTable(Map.of());
        }
        CalibrationTable table = settings.statistics().table();
        if (table == null) {
            Supplier<CalibrationTable> work = () -> calibrate(graph, requests);
            table =
                    clock.time(
                            Stage.CALIBRATE,
                            () -> takesAllProcessors() ? facts.restDuring(work) : work.get());
        } else {
            table.requireAll(requests);
        }
        table.noRange().filter(seen -> !settings.handover().force()).ifPresent(this::refuse);
        if (settings.statistics().tableFile() != null) {
            table.save(settings.statistics().tableFile());
        }
        return table;
    }

    private void refuse(String seen) {
        boolean measured = settings.statistics().table() != null;
        Problem problem =
                Problem.of("there is no range to calibrate with")
                        .expected("rows that differ, as those that the model will meet do")
                        .actual(seen + (measured ? ", as the calibration table tells" : ""))
                        .next(
                                "Look at how the data was made (a wrong folder, scale or type?), or"
                                        + " take it anyway (optIgnoreGate, or --ignore-gate)");
        throw new CalibrationException(
                measured
                        ? problem
                        : settings.data()
                                .calibration()
                                .place()
                                .map(problem::in)
                                .orElse(problem.in("calibration data")));
    }

    private boolean takesAllProcessors() {
        return settings.threads() == 0
                || settings.threads() >= Runtime.getRuntime().availableProcessors();
    }

    private CalibrationTable calibrate(Graph graph, Map<String, ObservationRequest> requests) {
        Calibrator.Builder calibrator =
                Calibrator.builder()
                        .setBackend(backend)
                        .setGraph(graph)
                        .setValues(requests)
                        .optThreads(settings.threads())
                        .optBatchSize(settings.data().batchSize())
                        .optListener(this::show);
        if (settings.data().samples() > 0) {
            calibrator.optSamples(settings.data().samples());
        }
        if (settings.statistics().resume() != null) {
            calibrator.optResume(settings.statistics().resume());
        }
        if (settings.progress() != null) {
            calibrator.optProgress(settings.progress());
        }
        return calibrator.build().calibrate(settings.data().calibration());
    }

    private void show(Feed feed) {
        if (feed.isBatchFirst()) {
            baseline.add(feed.tensors());
        }
    }
}
