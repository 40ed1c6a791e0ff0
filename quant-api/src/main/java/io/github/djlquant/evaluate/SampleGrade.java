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

    /** The figure of labelled data. */
    static final String BY_LABELS = "top-1";

    /** Grades the samples of a batch. */
    interface Grader {

        /** What the figure is, such as {@code top-1}. */
        String metric();

        /** True if the source's figure is a measure of its own, and not 1 by definition. */
        boolean isLabelled();

        /** True if each sample counts as 1 or 0. */
        boolean isShare();

        SampleGrade grade(PairedBatch batch, int row);
    }

    /** Right or wrong. */
    static Grader byLabels(Labels labels) {
        return new Grader() {
            @Override
            public String metric() {
                return BY_LABELS;
            }

            @Override
            public boolean isLabelled() {
                return true;
            }

            @Override
            public boolean isShare() {
                return true;
            }

            @Override
            public SampleGrade grade(PairedBatch batch, int row) {
                String output = batch.mainOutput();
                PairedBatch.Rows source = batch.sourceRows(output);
                int before = source.largest(row);
                int after = batch.quantizedRows(output).largest(row);
                int label = labels.label(batch.feed(), row);
                Labels.requireClass(label, output, source.classes());
                return new SampleGrade(
                        before == label ? 1 : 0, after == label ? 1 : 0, before != after);
            }
        };
    }

    /** Whether the answer is the source's. */
    static Grader byAgreement(String output) {
        return besideSource(
                output,
                "agreement",
                true,
                (source, quantized, row) -> {
                    boolean same = source.largest(row) == quantized.largest(row);
                    return new SampleGrade(1, same ? 1 : 0, !same);
                });
    }

    /** How far the output points the source's way. */
    static Grader byCosine(String output) {
        return besideSource(
                output,
                "cosine",
                false,
                (source, quantized, row) ->
                        new SampleGrade(1, RowError.of(source, quantized, row).cosine(), false));
    }

    /** How near one number is to the source's: 1 less |x - y| / (|x| + |y|). */
    static Grader byCloseness(String output) {
        return besideSource(
                output,
                "closeness",
                false,
                (source, quantized, row) -> {
                    double x = source.get(row, 0);
                    double y = quantized.get(row, 0);
                    double apart = x == y ? 0 : Math.abs(x - y) / (Math.abs(x) + Math.abs(y));
                    return new SampleGrade(1, apart >= 0 ? 1 - apart : 0, false);
                });
    }

    /** Grades a row of an output by the source's. */
    private interface RowGrade {
        SampleGrade of(PairedBatch.Rows source, PairedBatch.Rows quantized, int row);
    }

    /** The source itself gets 1, by definition. */
    private static Grader besideSource(
            String output, String metric, boolean share, RowGrade grade) {
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
            public boolean isShare() {
                return share;
            }

            @Override
            public SampleGrade grade(PairedBatch batch, int row) {
                return grade.of(batch.sourceRows(output), batch.quantizedRows(output), row);
            }
        };
    }
}
