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

import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import java.util.Map;
import java.util.Objects;

/**
 * One batch to evaluate on.
 *
 * @param feeds a tensor for each of the model's inputs
 * @param labels the right class of each row, or null without labels
 */
public record LabelledBatch(Map<String, Tensor> feeds, int[] labels) {

    /** Requires the feeds. */
    public LabelledBatch {
        Objects.requireNonNull(feeds, "feeds");
    }

    /**
     * Takes a batch of the data, with its labels if there are any.
     *
     * @param feed the batch
     * @param labels the right classes of the data, or null
     * @return the batch to evaluate on
     * @throws io.github.djlquant.CalibrationException if there are fewer labels than samples
     */
    public static LabelledBatch of(Feed feed, Labels labels) {
        return labels == null ? new LabelledBatch(feed.tensors(), null) : labels.with(feed);
    }
}
