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

import java.util.List;
import java.util.Locale;

/**
 * How far both models find the same objects, without anybody saying which ones are right. Boxes of
 * one class are matched greedily by falling score of the source's, each with the one that it
 * overlaps most, if intersection over union reaches one half.
 *
 * @param outputs the outputs that say the boxes; empty if a detector of the user's reads them
 * @param samples samples compared
 * @param source boxes that the source model finds
 * @param quantized boxes that the quantized model finds
 * @param matched pairs of them
 * @param agreement the sum of the scores of matched boxes over that of all boxes of both models:
 *     the F1 of both sets, in which a box counts by its score; 1 if neither finds any
 */
public record Detections(
        List<String> outputs,
        long samples,
        long source,
        long quantized,
        long matched,
        double agreement) {

    /** Copies the list. */
    public Detections {
        outputs = List.copyOf(outputs);
    }

    /**
     * Names what the boxes are read from.
     *
     * @return for people
     */
    public String subject() {
        return outputs.isEmpty() ? "detections" : String.join(", ", outputs);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %d boxes, %d of the quantized model, %d matched, agreement %.4f",
                subject(),
                source,
                quantized,
                matched,
                agreement);
    }
}
