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

import io.github.djlquant.evaluate.metric.Detector;
import java.util.List;
import java.util.Optional;

/**
 * Matches what two detectors find, if they are detectors: the user says so by giving a reader, or
 * the outputs look and behave so. Not thread-safe.
 */
final class DetectionComparison {

    private final Optional<DetectionOutputs> guess;
    private final DetectionOutputs.Reader reader;
    private final DetectionTally tally;
    private boolean numberDiffers;
    private boolean ordered;
    private boolean against;

    /**
     * Starts with what the first batch shows.
     *
     * @param given reads boxes; empty to recognize them
     */
    DetectionComparison(Optional<Detector> given, PairedBatch batch) {
        this.guess = given.isPresent() ? Optional.empty() : DetectionOutputs.of(batch);
        this.reader = guess.map(DetectionOutputs::reader).orElse(null);
        this.tally =
                given.map(detector -> new DetectionTally(detector, List.of()))
                        .or(() -> guess.map(g -> new DetectionTally(reader, g.names())))
                        .orElse(null);
    }

    void add(PairedBatch batch) {
        if (tally == null || guess.filter(outputs -> !isCredible(outputs, batch)).isPresent()) {
            return;
        }
        tally.add(batch);
        if (reader != null) {
            reader.release();
        }
    }

    /** Raw anchors have scores in any order, and always the same number. */
    private boolean isCredible(DetectionOutputs outputs, PairedBatch batch) {
        if (!outputs.fits(batch)) {
            return false;
        }
        numberDiffers |= !batch.isSameShape(outputs.boxes());
        if (!numberDiffers && !against) {
            switch (outputs.evidence(batch)) {
                case FOR -> ordered = true;
                case AGAINST -> against = true;
                case NONE -> {}
            }
        }
        return numberDiffers || !against;
    }

    /** Returns what was found; empty for what are no detectors. */
    Optional<Detections> result() {
        boolean believed = guess.isEmpty() || numberDiffers || ordered && !against;
        return tally == null || !believed ? Optional.empty() : Optional.of(tally.result());
    }
}
