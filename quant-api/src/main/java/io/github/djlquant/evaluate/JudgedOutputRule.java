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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the output that labels and metrics belong to, by the first batch.
 *
 * <p>With labels it is the one that holds a score for each class: floats [n, classes], where axes
 * of extent 1 may follow. Of several, a name or a last operator of class scores counts most (see
 * {@link TaskHints}), then rows as long as there are classes if the source is right there as often
 * as anywhere. Those that give the same answers, such as logits and their softmax, are one; else
 * the user has to say. Without labels it is the first output of floats.
 *
 * @param named what the user says
 * @param readout true if a readout makes the outputs: it puts first what labels belong to
 * @param labels the right classes, or null
 * @param hints what names and operators tell
 */
record JudgedOutputRule(Optional<String> named, boolean readout, Labels labels, TaskHints hints) {

    JudgedOutput of(PairedBatch first) {
        if (named.isPresent()) {
            return named(first, named.get());
        }
        if (labels == null || readout || first.source().size() == 1) {
            String reason = readout ? "the readout puts it first" : "it is the first one of floats";
            return judged(first, first.mainOutput(), reason);
        }
        List<String> fitting =
                first.source().keySet().stream().filter(name -> fits(first, name)).toList();
        if (fitting.size() > 1) {
            return best(first, fitting);
        }
        if (fitting.size() == 1) {
            return judged(first, fitting.get(0), "no other one holds a score for each class");
        }
        return first.source().keySet().stream()
                .filter(first::isIntegers)
                .filter(first::isOnePerRow)
                .findFirst()
                .map(name -> judged(first, name, "no output holds scores, and this one classes"))
                .orElseThrow(() -> misfit(first));
    }

    private static JudgedOutput judged(PairedBatch first, String output, String reason) {
        return new JudgedOutput(
                output,
                first.source().keySet().stream().filter(name -> !name.equals(output)).toList(),
                reason);
    }

    private static JudgedOutput named(PairedBatch first, String output) {
        if (!first.source().containsKey(output)) {
            throw new CalibrationException(
                    Problem.of("the model has no such output to judge")
                            .at("output " + output)
                            .expected("one of " + String.join(", ", first.source().keySet())));
        }
        return judged(first, output, "it was named");
    }

    /** A score for each class that a label names. */
    private boolean fits(PairedBatch first, String output) {
        Tensor tensor = first.source().get(output);
        Shape shape = tensor.shape();
        if (!tensor.dataType().isFloatingPoint() || shape.rank() < 2 || !first.hasRows(output)) {
            return false;
        }
        return shape.size(1) > 1
                && shape.size(1) == first.sourceRows(output).width()
                && shape.size(1) > largestLabel(first);
    }

    private int largestLabel(PairedBatch first) {
        int largest = -1;
        for (int row = 0; row < first.rows(); row++) {
            largest = Math.max(largest, labels.label(first.feed(), row));
        }
        return Math.max(largest, labels.known().orElse(0) - 1);
    }

    private JudgedOutput best(PairedBatch first, List<String> fitting) {
        List<String> scores =
                fitting.stream().filter(name -> hint(name) == Task.CLASSIFICATION).toList();
        List<String> open = fitting.stream().filter(name -> hint(name) != Task.EMBEDDING).toList();
        List<String> likely = !scores.isEmpty() ? scores : !open.isEmpty() ? open : fitting;
        if (likely.size() == 1) {
            return judged(
                    first,
                    likely.get(0),
                    scores.isEmpty()
                            ? "names and operators of the others tell of embeddings"
                            : "its name or operator tells of class scores");
        }
        List<String> exact =
                likely.stream()
                        .filter(
                                name ->
                                        labels.known()
                                                .filter(n -> n == width(first, name))
                                                .isPresent())
                        .toList();
        if (exact.size() == 1 && isRightest(first, exact.get(0), likely)) {
            return judged(first, exact.get(0), "it has as many scores as there are classes");
        }
        if (likely.stream().allMatch(name -> answersAlike(first, likely.get(0), name))) {
            return judged(first, likely.get(0), "those that fit the labels give the same answers");
        }
        throw ambiguous(first, likely);
    }

    private Task hint(String output) {
        return hints.of(output).orElse(null);
    }

    private static int width(PairedBatch first, String output) {
        return first.sourceRows(output).width();
    }

    private boolean isRightest(PairedBatch first, String output, List<String> all) {
        long own = right(first, output);
        return all.stream().allMatch(name -> right(first, name) <= own);
    }

    private long right(PairedBatch first, String output) {
        long right = 0;
        for (int row = 0; row < first.rows(); row++) {
            int label = labels.label(first.feed(), row);
            right += first.sourceRows(output).largest(row) == label ? 1 : 0;
        }
        return right;
    }

    private static boolean answersAlike(PairedBatch first, String one, String other) {
        for (int row = 0; row < first.rows(); row++) {
            if (first.sourceRows(one).largest(row) != first.sourceRows(other).largest(row)) {
                return false;
            }
        }
        return width(first, one) == width(first, other);
    }

    private static CalibrationException ambiguous(PairedBatch first, List<String> likely) {
        return new CalibrationException(
                Problem.of("labels may belong to several outputs, which give other answers")
                        .at("outputs " + shapes(first, likely))
                        .expected("one of them named")
                        .next("Name it: optJudgedOutput(NAME), or --judged-output NAME"));
    }

    private CalibrationException misfit(PairedBatch first) {
        return new CalibrationException(
                Problem.of("labels don't fit any output")
                        .expected(
                                "floats ["
                                        + first.rows()
                                        + ", classes] with more than "
                                        + Math.max(1, largestLabel(first))
                                        + " classes")
                        .actual(shapes(first, List.copyOf(first.source().keySet())))
                        .next(
                                "Make scores of the outputs with a readout, or judge numbers with"
                                        + " targets"));
    }

    private static String shapes(PairedBatch first, List<String> names) {
        Map<String, Tensor> outputs = first.source();
        return names.stream()
                .map(name -> name + " " + outputs.get(name).shape())
                .collect(java.util.stream.Collectors.joining(", "));
    }
}
