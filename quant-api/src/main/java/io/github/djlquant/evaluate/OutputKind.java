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

import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.util.Optional;

/** What an output holds, which says how it is compared. */
enum OutputKind {
    /** A score for each class, a row for each sample. */
    SCORES,
    /** The same by its shape alone; rows of length 1 disprove it. */
    LIKE_SCORES,
    /** A score for each token at each position of a sequence. */
    TOKEN_SCORES,
    /** Floats of any other meaning. */
    NUMBERS,
    /** Integers: a sequence of tokens for each sample. */
    TOKENS,
    /** Integers: answers themselves, one or a map of them for each sample. */
    CLASSES,
    /** Nothing that could be compared but its shape. */
    OTHER;

    /** How outputs are told apart. */
    record Rule(Optional<Task> task, TaskHints hints, boolean labelled) {

        /** Looks at an output of the first batch. */
        OutputKind of(String output, PairedBatch batch) {
            Tensor tensor = batch.source().get(output);
            boolean rows = batch.hasRows(output);
            if (!tensor.dataType().isFloatingPoint()) {
                return rows && batch.isIntegers(output) ? integers(output, batch) : OTHER;
            }
            Shape shape = tensor.shape();
            int rank = shape.rank();
            if (!rows || rank < 2 || shape.size(rank - 1) < 2) {
                return NUMBERS;
            }
            return switch (rank) {
                case 2 -> scores(output, batch);
                case 3 -> areTokens(output, shape, batch) ? TOKEN_SCORES : NUMBERS;
                default -> NUMBERS;
            };
        }

        private OutputKind scores(String output, PairedBatch batch) {
            if (task.isPresent()) {
                return task.get() == Task.EMBEDDING ? NUMBERS : SCORES;
            }
            if (labelled && output.equals(batch.mainOutput())) {
                return SCORES;
            }
            return hints.of(output)
                    .map(hint -> hint == Task.EMBEDDING ? NUMBERS : SCORES)
                    .orElse(LIKE_SCORES);
        }

        private boolean areTokens(String output, Shape shape, PairedBatch batch) {
            if (task.isPresent()) {
                return task.get() == Task.LANGUAGE_MODEL;
            }
            boolean positions =
                    batch.feed().tensors().values().stream()
                            .filter(input -> !input.dataType().isFloatingPoint())
                            .anyMatch(
                                    input ->
                                            input.shape().rank() == 2
                                                    && input.shape().size(1) == shape.size(1));
            return positions && isOfTokens(output, shape.size(2));
        }

        private boolean isOfTokens(String output, long width) {
            return hints.of(output)
                    .map(hint -> hint != Task.EMBEDDING)
                    .orElseGet(() -> hints.vocabularies().contains(width));
        }

        /** Beside floats, single integers may as well be counts. */
        private OutputKind integers(String output, PairedBatch batch) {
            Shape shape = batch.source().get(output).shape();
            if (shape.rank() == 2 && shape.size(1) > 1) {
                return TOKENS;
            }
            boolean alone =
                    batch.source().values().stream()
                            .noneMatch(tensor -> tensor.dataType().isFloatingPoint());
            return alone || labelled && output.equals(batch.mainOutput()) ? CLASSES : OTHER;
        }
    }
}
