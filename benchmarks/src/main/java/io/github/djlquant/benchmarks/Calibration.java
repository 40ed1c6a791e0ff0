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
package io.github.djlquant.benchmarks;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.Calibrator;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.calibrate.RangeSelection;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;

/** The calibration stage by itself, and plain float inference over the same batches. */
final class Calibration {

    private final Network network;
    private final RawImages images;
    private final Backend backend;
    private final Graph source;

    Calibration(WorkFolder work, Network network) {
        this.network = network;
        images = work.images(network);
        backend = Backends.forFile(work.model(network));
        source = backend.read(work.model(network));
    }

    /**
     * Opens the float model and runs it over the images.
     *
     * @return how long it took
     */
    Time infer(int rows, int threads) {
        Stopwatch watch = new Stopwatch();
        try (GraphRunner runner = backend.open(source, new RunOptions(threads, true))) {
            for (Map<String, Tensor> feed : feeds(rows)) {
                runner.run(feed);
            }
        }
        return watch.time();
    }

    /**
     * Calibrates with the recipe for convolutional networks and chooses the ranges.
     *
     * @return how long it took
     */
    Time calibrate(RangeMethod ranges, int rows, int threads) {
        Recipe recipe = Recipe.staticInt8().withRanges(ranges);
        TransformContext context =
                new TransformContext(backend.catalog(), recipe, backend.target(Target.Name.HERE));
        Graph prepared = TransformPipeline.load().run(Phase.FUSE, source, context);
        Stopwatch watch = new Stopwatch();
        CalibrationTable table =
                Calibrator.builder()
                        .setBackend(backend)
                        .setGraph(prepared)
                        .setValues(new Planner(prepared, context).valuesToObserve())
                        .optThreads(threads)
                        .optBatchSize(network.batch())
                        .build()
                        .calibrate(CalibrationData.ofFeeds(feeds(rows)));
        for (Statistics seen : table.entries().values()) {
            // The network's input has exact extremes, whatever the method.
            if (seen.histogram().total() > 0 || !ranges.needsHistogram()) {
                RangeSelection.select(seen, recipe.activations(), ranges);
            }
        }
        return watch.time();
    }

    private Iterable<Map<String, Tensor>> feeds(int rows) {
        return images.feeds(
                rows, network.passes() == 1 ? rows : network.calibrationRows(), network.batch());
    }

    /**
     * How long something took.
     *
     * @param wall by the clock, seconds
     * @param cpu what the calling thread computed, seconds: with one thread in the engine that is
     *     all but garbage collection and compilation, without the time that other processes took
     */
    record Time(double wall, double cpu) {}

    private static final class Stopwatch {
        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final long wall = System.nanoTime();
        private final long cpu = threads.getCurrentThreadCpuTime();

        Time time() {
            return new Time(
                    (System.nanoTime() - wall) / 1e9,
                    (threads.getCurrentThreadCpuTime() - cpu) / 1e9);
        }
    }
}
