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

import io.github.djlquant.evaluate.metric.Box;
import io.github.djlquant.evaluate.metric.Detector;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Matches what two detectors find, sample by sample. Not thread-safe. */
final class DetectionTally {

    /** The usual overlap from which on two boxes mean the same object. */
    private static final double OVERLAP = 0.5;

    /** What lies behind is noise to a detector, and matching takes the square of the number. */
    private static final int MOST = 300;

    private final Detector detector;
    private final List<String> outputs;
    private long samples;
    private long source;
    private long quantized;
    private long matched;
    private double agreed;
    private double all;

    /**
     * Prepares.
     *
     * @param detector reads the boxes
     * @param outputs what it reads; empty if that is not known
     */
    DetectionTally(Detector detector, List<String> outputs) {
        this.detector = detector;
        this.outputs = outputs;
    }

    void add(PairedBatch batch) {
        for (int row = 0; row < batch.rows(); row++) {
            samples++;
            match(boxes(batch.source(), row), boxes(batch.quantized(), row));
        }
    }

    private List<Box> boxes(Map<String, io.github.djlquant.graph.Tensor> answers, int row) {
        return detector.boxes(answers, row).stream()
                .sorted(Comparator.comparingDouble(Box::score).reversed())
                .limit(MOST)
                .toList();
    }

    private void match(List<Box> before, List<Box> after) {
        source += before.size();
        quantized += after.size();
        before.forEach(box -> all += weight(box));
        after.forEach(box -> all += weight(box));
        boolean[] taken = new boolean[after.size()];
        for (Box box : before) {
            int best = -1;
            double most = OVERLAP;
            for (int i = 0; i < taken.length; i++) {
                double shared = box.overlap(after.get(i));
                if (!taken[i] && after.get(i).kind() == box.kind() && shared >= most) {
                    best = i;
                    most = shared;
                }
            }
            if (best >= 0) {
                taken[best] = true;
                matched++;
                agreed += weight(box) + weight(after.get(best));
            }
        }
    }

    private static double weight(Box box) {
        return Double.isFinite(box.score()) ? Math.max(0, box.score()) : 0;
    }

    Detections result() {
        return new Detections(
                outputs, samples, source, quantized, matched, all > 0 ? agreed / all : 1);
    }
}
