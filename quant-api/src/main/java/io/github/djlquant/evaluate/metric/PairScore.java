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
import io.github.djlquant.evaluate.RowCounts;
import java.util.HashMap;
import java.util.Map;

/** What one number, or one pair of samples, answers to a target. */
enum PairScore {
    /** A model of one number per sample. */
    FIRST_NUMBER {
        @Override
        Reader reader() {
            return (batch, row, found) -> {
                String output = batch.mainOutput();
                PairedBatch.Rows before = batch.sourceRows(output);
                if (before.width() != 1) {
                    throw new CalibrationException(
                            Problem.of("a number per sample is needed to compare with targets")
                                    .at("output " + output)
                                    .expected("rows of 1 number")
                                    .actual("rows of " + before.width())
                                    .next(
                                            "Indices of classes are labels (--labels); else take the"
                                                    + " number out of the outputs with a readout"));
                }
                found.pair(
                        batch.sample(row),
                        before.get(row, 0),
                        batch.quantizedRows(output).get(row, 0));
            };
        }
    },
    /** An encoder: the cosine of samples 2i and 2i + 1. */
    COSINE_OF_PAIRS {
        @Override
        RowCounts counts(RowCounts rows) {
            return rows.inPairs();
        }

        @Override
        Reader reader() {
            Map<Long, float[][]> waiting = new HashMap<>();
            return (batch, row, found) -> {
                long sample = batch.sample(row);
                String output = batch.mainOutput();
                float[][] own = {
                    copy(batch.sourceRows(output), row), copy(batch.quantizedRows(output), row)
                };
                float[][] other = waiting.remove(sample ^ 1);
                if (other == null) {
                    requireFew(waiting, sample);
                    waiting.put(sample, own);
                } else {
                    found.pair(sample / 2, cosine(own[0], other[0]), cosine(own[1], other[1]));
                }
            };
        }
    };

    /** Texts are sorted within windows of about a thousand: partners are never far. */
    private static final int MOST_WAITING = 1 << 14;

    /** Reads a row. Holds what waits for its partner. */
    interface Reader {
        void read(PairedBatch batch, int row, Found found);
    }

    /** Takes what both models say to one target. */
    interface Found {
        void pair(long target, double source, double quantized);
    }

    abstract Reader reader();

    /** How many targets there should be. */
    RowCounts counts(RowCounts rows) {
        return rows;
    }

    private static void requireFew(Map<Long, float[][]> waiting, long sample) {
        if (waiting.size() >= MOST_WAITING) {
            throw new CalibrationException(
                    Problem.of("partners of pairs lie too far from each other in the data")
                            .at("sample " + sample)
                            .expected("samples 2i and 2i + 1 near each other"));
        }
    }

    private static float[] copy(PairedBatch.Rows rows, int row) {
        int width = rows.width();
        return java.util.Arrays.copyOfRange(rows.values(), row * width, (row + 1) * width);
    }

    private static double cosine(float[] a, float[] b) {
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            xy += (double) a[i] * b[i];
            xx += (double) a[i] * a[i];
            yy += (double) b[i] * b[i];
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
    }
}
