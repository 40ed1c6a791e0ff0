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

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Where generated sequences of both models part: the first token that differs.
 *
 * @param output the output that holds the tokens, or the scores that tokens are chosen by
 * @param sequences sequences compared
 * @param diverged how many differ at all
 * @param position of the first different token, from 0, among those that differ; empty if none does
 * @param tokens how often a token became another one
 * @param worst the sequences that part earliest first; a bounded number
 */
public record Divergences(
        String output,
        long sequences,
        long diverged,
        Optional<Quantiles> position,
        Optional<Tokens> tokens,
        List<Divergence> worst) {

    /** Copies the list. */
    public Divergences {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(tokens, "tokens");
        worst = List.copyOf(worst);
    }

    /**
     * Describes sequences whose tokens were not counted.
     *
     * @param output the output
     * @param sequences sequences compared
     * @param diverged how many differ at all
     * @param position of the first different token
     * @param worst the sequences that part earliest first
     */
    public Divergences(
            String output,
            long sequences,
            long diverged,
            Optional<Quantiles> position,
            List<Divergence> worst) {
        this(output, sequences, diverged, position, Optional.empty(), worst);
    }

    /**
     * Returns how often the quantized model chooses another token behind the same ones. It does not
     * depend on the length of the sequences, as the share of those that differ does.
     *
     * @return between 0 and 1; the share of sequences if tokens were not counted
     */
    public double rate() {
        Tokens counted = tokens.orElse(new Tokens(sequences, diverged));
        return counted.changed() == 0 ? 0 : counted.changed() / (double) counted.compared();
    }

    /**
     * Tokens that both models chose behind the same ones. Of scores these are all tokens of the
     * text. Of sequences that a model generated, those of the common beginning and the first
     * different one: behind it the models go on from different texts. What only fills a sequence up
     * does not count.
     *
     * @param compared how many there are
     * @param changed how many became others
     */
    public record Tokens(long compared, long changed) {}

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %d of %d sequences differ, %.2f %% of the tokens",
                output,
                diverged,
                sequences,
                100 * rate());
    }

    /**
     * One sequence that parts.
     *
     * @param sample which sample of the data, from 0
     * @param position the first different token, from 0
     * @param from the source model's token there; -1 if its sequence ended
     * @param to the quantized model's token there; -1 if its sequence ended
     * @param input the sample itself, if it can be shown
     */
    public record Divergence(
            long sample, int position, long from, long to, Optional<InputView> input) {

        /** Requires the optional part. */
        public Divergence {
            Objects.requireNonNull(input, "input");
        }
    }
}
