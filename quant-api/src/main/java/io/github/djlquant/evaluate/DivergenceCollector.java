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

import io.github.djlquant.graph.Tensor;
import java.util.Optional;

/** Collects where sequences of tokens part, for one output of integers [batch, position]. */
final class DivergenceCollector {

    private static final int MOST = 30;

    private final String output;
    private final InputViewer viewer;
    private final QuantileSketch positions = new QuantileSketch();
    private final Worst<Divergences.Divergence> worst = new Worst<>(MOST);
    private long sequences;
    private long diverged;
    private long tokens;

    DivergenceCollector(String output, InputViewer viewer) {
        this.output = output;
        this.viewer = viewer;
    }

    /** Sequences of both models may differ in length. */
    void add(PairedBatch batch) {
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
                tokens += unfilled(x, row * lengthX, lengthX);
                continue;
            }
            diverged++;
            tokens += position + 1;
            positions.add(position);
            int place = row;
            int first = position;
            long from = position < lengthX ? x[row * lengthX + position] : -1;
            long to = position < lengthY ? y[row * lengthY + position] : -1;
            worst.offer(
                    -position,
                    () ->
                            new Divergences.Divergence(
                                    batch.sample(place),
                                    first,
                                    from,
                                    to,
                                    viewer.view(batch, place)));
        }
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
                Optional.of(tokens),
                worst.list());
    }
}
