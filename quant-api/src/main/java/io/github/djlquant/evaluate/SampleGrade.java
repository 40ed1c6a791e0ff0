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

/**
 * How good both models are on one sample, as far as slices need it.
 *
 * @param source the source model's figure
 * @param quantized the quantized model's figure
 * @param flipped true if the answer changed
 */
record SampleGrade(double source, double quantized, boolean flipped) {

    /** Grades the samples of a batch. */
    interface Grader {

        /** What the figure is, such as {@code top-1}. */
        String metric();

        /** True if the source's figure is a measure of its own, and not 1 by definition. */
        boolean isLabelled();

        SampleGrade grade(PairedBatch batch, int row);
    }

    /** Right or wrong. */
    static Grader byLabels(Labels labels) {
        return new Grader() {
            @Override
            public String metric() {
                return "top-1";
            }

            @Override
            public boolean isLabelled() {
                return true;
            }

            @Override
            public SampleGrade grade(PairedBatch batch, int row) {
                String output = batch.mainOutput();
                int before = batch.sourceRows(output).largest(row);
                int after = batch.quantizedRows(output).largest(row);
                int label = labels.label(batch.sample(row));
                return new SampleGrade(
                        before == label ? 1 : 0, after == label ? 1 : 0, before != after);
            }
        };
    }

    /** Whether the answer is the source's. */
    static Grader byAgreement() {
        return besideSource(
                "agreement",
                (source, quantized, row) -> {
                    boolean same = source.largest(row) == quantized.largest(row);
                    return new SampleGrade(1, same ? 1 : 0, !same);
                });
    }

    /** How far the output points the source's way. */
    static Grader byCosine() {
        return besideSource(
                "cosine",
                (source, quantized, row) ->
                        new SampleGrade(1, RowError.of(source, quantized, row).cosine(), false));
    }

    /** Grades a row of the main output by the source's. */
    private interface RowGrade {
        SampleGrade of(PairedBatch.Rows source, PairedBatch.Rows quantized, int row);
    }

    /** The source itself gets 1, by definition. */
    private static Grader besideSource(String metric, RowGrade grade) {
        return new Grader() {
            @Override
            public String metric() {
                return metric;
            }

            @Override
            public boolean isLabelled() {
                return false;
            }

            @Override
            public SampleGrade grade(PairedBatch batch, int row) {
                String output = batch.mainOutput();
                return grade.of(batch.sourceRows(output), batch.quantizedRows(output), row);
            }
        };
    }
}
