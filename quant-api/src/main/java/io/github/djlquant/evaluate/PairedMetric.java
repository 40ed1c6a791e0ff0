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

import java.util.Optional;

/**
 * A figure of merit of two models on the same samples, added up batch by batch in memory that does
 * not grow with their number. Used once, by one thread.
 *
 * <p>{@link io.github.djlquant.evaluate.metric.Metrics} has the usual ones; a mean of a number per
 * sample is made there from a function.
 */
public interface PairedMetric {

    /**
     * Is told how many rows there are, before the first batch and behind the last one.
     *
     * @param rows what is known of them
     * @throws io.github.djlquant.CalibrationException if the metric compares with something that is
     *     given for each row, and was given for more or fewer
     */
    default void requireRows(RowCounts rows) {}

    /**
     * Looks at a batch. Where the output that it judges differs in shape, there is nothing to
     * judge; the gate refuses that already.
     *
     * @param batch inputs and both answers
     * @throws io.github.djlquant.CalibrationException if the answers are not of the kind that it
     *     judges
     */
    void add(PairedBatch batch);

    /**
     * Returns what all batches gave.
     *
     * @return the metric of both models; empty if it is not defined on these samples
     */
    Optional<Metric> result();
}
