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
package io.github.djlquant.evaluate.metric;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.graph.Tensor;

/** The exponential of the mean negative log likelihood of the next token. */
final class Perplexity extends SumMetric {

    private final String tokens;
    private final long filling;
    private Tensor read;
    private long[] readTokens;

    Perplexity(String tokens, long filling) {
        super("perplexity", false);
        this.tokens = tokens;
        this.filling = filling;
    }

    @Override
    int sums(PairedBatch first, String output) {
        return 2;
    }

    @Override
    void score(PairedBatch batch, PairedBatch.Rows answers, int row, Sums sums) {
        Tensor input = batch.feed().tensors().get(tokens);
        Tensor scores = batch.source().get(batch.mainOutput());
        if (input == null
                || input.shape().rank() != 2
                || scores.shape().rank() != 3
                || scores.shape().size(1) != input.shape().size(1)) {
            throw new CalibrationException(
                    Problem.of("perplexity takes tokens and a score for each next token")
                            .at("input " + tokens + ", output " + batch.mainOutput())
                            .expected("[batch, position] and [batch, position, token]")
                            .actual(
                                    (input == null ? "no such input" : input.shape())
                                            + " and "
                                            + scores.shape()));
        }
        if (read != input) {
            read = input;
            readTokens = input.toLongs();
        }
        int length = (int) input.shape().size(1);
        int vocabulary = (int) scores.shape().size(2);
        for (int position = 0; position + 1 < length; position++) {
            long next = readTokens[row * length + position + 1];
            if (next != filling) {
                if (next < 0 || next >= vocabulary) {
                    throw new CalibrationException(
                            Problem.of("there is no score for the token " + next)
                                    .at("sample " + batch.sample(row))
                                    .expected("a token below " + vocabulary));
                }
                sums.add(0, surprise(answers, row, position * vocabulary, vocabulary, (int) next));
                sums.add(1, 1);
            }
        }
    }

    /** The log of the sum of exponentials, less the token's own score. */
    private static double surprise(
            PairedBatch.Rows answers, int row, int start, int vocabulary, int token) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = start; i < start + vocabulary; i++) {
            largest = Math.max(largest, answers.get(row, i));
        }
        double sum = 0;
        for (int i = start; i < start + vocabulary; i++) {
            sum += Math.exp(answers.get(row, i) - largest);
        }
        return largest + Math.log(sum) - answers.get(row, start + token);
    }

    @Override
    double value(double[] sums) {
        return Math.exp(sums[0] / sums[1]);
    }
}
