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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.graph.Graph;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Compares two models once more on a few rows, in batches of other sizes than the comparison has. A
 * model that mixes the rows of a batch (a mean over them, a softmax along the first axis) has other
 * ranges there than calibration saw, which the usual batches can't show.
 *
 * <p>A few rows may lie below a limit that all together reach. So what fails the gate counts only
 * if the source mixes rows ({@link MixedRows}), and if the first rows pass in batches of the usual
 * size.
 */
final class OtherBatches {

    /** A single row, as most services feed it, and a number that nothing has written down. */
    private static final List<Integer> SIZES = List.of(1, 3);

    private static final int ROWS = 4;

    private final QuantizationSettings settings;
    private final Graph graph;
    private final Function<Iterator<Feed>, Evaluation> comparison;

    /**
     * Prepares.
     *
     * @param graph the source
     * @param comparison compares the source with the artifact on batches
     */
    OtherBatches(
            QuantizationSettings settings,
            Graph graph,
            Function<Iterator<Feed>, Evaluation> comparison) {
        this.settings = settings;
        this.graph = graph;
        this.comparison = comparison;
    }

    /**
     * Looks for what other batches change.
     *
     * @param source refuses some sizes if its signature promises too much; those are left out
     * @return the checks that fail in other batches alone; empty if there are none, or the model
     *     takes batches of one size only
     */
    List<GateResult.Check> failures(GraphRunner source) {
        if (!settings.data().isGiven() || FixedBatch.openInputs(graph).isEmpty()) {
            return List.of();
        }
        List<GateResult.Check> failures = new ArrayList<>();
        int usual = FeedSpec.of(graph, settings.data().batchSize(), ROWS).batchSize();
        for (int size : SIZES) {
            if (size != usual) {
                failures.addAll(failures(source, size, usual));
            }
        }
        return failures;
    }

    private List<GateResult.Check> failures(GraphRunner source, int size, int usual) {
        List<Feed> batches = batches(size, Math.max(ROWS / size, 1) * (long) size);
        if (batches.isEmpty()) {
            return List.of();
        }
        String where = size == 1 ? "in batches of 1 row" : "in batches of " + size + " rows";
        Evaluation small;
        try {
            small = comparison.apply(batches.iterator());
        } catch (CalibrationException e) {
            if (!runs(source, batches.get(0))) {
                return List.of();
            }
            String text =
                    where + " the engine refuses the quantized model: " + e.problem().actual();
            return List.of(new GateResult.Check("batch", where, 0, 1, false, text));
        }
        List<GateResult.Check> failed = failed(small);
        if (failed.isEmpty()) {
            return List.of();
        }
        // Whole batches: of fewer rows they would be another size again.
        long rows = batches.stream().mapToLong(Feed::rows).sum();
        long whole = (rows + usual - 1) / usual * usual;
        List<Feed> larger = batches(usual, whole);
        if (!MixedRows.in(source, batches, larger)) {
            return List.of();
        }
        List<GateResult.Check> anyway = failed(comparison.apply(larger.iterator()));
        return failed.stream()
                .filter(check -> anyway.stream().noneMatch(other -> isSame(check, other)))
                .map(check -> told(check, where, usual))
                .toList();
    }

    private List<Feed> batches(int size, long rows) {
        List<Feed> batches = new ArrayList<>();
        long most = settings.data().heldOut() != null ? rows : settings.data().limit(rows);
        try (FeedStream feeds = settings.data().judged().open(FeedSpec.of(graph, size, most))) {
            feeds.forEachRemaining(batches::add);
        }
        return batches;
    }

    private static boolean runs(GraphRunner source, Feed batch) {
        try {
            source.run(batch.tensors());
            return true;
        } catch (CalibrationException e) {
            return false;
        }
    }

    /** Limits on what a few rows don't measure are none of theirs. */
    private List<GateResult.Check> failed(Evaluation evaluation) {
        return Gate.judge(evaluation, settings.recipe().gate()).checks().stream()
                .filter(check -> !check.passed() && !Double.isNaN(check.measured()))
                .toList();
    }

    private static boolean isSame(GateResult.Check check, GateResult.Check other) {
        return check.name().equals(other.name()) && check.subject().equals(other.subject());
    }

    private static GateResult.Check told(GateResult.Check check, String where, int usual) {
        return new GateResult.Check(
                check.name(),
                check.subject() + " " + where,
                check.limit(),
                check.measured(),
                false,
                String.format(
                        Locale.ROOT,
                        "%s %s, but not in batches of %d: the model mixes the"
                                + " rows of a batch, and its ranges are those of batches of %d",
                        where,
                        check.text(),
                        usual,
                        usual));
    }
}
