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

/**
 * Collects where sequences of tokens part, for one output of tokens [batch, position], or of their
 * scores [batch, position, token].
 */
final class DivergenceCollector {

    private static final int MOST = 30;
    private static final String MASK = "attention_mask";

    private final String output;
    private final boolean scores;
    private final InputViewer viewer;
    private final QuantileSketch positions = new QuantileSketch();
    private final Worst<Divergences.Divergence> worst = new Worst<>(MOST);
    private long sequences;
    private long diverged;
    private long compared;
    private long changed;

    /**
     * Starts.
     *
     * @param scores true if the output holds scores, false if it holds tokens
     */
    DivergenceCollector(String output, boolean scores, InputViewer viewer) {
        this.output = output;
        this.scores = scores;
        this.viewer = viewer;
    }

    void add(PairedBatch batch) {
        if (scores) {
            addScores(batch);
        } else {
            addTokens(batch);
        }
    }

    /** Both models saw the same tokens: every position can be compared. */
    private void addScores(PairedBatch batch) {
        Tensor tensor = batch.source().get(output);
        int length = (int) tensor.shape().size(1);
        int vocabulary = (int) tensor.shape().size(2);
        float[] x = batch.sourceRows(output).values();
        float[] y = batch.quantizedRows(output).values();
        Optional<long[]> mask = mask(batch, length);
        for (int row = 0; row < batch.rows(); row++) {
            sequences++;
            int first = -1;
            long from = 0;
            long to = 0;
            for (int position = 0; position < length; position++) {
                int place = row * length + position;
                if (mask.isPresent() && mask.get()[place] == 0) {
                    continue;
                }
                compared++;
                int before = largest(x, place * vocabulary, vocabulary);
                int after = largest(y, place * vocabulary, vocabulary);
                if (before != after) {
                    changed++;
                    if (first < 0) {
                        first = position;
                        from = before;
                        to = after;
                    }
                }
            }
            if (first >= 0) {
                part(batch, row, first, from, to);
            }
        }
    }

    /** Where texts end, if the model is told. */
    private static Optional<long[]> mask(PairedBatch batch, int length) {
        return Optional.ofNullable(batch.feed().tensors().get(MASK))
                .filter(
                        mask ->
                                !mask.dataType().isFloatingPoint()
                                        && mask.shape().equals(Shape.of(batch.rows(), length)))
                .map(Tensor::toLongs);
    }

    private static int largest(float[] values, int start, int count) {
        int best = start;
        for (int i = start + 1; i < start + count; i++) {
            best = values[i] > values[best] || Float.isNaN(values[best]) ? i : best;
        }
        return best - start;
    }

    /** Sequences of both models may differ in length. */
    private void addTokens(PairedBatch batch) {
        Tensor before = batch.source().get(output);
        Tensor after = batch.quantized().get(output);
        long[] x = before.toLongs();
        long[] y = after.toLongs();
        int lengthX = (int) before.shape().size(1);
        int lengthY = (int) after.shape().size(1);
        for (int row = 0; row < batch.rows(); row++) {
            sequences++;
            int position = 0;
            while (position < Math.min(lengthX, lengthY)
                    && x[row * lengthX + position] == y[row * lengthY + position]) {
                position++;
            }
            if (position == lengthX && position == lengthY) {
                compared += unfilled(x, row * lengthX, lengthX);
                continue;
            }
            compared += position + 1;
            changed++;
            part(
                    batch,
                    row,
                    position,
                    position < lengthX ? x[row * lengthX + position] : -1,
                    position < lengthY ? y[row * lengthY + position] : -1);
        }
    }

    private void part(PairedBatch batch, int row, int position, long from, long to) {
        diverged++;
        positions.add(position);
        worst.offer(
                -position,
                () ->
                        new Divergences.Divergence(
                                batch.sample(row), position, from, to, viewer.view(batch, row)));
    }

    /** Without the last token's repetitions, which fill the sequence up. */
    private static int unfilled(long[] values, int start, int length) {
        int last = length - 1;
        while (last > 0 && values[start + last] == values[start + last - 1]) {
            last--;
        }
        return last + 1;
    }

    Divergences result() {
        return new Divergences(
                output,
                sequences,
                diverged,
                diverged == 0 ? Optional.empty() : Optional.of(positions.quantiles()),
                Optional.of(new Divergences.Tokens(compared, changed)),
                worst.list());
    }
}
