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

import java.util.Objects;
import java.util.Optional;

/**
 * One sample whose answer changed.
 *
 * @param sample which sample of the data, from 0
 * @param from the source model's answer, the index of a class
 * @param to the quantized model's answer
 * @param sourceMargin the source's score of {@code from} less its score of {@code to}, not negative
 * @param quantizedMargin the quantized model's score of {@code to} less its score of {@code from},
 *     not negative
 * @param scores what both models gave both classes; empty in evaluations kept before it was noted
 * @param label the right class, if it is known
 * @param input the sample itself, if it can be shown
 */
public record Flip(
        long sample,
        int from,
        int to,
        double sourceMargin,
        double quantizedMargin,
        Optional<Scores> scores,
        Optional<Integer> label,
        Optional<InputView> input) {

    /** Requires the optional parts. */
    public Flip {
        Objects.requireNonNull(scores, "scores");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(input, "input");
    }

    /**
     * The scores of the two classes, as the models yield them: logits, or probabilities.
     *
     * @param sourceFrom the source's score of {@code from}, its largest
     * @param sourceTo the source's score of {@code to}
     * @param quantizedFrom the quantized model's score of {@code from}
     * @param quantizedTo the quantized model's score of {@code to}, its largest
     */
    public record Scores(
            double sourceFrom, double sourceTo, double quantizedFrom, double quantizedTo) {}

    /**
     * Shows the sample.
     *
     * @param view the sample itself, if it can be shown
     * @return a copy
     */
    Flip withInput(Optional<InputView> view) {
        return new Flip(sample, from, to, sourceMargin, quantizedMargin, scores, label, view);
    }

    /**
     * Tells whether the change made a right answer wrong.
     *
     * @return false without a label
     */
    public boolean isLost() {
        return label.filter(right -> right == from).isPresent();
    }

    /**
     * Tells whether the change made a wrong answer right.
     *
     * @return false without a label
     */
    public boolean isGained() {
        return label.filter(right -> right == to).isPresent();
    }
}
