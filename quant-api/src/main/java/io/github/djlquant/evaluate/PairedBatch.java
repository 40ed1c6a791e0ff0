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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One batch with what both models answer to it. Lives as long as the batch is looked at. Not
 * thread-safe.
 */
public final class PairedBatch {

    private final Feed feed;
    private final Map<String, Tensor> source;
    private final Map<String, Tensor> quantized;
    private final Map<String, Rows> sourceRows = new HashMap<>();
    private final Map<String, Rows> quantizedRows = new HashMap<>();
    private final String judged;
    private Rows firstInput;

    /**
     * Pairs two answers.
     *
     * @param feed the inputs
     * @param source what the source model answers, by output
     * @param quantized what the quantized model answers, by output
     */
    public PairedBatch(Feed feed, Map<String, Tensor> source, Map<String, Tensor> quantized) {
        this(feed, source, quantized, null);
    }

    /**
     * Pairs two answers.
     *
     * @param judged the output that labels belong to; null for the first one of floats
     */
    PairedBatch(
            Feed feed, Map<String, Tensor> source, Map<String, Tensor> quantized, String judged) {
        this.judged = judged;
        this.feed = Objects.requireNonNull(feed, "feed");
        this.source = Objects.requireNonNull(source, "source");
        this.quantized = Objects.requireNonNull(quantized, "quantized");
    }

    /** Returns the same answers, with an output that labels belong to; null leaves it open. */
    PairedBatch judging(JudgedOutput output) {
        return new PairedBatch(feed, source, quantized, output == null ? null : output.output());
    }

    /**
     * Returns the inputs.
     *
     * @return a tensor for each of the model's inputs
     */
    public Feed feed() {
        return feed;
    }

    /**
     * Counts the samples.
     *
     * @return at least 1
     */
    public int rows() {
        return feed.rows();
    }

    /**
     * Tells which sample of the data a row is.
     *
     * @param row from 0
     * @return the sample, from 0
     */
    public long sample(int row) {
        return feed.sample(row);
    }

    /**
     * Returns the source model's answers.
     *
     * @return tensors by output, in the model's order
     */
    public Map<String, Tensor> source() {
        return source;
    }

    /**
     * Returns the quantized model's answers.
     *
     * @return tensors by output
     */
    public Map<String, Tensor> quantized() {
        return quantized;
    }

    /**
     * Names the output that labels belong to.
     *
     * @return the one that the comparison found or was told; else the first one of floats; without
     *     any, the first one of a class for each sample
     * @throws CalibrationException if there is none
     */
    public String mainOutput() {
        if (judged != null) {
            return judged;
        }
        return source.entrySet().stream()
                .filter(entry -> entry.getValue().dataType().isFloatingPoint())
                .map(Map.Entry::getKey)
                .findFirst()
                .or(
                        () ->
                                source.keySet().stream()
                                        .filter(this::isIntegers)
                                        .filter(this::isOnePerRow)
                                        .findFirst())
                .orElseThrow(
                        () ->
                                new CalibrationException(
                                        Problem.of("the model has no output of scores or classes")
                                                .actual(source.keySet())));
    }

    /** True if the comparison found, or was told, that labels and metrics belong to an output. */
    boolean isJudged(String output) {
        return output.equals(judged);
    }

    /** True if both models yield a row of an output for each sample. */
    boolean hasRows(String output) {
        return hasRows(source.get(output)) && hasRows(quantized.get(output));
    }

    private boolean hasRows(Tensor tensor) {
        return tensor != null
                && tensor.shape().rank() > 0
                && tensor.shape().size(0) == rows()
                && tensor.elementCount() > 0;
    }

    /**
     * Tells whether rows of an output can be compared.
     *
     * @param output its name
     * @return true if both models yield it in the same shape
     */
    public boolean isSameShape(String output) {
        return source.get(output).shape().equals(quantized.get(output).shape());
    }

    /** True if an output holds signed integers, as classes and tokens are. */
    boolean isIntegers(String output) {
        DataType type = source.get(output).dataType();
        return type == DataType.INT64 || type == DataType.INT32;
    }

    /** True if the source model yields one element of an output for each sample. */
    boolean isOnePerRow(String output) {
        return hasRows(source.get(output)) && source.get(output).elementCount() == rows();
    }

    /** True if both models yield sequences [batch, position], of any length. */
    boolean isSequence(String output) {
        return source.get(output).shape().rank() == 2 && quantized.get(output).shape().rank() == 2;
    }

    /**
     * Returns an output of the source model by rows.
     *
     * @param output its name
     * @return its rows
     * @throws CalibrationException if the output does not have one row per sample
     */
    public Rows sourceRows(String output) {
        return sourceRows.computeIfAbsent(output, name -> rows(name, source.get(name)));
    }

    /**
     * Returns an output of the quantized model by rows.
     *
     * @param output its name
     * @return its rows, as wide as the source's
     * @throws CalibrationException if the output is missing, or of another shape than the source's
     */
    public Rows quantizedRows(String output) {
        return quantizedRows.computeIfAbsent(
                output,
                name -> {
                    Tensor before = source.get(name);
                    Tensor after = quantized.get(name);
                    if (after == null || !after.shape().equals(before.shape())) {
                        throw new CalibrationException(
                                Problem.of("the quantized model's output has another shape")
                                        .at("output " + name)
                                        .expected(before.shape())
                                        .actual(after == null ? "no such output" : after.shape()));
                    }
                    return rows(name, after);
                });
    }

    /**
     * Returns the first input by rows.
     *
     * @return its rows as floats
     * @throws CalibrationException if the input does not have one row per sample
     */
    public Rows firstInput() {
        if (firstInput == null) {
            Map.Entry<String, Tensor> first = feed.tensors().entrySet().iterator().next();
            firstInput = rows(first.getKey(), first.getValue());
        }
        return firstInput;
    }

    private Rows rows(String output, Tensor tensor) {
        if (!hasRows(tensor)) {
            throw new CalibrationException(
                    Problem.of("there is not a row for each sample")
                            .at(output)
                            .expected(rows() + " rows")
                            .actual(tensor == null ? source.keySet() : tensor.shape()));
        }
        return new Rows(tensor.toFloats(), rows(), !tensor.dataType().isFloatingPoint());
    }

    /**
     * An output taken apart by samples, each flattened.
     *
     * @param values all rows, one after the other; not to be changed
     * @param count the number of rows
     * @param chosen true if a number is an answer by itself, the index of a class, and no score
     */
    public record Rows(float[] values, int count, boolean chosen) {

        /**
         * Returns the numbers of a row.
         *
         * @return at least 1
         */
        public int width() {
            return values.length / count;
        }

        /**
         * Returns one number.
         *
         * @param row the row
         * @param index the place in the row
         * @return the number
         */
        public float get(int row, int index) {
            return values[row * width() + index];
        }

        /**
         * Finds the answer: the place of the largest number, the first of equals, where NaN is
         * never the largest; or the first number itself where answers are chosen already.
         *
         * @param row the row
         * @return the place, from 0; -1, no answer, if all numbers are NaN
         */
        public int largest(int row) {
            int width = width();
            if (chosen) {
                return (int) values[row * width];
            }
            return largest(values, row * width, width);
        }

        /** Finds the place of the largest number, the first of equals; -1 if all are NaN. */
        static int largest(float[] values, int start, int width) {
            int best = start;
            for (int i = start + 1; i < start + width; i++) {
                best = values[i] > values[best] || Float.isNaN(values[best]) ? i : best;
            }
            return Float.isNaN(values[best]) ? -1 : best - start;
        }

        /**
         * Tells how many classes a label may be one of.
         *
         * @return the numbers of a row; no limit where answers are chosen already
         */
        public int classes() {
            return chosen ? Integer.MAX_VALUE : width();
        }

        /**
         * Tells how many numbers of a row are larger than one of them.
         *
         * @param row the row
         * @param index the place of the one
         * @return its rank, 0 for the largest; the last one for NaN
         */
        public int rank(int row, int index) {
            if (chosen) {
                return largest(row) == index ? 0 : Integer.MAX_VALUE;
            }
            float own = get(row, index);
            if (Float.isNaN(own)) {
                return width();
            }
            int larger = 0;
            for (int i = 0; i < width(); i++) {
                float other = get(row, i);
                larger += other > own || other == own && i < index ? 1 : 0;
            }
            return larger;
        }
    }
}
