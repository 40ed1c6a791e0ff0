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
package io.github.djlquant.monitor;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Statistics;
import java.util.Optional;
import java.util.Random;

/**
 * The drawn elements of at most 1,024 rows of one tensor, each row of the data with the same chance
 * (Vitter, "Random sampling with a reservoir", 1985, algorithm R).
 */
final class RowSamples {

    private static final int MOST_ROWS = 1024;

    private final String neighboursOf;
    private final RowSampler sampler;
    private final float[][] kept = new float[MOST_ROWS][];
    private final Random random = new Random(0);
    private long rows;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    /**
     * Starts without rows.
     *
     * @param draws elements of each row
     * @param neighboursOf the tensor whose neighbours are compared; null to look at elements
     */
    RowSamples(int draws, String neighboursOf) {
        this.neighboursOf = neighboursOf;
        this.sampler = new RowSampler(draws, neighboursOf != null);
    }

    /**
     * Takes all rows of a batch, without their filling, but those with elements that are no finite
     * numbers.
     */
    void add(Tensor batch, Padding padding) {
        int count = Math.toIntExact(batch.shape().size(0));
        int length = count == 0 ? 0 : Math.toIntExact(batch.elementCount() / count);
        if (length == 0) {
            return;
        }
        Elements elements = Elements.of(batch);
        for (int row = 0; row < count; row++) {
            padding.row(batch, elements, row, length, this::add);
        }
    }

    private void add(Elements elements, int start, int length) {
        float[] drawn = sampler.draw(elements, start, length, rows);
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (float element : drawn) {
            least = Math.min(least, element);
            most = Math.max(most, element);
        }
        if (!Float.isFinite(least) || !Float.isFinite(most)) {
            return;
        }
        min = Math.min(min, least);
        max = Math.max(max, most);
        long slot = rows < MOST_ROWS ? rows : (long) (random.nextDouble() * (rows + 1));
        if (slot < MOST_ROWS) {
            kept[(int) slot] = drawn.clone();
        }
        rows++;
    }

    long rows() {
        return rows;
    }

    /**
     * Sums up.
     *
     * @param known what calibration saw of the tensor, whose extremes are of all elements
     */
    TensorBaseline baseline(String name, Optional<Statistics> known, double low, double high) {
        int count = (int) Math.min(rows, MOST_ROWS);
        int draws = kept[0].length;
        float[] all = new float[count * draws];
        for (int row = 0; row < count; row++) {
            System.arraycopy(kept[row], 0, all, row * draws, draws);
        }
        Bins bins = Bins.of(FloatHistogram.of(all));
        RowShares shares = new RowShares(bins.size());
        for (int row = 0; row < count; row++) {
            shares.add(bins, kept[row], low, high);
        }
        boolean wider = known.isPresent() && known.get().samples() >= rows;
        return new TensorBaseline(
                name,
                neighboursOf,
                wider ? known.get().samples() : rows,
                wider ? Math.min(min, known.get().min()) : min,
                wider ? Math.max(max, known.get().max()) : max,
                low,
                high,
                bins,
                shares.means(),
                count,
                shares.covariance(),
                shares.clipped(),
                shares.clippedVariance());
    }
}
