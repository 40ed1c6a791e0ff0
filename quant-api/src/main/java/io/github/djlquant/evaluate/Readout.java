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
import io.github.djlquant.graph.Tensor;
import java.util.Map;

/**
 * Makes of a model's outputs what is judged, such as one embedding of all tokens' states, or the
 * scores of a head that is not part of the model. Both models go through the same.
 */
@FunctionalInterface
public interface Readout {

    /** What the model yields itself. */
    Readout OUTPUTS = (feeds, outputs) -> outputs;

    /**
     * Makes what is judged.
     *
     * @param feeds the model's inputs
     * @param outputs the model's outputs
     * @return tensors by name, a row for each sample; what labels belong to comes first
     */
    Map<String, Tensor> of(Map<String, Tensor> feeds, Map<String, Tensor> outputs);

    /**
     * Averages the states of all tokens that the input {@code attention_mask} marks, and brings the
     * mean to length 1: an embedding, as sentence encoders use it.
     *
     * @return a readout of the first output, [batch, token, feature], with the result {@code
     *     embedding}, [batch, feature]
     */
    static Readout meanPooling() {
        return (feeds, outputs) -> {
            Tensor states = outputs.values().iterator().next();
            Tensor mask = feeds.get("attention_mask");
            if (states.shape().rank() != 3
                    || mask == null
                    || mask.shape().rank() != 2
                    || mask.shape().size(1) != states.shape().size(1)) {
                throw new CalibrationException(
                        Problem.of("mean pooling takes the states of tokens and their mask")
                                .expected(
                                        "[batch, token, feature] and attention_mask [batch, token]")
                                .actual(
                                        states.shape()
                                                + " and "
                                                + (mask == null ? "no mask" : mask.shape())));
            }
            return Map.of("embedding", pooled(states, mask.toLongs()));
        };
    }

    private static Tensor pooled(Tensor states, long[] mask) {
        int rows = (int) states.shape().size(0);
        int tokens = (int) states.shape().size(1);
        int width = (int) states.shape().size(2);
        float[] values = states.toFloats();
        float[] pooled = new float[rows * width];
        double[] sums = new double[width];
        for (int row = 0; row < rows; row++) {
            java.util.Arrays.fill(sums, 0);
            for (int token = 0; token < tokens; token++) {
                if (mask[row * tokens + token] != 0) {
                    int start = (row * tokens + token) * width;
                    for (int i = 0; i < width; i++) {
                        sums[i] += values[start + i];
                    }
                }
            }
            double squares = 0;
            for (double sum : sums) {
                squares += sum * sum;
            }
            double length = squares == 0 ? 1 : Math.sqrt(squares);
            for (int i = 0; i < width; i++) {
                pooled[row * width + i] = (float) (sums[i] / length);
            }
        }
        return Tensor.ofFloats(pooled, rows, width);
    }
}
