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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;

/** Collects where sequences of tokens part, for one output of integers [batch, position]. */
final class DivergenceCollector {

    private static final int MOST = 30;

    private final String output;
    private final InputViewer viewer;
    private final QuantileSketch positions = new QuantileSketch();
    private final Worst<Divergences.Divergence> worst = new Worst<>(MOST);
    private long sequences;
    private long diverged;

    DivergenceCollector(String output, InputViewer viewer) {
        this.output = output;
        this.viewer = viewer;
    }

    static boolean isTokens(Tensor tensor) {
        return (tensor.dataType() == DataType.INT64 || tensor.dataType() == DataType.INT32)
                && tensor.shape().rank() == 2
                && tensor.shape().size(1) > 1;
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
                continue;
            }
            diverged++;
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

    Divergences result() {
        return new Divergences(
                output,
                sequences,
                diverged,
                diverged == 0
                        ? java.util.Optional.empty()
                        : java.util.Optional.of(positions.quantiles()),
                worst.list());
    }
}
