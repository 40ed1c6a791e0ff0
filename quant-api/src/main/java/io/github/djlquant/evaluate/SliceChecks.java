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
package io.github.djlquant.evaluate;

import io.github.djlquant.recipe.GateThresholds;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges the worst slice of each criterion, and tells how many more fell too far. Without labels
 * nobody knows what is right in a slice, only that more changed than elsewhere; such a slice is a
 * warning, unless slices are insisted on.
 */
final class SliceChecks {

    private final Evaluation evaluation;
    private final GateThresholds thresholds;
    private final GateChecks checks;
    private final List<String> undecided = new ArrayList<>();

    /**
     * Prepares.
     *
     * @param checks where the judgements go
     */
    SliceChecks(Evaluation evaluation, GateThresholds thresholds, GateChecks checks) {
        this.evaluation = evaluation;
        this.thresholds = thresholds;
        this.checks = checks;
    }

    void add() {
        evaluation.slices().forEach(this::judge);
    }

    /** Returns what fell too far and is no reason to refuse. */
    List<String> undecided() {
        return List.copyOf(undecided);
    }

    private boolean isInsistedOn() {
        return thresholds.required().contains(GateThresholds.Limit.SLICE_DROP);
    }

    private void judge(Slices criterion) {
        List<Slice> judged =
                criterion.slices().stream().filter(slice -> !slice.tooSmall()).toList();
        List<Slice> fallen = judged.stream().filter(this::hasFallen).toList();
        if (fallen.isEmpty()) {
            judged.stream()
                    .findFirst()
                    .ifPresent(worst -> add(criterion, worst, text(criterion, worst)));
            return;
        }
        String text = text(criterion, fallen.get(0)) + others(criterion, fallen.size() - 1);
        if (criterion.isLabelled() || isInsistedOn()) {
            add(criterion, fallen.get(0), text);
        } else {
            undecided.add(text);
        }
    }

    private static String others(Slices criterion, int count) {
        return count == 0
                ? ""
                : GateChecks.text(", and so did %d more by %s", count, criterion.by());
    }

    private boolean hasFallen(Slice slice) {
        return Double.isNaN(slice.drop()) || slice.isSignificantlyWorse() && isAbove(slice);
    }

    private boolean isAbove(Slice slice) {
        return slice.drop() > thresholds.maxSliceDrop();
    }

    private void add(Slices criterion, Slice slice, String text) {
        checks.add(
                "slice-drop",
                criterion.by() + " " + slice.name(),
                thresholds.maxSliceDrop(),
                slice.drop(),
                !hasFallen(slice),
                text);
    }

    private String text(Slices criterion, Slice slice) {
        String judgement =
                !isAbove(slice)
                        ? "within %.4f"
                        : hasFallen(slice)
                                ? "by more than %.4f"
                                : "by more than %.4f, which may be chance";
        return GateChecks.text(
                "%s %s: %s from %.4f to %.4f, " + judgement,
                criterion.by(),
                slice.name(),
                criterion.metric(),
                slice.source(),
                slice.quantized(),
                thresholds.maxSliceDrop());
    }
}
