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

import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.PairedMetric;
import io.github.djlquant.evaluate.Targets;
import java.util.Map;
import java.util.function.Supplier;

/** The usual figures of merit, each made for one evaluation. */
public final class Metrics {

    private Metrics() {}

    /**
     * Counts right answers among the k highest scores. Significance: McNemar's exact test; interval
     * of the drop: the score interval of paired proportions (Tango 1998).
     *
     * @param labels the right class of each sample
     * @param k 1 for accuracy
     * @return the metric {@code top-k}, of the output that labels belong to
     */
    public static PairedMetric topK(Labels labels, int k) {
        return new TopK(labels, k);
    }

    /**
     * Averages precision, TP / (TP + FP), over the classes that occur (macro average; 0 for a class
     * that is never answered).
     *
     * @param labels the right class of each sample
     * @return the metric {@code precision}
     */
    public static PairedMetric precision(Labels labels) {
        return new ClassAverage(ClassAverage.Kind.PRECISION, labels);
    }

    /**
     * Averages recall, TP / (TP + FN), over the classes that occur.
     *
     * @param labels the right class of each sample
     * @return the metric {@code recall}
     */
    public static PairedMetric recall(Labels labels) {
        return new ClassAverage(ClassAverage.Kind.RECALL, labels);
    }

    /**
     * Averages F1, 2 TP / (2 TP + FP + FN), over the classes that occur.
     *
     * @param labels the right class of each sample
     * @return the metric {@code f1}
     */
    public static PairedMetric f1(Labels labels) {
        return new ClassAverage(ClassAverage.Kind.F1, labels);
    }

    /**
     * Correlates the ranks of answers and targets (Spearman's rho; equal values share the mean of
     * their ranks). The model yields one number per sample.
     *
     * @param targets the right number of each sample
     * @return the metric {@code spearman}, of the first float output
     */
    public static PairedMetric spearman(Targets targets) {
        return new Correlation(true, targets, PairScore.FIRST_NUMBER);
    }

    /**
     * Correlates answers and targets (Pearson's r).
     *
     * @param targets the right number of each sample
     * @return the metric {@code pearson}, of the first float output
     */
    public static PairedMetric pearson(Targets targets) {
        return new Correlation(false, targets, PairScore.FIRST_NUMBER);
    }

    /**
     * Correlates, by ranks, people's scores with the cosine of two embeddings: samples 2i and 2i +
     * 1 of the data are the pair i. The samples may come in another order, as texts do.
     *
     * @param scores the score of each pair
     * @return the metric {@code spearman}, of the first float output, one vector per sample
     */
    public static PairedMetric pairSpearman(Targets scores) {
        return new Correlation(true, scores, PairScore.COSINE_OF_PAIRS);
    }

    /**
     * Averages the absolute difference from targets.
     *
     * @param targets the right number of each sample
     * @return the metric {@code mean absolute error}
     */
    public static PairedMetric meanAbsoluteError(Targets targets) {
        return new SampleMean(
                "mean absolute error",
                false,
                (batch, answers, row) ->
                        Math.abs(answers.get(row, 0) - targets.target(batch.sample(row))),
                targets::requireRows);
    }

    /**
     * Averages the squared difference from targets.
     *
     * @param targets the right number of each sample
     * @return the metric {@code mean squared error}
     */
    public static PairedMetric meanSquaredError(Targets targets) {
        return new SampleMean(
                "mean squared error",
                false,
                (batch, answers, row) -> {
                    double error = answers.get(row, 0) - targets.target(batch.sample(row));
                    return error * error;
                },
                targets::requireRows);
    }

    /**
     * Measures how well a language model foretells tokens: exp of the mean of -log p over all
     * tokens but the first of each sequence (Jelinek et al. 1977). The first float output holds
     * scores [batch, position, token] before softmax; those at position i foretell token i + 1.
     *
     * @param tokens the model's input that holds the tokens, integers [batch, position]
     * @param filling the token that fills sequences up, which does not count; -1 if there is none
     * @return the metric {@code perplexity}; less is better
     */
    public static PairedMetric perplexity(String tokens, long filling) {
        return new Perplexity(tokens, filling);
    }

    /**
     * Averages a number per sample.
     *
     * @param name the metric's name
     * @param higherIsBetter false for errors
     * @param score the number
     * @return the metric
     */
    public static PairedMetric mean(String name, boolean higherIsBetter, SampleScore score) {
        return new SampleMean(name, higherIsBetter, score, rows -> {});
    }

    /**
     * Judges detections by mean average precision (mAP): boxes are matched greedily by falling
     * score, each with the truth of the same class that it overlaps most, if intersection over
     * union reaches a threshold; precision is averaged over 101 recalls (COCO).
     *
     * @param detector finds the boxes in the outputs
     * @param truth the right boxes of each sample, by its number
     * @param overlap the least intersection over union, such as 0.5
     * @return the metric {@code mAP@overlap}
     */
    public static PairedMetric meanAveragePrecision(
            Detector detector, Map<Long, java.util.List<Box>> truth, double overlap) {
        return new AveragePrecision(detector, truth, overlap);
    }

    /**
     * Takes an evaluator of DJL, such as {@code ai.djl.training.evaluator.Accuracy}. Both models
     * get one of their own. Needs an engine of DJL that computes with arrays, such as PyTorch.
     *
     * @param evaluators makes an evaluator
     * @param labels the right class of each sample
     * @param higherIsBetter false for losses
     * @return the metric, named as the evaluator
     */
    public static PairedMetric ofDjl(
            Supplier<? extends ai.djl.training.evaluator.Evaluator> evaluators,
            Labels labels,
            boolean higherIsBetter) {
        return new DjlMetric(evaluators, labels, higherIsBetter);
    }

    /** One model's figure on one sample. */
    @FunctionalInterface
    public interface SampleScore {

        /**
         * Computes it.
         *
         * @param batch the inputs, and which samples they are
         * @param answers the model's first float output
         * @param row the sample's row
         * @return a finite number
         */
        double of(PairedBatch batch, PairedBatch.Rows answers, int row);
    }
}
