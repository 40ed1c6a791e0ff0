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
package io.github.djlquant.calibrate;

import ai.djl.util.Progress;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.observe.Statistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams calibration data through the engine and gathers statistics of a graph's values. There are
 * never more batches in memory than the engine works on at once ({@link Backend#batchesAtOnce});
 * extremes and samples are computed inside the engine.
 *
 * <p>The calling thread can be interrupted: calibration then stops at the next batch with a {@link
 * QuantizationCancelledException}, and can go on later from the file given to {@link
 * Builder#optResume}.
 */
public final class Calibrator {

    private static final Logger logger = LoggerFactory.getLogger(Calibrator.class);

    private static final long CHECKPOINT_NANOS = 10_000_000_000L;

    private final Backend backend;
    private final Graph graph;
    private final Map<String, ObservationRequest> values;
    private final int threads;
    private final long samples;
    private final int batchSize;
    private final int sampleLimit;
    private final Progress progress;
    private final Path resume;
    private final Consumer<Feed> listener;

    private Calibrator(Builder builder) {
        backend = Objects.requireNonNull(builder.backend, "setBackend");
        graph = Objects.requireNonNull(builder.graph, "setGraph");
        values = new TreeMap<>(Objects.requireNonNull(builder.values, "setValues"));
        threads = builder.threads;
        samples = builder.samples;
        batchSize = builder.batchSize;
        sampleLimit = builder.sampleLimit;
        progress = builder.progress;
        resume = builder.resume;
        listener = builder.listener;
    }

    /**
     * Starts a calibrator.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs the data through the engine.
     *
     * @param data representative inputs
     * @return the statistics of every requested value, with the signs that the data does not
     *     suffice
     * @throws CalibrationException if the data is empty, does not fit the graph's inputs, or makes
     *     a NaN or an infinity somewhere
     * @throws QuantizationCancelledException if the calling thread was interrupted
     */
    public CalibrationTable calibrate(CalibrationData data) {
        FeedSpec spec = FeedSpec.of(graph, batchSize, samples);
        BatchObserver observer;
        RowSurvey survey = new RowSurvey();
        long done;
        try (FeedStream feeds = survey.watching(data.open(spec))) {
            int limit = sampleLimit > 0 ? sampleLimit : sampleLimit(spec, feeds.rows());
            int atOnce = backend.batchesAtOnce(threads);
            RunOptions options = new RunOptions(threads, true, atOnce);
            observer = new BatchObserver(graph, values, limit, spec.batchSize());
            NonFiniteSearch search =
                    new NonFiniteSearch(
                            graph,
                            values.keySet(),
                            probes -> backend.probe(graph, probes, options));
            String job = resume == null ? "" : CalibrationJob.name(graph, values, spec, limit);
            done = start(observer, job);
            try (ProbeRunner runner = backend.probe(graph, observer.probes(), options);
                    BatchRuns runs = new BatchRuns(runner, atOnce)) {
                done = stream(feeds, runs, observer, search, job, done);
            }
        }
        Map<String, Statistics> seen = observer.statistics();
        List<CalibrationWarning> warnings = new ArrayList<>(Sufficiency.variety(survey.result()));
        warnings.addAll(observer.warnings(done, seen));
        warnings.forEach(w -> logger.debug("{} {}: {}", w.kind(), w.value(), w.reason()));
        if (resume != null) {
            Checkpoint.delete(resume);
        }
        return new CalibrationTable(seen, warnings);
    }

    /** Goes on from the checkpoint, if there is one; returns the rows that are done. */
    private long start(BatchObserver observer, String job) {
        Checkpoint checkpoint = resume == null ? null : Checkpoint.load(resume, job);
        if (checkpoint == null) {
            return 0;
        }
        observer.start(checkpoint.entries());
        return checkpoint.rows();
    }

    private long stream(
            FeedStream feeds,
            BatchRuns runs,
            BatchObserver observer,
            NonFiniteSearch search,
            String job,
            long done) {
        long rows = done;
        long saved = System.nanoTime();
        if (progress != null) {
            OptionalLong all = feeds.rows();
            progress.reset("Calibrating", all.orElse(samples == Long.MAX_VALUE ? -1 : samples));
            progress.start(rows);
        }
        long batch = 0;
        while (true) {
            while (!runs.isFull() && feeds.hasNext()) {
                if (Thread.interrupted()) {
                    throw cancelled(observer, job, rows);
                }
                Feed feed = feeds.next();
                if (feed.firstRow() + feed.rows() > done) {
                    runs.start(feed, batch);
                } else {
                    // Read in any case, to come to the rest; whoever looks at rows sees all.
                    listener.accept(feed);
                }
                batch++;
            }
            if (runs.isEmpty()) {
                break;
            }
            BatchRuns.Finished finished = runs.next();
            Feed feed = finished.feed();
            observer.observe(
                    feed.firstRow(),
                    feed.rows(),
                    finished.results(),
                    value -> search.explain(value, feed));
            listener.accept(feed);
            rows = feed.firstRow() + feed.rows();
            if (progress != null) {
                progress.update(rows - 1);
            }
            if (resume != null && System.nanoTime() - saved > CHECKPOINT_NANOS) {
                new Checkpoint(job, rows, observer.statistics()).save(resume);
                saved = System.nanoTime();
            }
        }
        if (progress != null) {
            progress.end();
        }
        return rows;
    }

    private QuantizationCancelledException cancelled(
            BatchObserver observer, String job, long rows) {
        // Whoever interrupted the thread may ask it again.
        Thread.currentThread().interrupt();
        Problem problem = Problem.of("calibration was cancelled after " + rows + " samples");
        if (resume != null && rows > 0) {
            new Checkpoint(job, rows, observer.statistics()).save(resume);
            problem = problem.next("Start it again with the same checkpoint to go on: " + resume);
        }
        return new QuantizationCancelledException(problem);
    }

    /** As many elements of each batch as make the same sample in all, whatever the data's size. */
    private static int sampleLimit(FeedSpec spec, OptionalLong rows) {
        long perRow =
                rows.isPresent()
                        ? Builder.SAMPLE / Math.max(1, rows.getAsLong())
                        : Builder.SAMPLE_PER_ROW;
        long bounded = Math.max(Builder.LEAST_PER_ROW, Math.min(Builder.MOST_PER_ROW, perRow));
        return (int) Math.min(65536, bounded * spec.batchSize());
    }

    /** Builds a {@link Calibrator}. */
    public static final class Builder {

        /** Elements of each value in all: enough for a tail of 1 in 10,000. */
        private static final int SAMPLE = 1 << 17;

        private static final int SAMPLE_PER_ROW = 512;
        private static final int LEAST_PER_ROW = 64;
        private static final int MOST_PER_ROW = 2048;

        private Backend backend;
        private Graph graph;
        private Map<String, ObservationRequest> values;
        private int threads;
        private long samples = Long.MAX_VALUE;
        private int batchSize;
        private int sampleLimit;
        private Progress progress;
        private Path resume;
        private Consumer<Feed> listener = feed -> {};

        private Builder() {}

        /**
         * Sets the engine.
         *
         * @param engine the backend whose engine runs the graph
         * @return this
         */
        public Builder setBackend(Backend engine) {
            this.backend = engine;
            return this;
        }

        /**
         * Sets the graph.
         *
         * @param observed the graph whose values are observed
         * @return this
         */
        public Builder setGraph(Graph observed) {
            this.graph = observed;
            return this;
        }

        /**
         * Sets what is observed.
         *
         * @param requests what to observe, by the values' names
         * @return this
         */
        public Builder setValues(Map<String, ObservationRequest> requests) {
            this.values = requests;
            return this;
        }

        /**
         * Sets the threads of the engine.
         *
         * @param count threads; 0 (the default) leaves it to the engine
         * @return this
         */
        public Builder optThreads(int count) {
            this.threads = count;
            return this;
        }

        /**
         * Limits the data.
         *
         * @param rows the largest number of rows used; all by default
         * @return this
         */
        public Builder optSamples(long rows) {
            if (rows < 1) {
                throw new IllegalArgumentException("at least one sample, not " + rows);
            }
            this.samples = rows;
            return this;
        }

        /**
         * Sets the rows that run at once, where the graph leaves that open.
         *
         * @param rows rows; 0, the default, leaves the choice to {@link FeedSpec#of}; larger
         *     batches that the data comes in are cut
         * @return this
         */
        public Builder optBatchSize(int rows) {
            if (rows < 0) {
                throw new IllegalArgumentException("a batch of " + rows + " rows");
            }
            this.batchSize = rows;
            return this;
        }

        /**
         * Sets the size of the sample that a histogram counts.
         *
         * @param elements the largest number of elements of each value and batch, at most 65536; by
         *     default as many as make about 131,072 over all the data
         * @return this
         */
        public Builder optSampleLimit(int elements) {
            if (elements < 1 || elements > 65536) {
                throw new IllegalArgumentException(
                        "a sample has 1 to 65536 elements, not " + elements);
            }
            this.sampleLimit = elements;
            return this;
        }

        /**
         * Sets a progress bar.
         *
         * @param bar told of every batch; its maximum is the number of rows, -1 if nobody knows
         * @return this
         */
        public Builder optProgress(Progress bar) {
            this.progress = bar;
            return this;
        }

        /**
         * Sets a file to go on from after an interruption. The same data must come in the same
         * order. The file is deleted at the end.
         *
         * @param checkpoint the file, which need not exist
         * @return this
         */
        public Builder optResume(Path checkpoint) {
            this.resume = checkpoint;
            return this;
        }

        /**
         * Sets who else looks at the data.
         *
         * @param observer told of every batch once it has run, also of those that ran before an
         *     interruption
         * @return this
         */
        public Builder optListener(Consumer<Feed> observer) {
            this.listener = observer;
            return this;
        }

        /**
         * Builds the calibrator.
         *
         * @return a calibrator
         */
        public Calibrator build() {
            return new Calibrator(this);
        }
    }
}
