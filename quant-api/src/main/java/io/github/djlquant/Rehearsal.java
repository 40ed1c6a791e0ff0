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
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.observe.Observer;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through a static run's own stages on made up ranges, once in a process, while the engine
 * loads. That takes one processor for a quarter of a second; a fresh virtual machine needs about as
 * long to load, link and compile what rewrites, plans and describes a graph, which then is done.
 * What comes out is dropped, and so is whatever goes wrong: the run itself will say so.
 *
 * <pre>
 *   this thread      engine loads ............ | rewrite, plan, calibrate, convert, write
 *   source's thread  read | rehearse           |
 * </pre>
 */
final class Rehearsal {

    private static final Logger LOGGER = LoggerFactory.getLogger(Rehearsal.class);

    /** Rounding more weights than these takes longer than the engine's loading. */
    private static final long MOST_WEIGHT_BYTES = 16 << 20;

    private static final AtomicBoolean HELD = new AtomicBoolean();

    private final Recipe recipe;
    private final Backend backend;
    private final BooleanSupplier wanted;

    /**
     * Prepares.
     *
     * @param wanted false as soon as the processor is needed for other things
     */
    Rehearsal(Recipe recipe, Backend backend, BooleanSupplier wanted) {
        this.recipe = recipe;
        this.backend = backend;
        this.wanted = wanted;
    }

    /**
     * Rehearses, if it is the first static run of this process.
     *
     * @param graph the float model
     */
    static void hold(Recipe recipe, Engines engines, Graph graph, BooleanSupplier wanted) {
        if (recipe.method() != Method.STATIC
                || engines.cross()
                || Runtime.getRuntime().availableProcessors() < 2
                || weightBytes(graph) > MOST_WEIGHT_BYTES
                || !HELD.compareAndSet(false, true)) {
            return;
        }
        try {
            boolean whole = new Rehearsal(recipe, engines.target(), wanted).on(graph);
            LOGGER.debug("the rehearsal came to its end: {}", whole);
        } catch (RuntimeException e) {
            LOGGER.debug("the rehearsal failed", e);
        }
    }

    private static long weightBytes(Graph graph) {
        return graph.constants().values().stream().mapToLong(t -> t.storage().byteSize()).sum();
    }

    /** Returns false if the processor was needed before the end. */
    boolean on(Graph graph) {
        TransformPipeline pipeline = ownTransforms();
        StageWalk walk = new StageWalk(new Rehearsed(pipeline));
        TransformContext start =
                new TransformContext(
                        backend.catalog(), recipe, backend.target(Target.Name.ANY, recipe));
        try {
            Graph prepared = walk.prepare(graph, start, (fused, context) -> context);
            Map<String, ObservationRequest> requests =
                    TableSource.requests(prepared, start, pipeline);
            requireWanted();
            backend.rehearse(backend.instrument(prepared, probes(requests)).graph());
            TransformContext informed = start.withStatistics(made(prepared, requests));
            StageWalk.Decided decided = walk.decide(prepared, informed);
            Graph quantized = walk.obey(decided);
            requireWanted();
            backend.rehearse(quantized);
            requireWanted();
            String description = QuantJson.print(QuantJson.plan(decided.choice().plan()));
            LOGGER.debug("{} characters", description.length());
            return true;
        } catch (CancellationException e) {
            return false;
        }
    }

    private void requireWanted() {
        if (!wanted.getAsBoolean()) {
            throw new CancellationException("the processor is needed for other things");
        }
    }

    /** Goes through each stage as long as that is wanted. */
    private final class Rehearsed implements StageWalk.Stages {

        private final TransformPipeline pipeline;

        Rehearsed(TransformPipeline pipeline) {
            this.pipeline = pipeline;
        }

        @Override
        public Graph rewrite(Phase phase, Graph rewritten, TransformContext context) {
            requireWanted();
            return pipeline.run(phase, rewritten, context);
        }

        @Override
        public PlanChoice plan(Supplier<PlanChoice> planner) {
            requireWanted();
            return planner.get();
        }
    }

    /** Those of others may count on being called once. */
    private static TransformPipeline ownTransforms() {
        String own = Rehearsal.class.getPackageName();
        return TransformPipeline.of(
                TransformPipeline.load().transforms().stream()
                        .filter(transform -> transform.getClass().getName().startsWith(own))
                        .toList());
    }

    private static List<Probe> probes(Map<String, ObservationRequest> requests) {
        List<Probe> probes = new ArrayList<>();
        requests.forEach(
                (value, request) -> {
                    probes.add(new Probe.MinMax(value));
                    if (request.histogram()) {
                        probes.add(new Probe.Sample(value, 1 << 12));
                    }
                    request.channelAxis()
                            .ifPresent(axis -> probes.add(new Probe.ChannelMean(value, axis)));
                });
        return probes;
    }

    private static CalibrationTable made(Graph graph, Map<String, ObservationRequest> requests) {
        Map<String, Statistics> entries = new TreeMap<>();
        float[] sample = {-1, -0.5f, 0, 0.25f, 0.5f, 1};
        requests.forEach(
                (value, request) -> {
                    Observer observer = new Observer();
                    observer.extremes(1, -1, 1);
                    if (request.histogram()) {
                        observer.sample(sample, sample.length);
                    }
                    channels(graph, value, request)
                            .ifPresent(count -> observer.channelMeans(1, new float[count]));
                    entries.put(value, observer.statistics());
                });
        return new CalibrationTable(entries);
    }

    private static Optional<Integer> channels(
            Graph graph, String value, ObservationRequest request) {
        return request.channelAxis().isEmpty()
                ? Optional.empty()
                : graph.shape(value)
                        .filter(shape -> request.channelAxis().getAsInt() < shape.rank())
                        .map(shape -> (int) shape.size(request.channelAxis().getAsInt()))
                        .filter(count -> count > 0);
    }
}
