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

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.text.TextFile;
import io.github.djlquant.calibrate.text.TextRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the texts of a file to the samples that an evaluation shows: the file is read once more,
 * because nobody knows before which texts will be shown.
 */
final class TextViews {

    private static final int MOST_CHARACTERS = 400;

    private final Map<Long, InputView> views = new HashMap<>();

    private TextViews(CalibrationData.OfText data, Set<Long> samples) {
        try (TextFile file = TextFile.open(data.file(), data.text().columns())) {
            long sample = 0;
            for (TextRow row = file.next();
                    row != null && views.size() < samples.size();
                    row = file.next()) {
                if (samples.contains(sample)) {
                    views.put(sample, InputView.ofText(text(row)));
                }
                sample++;
            }
        }
    }

    private static String text(TextRow row) {
        String text = String.join("\n", row.texts());
        return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "..." : text;
    }

    /** Returns the evaluation with texts where samples are shown. */
    static Evaluation put(Evaluation evaluation, CalibrationData.OfText data) {
        Set<Long> samples = new HashSet<>();
        evaluation.flipped().forEach(f -> f.worst().forEach(flip -> samples.add(flip.sample())));
        evaluation.errors().forEach(e -> e.worst().forEach(d -> samples.add(d.sample())));
        evaluation.divergences().forEach(d -> d.worst().forEach(w -> samples.add(w.sample())));
        if (samples.isEmpty()) {
            return evaluation;
        }
        TextViews texts = new TextViews(data, samples);
        return evaluation
                .with()
                .optFlipped(evaluation.flipped().stream().map(texts::put).toList())
                .optErrors(evaluation.errors().stream().map(texts::put).toList())
                .optDivergences(evaluation.divergences().stream().map(texts::put).toList())
                .build();
    }

    private Optional<InputView> view(long sample) {
        return Optional.ofNullable(views.get(sample));
    }

    private Flips put(Flips flips) {
        List<Flip> worst =
                flips.worst().stream().map(flip -> flip.withInput(view(flip.sample()))).toList();
        return new Flips(
                flips.output(),
                flips.samples(),
                flips.changed(),
                flips.lost(),
                flips.gained(),
                worst,
                flips.transitions(),
                flips.classNames());
    }

    private ErrorDistribution put(ErrorDistribution errors) {
        return new ErrorDistribution(
                errors.output(),
                errors.samples(),
                errors.cosineDistance(),
                errors.relativeError(),
                errors.worst().stream()
                        .map(
                                deviation ->
                                        new Deviation(
                                                deviation.sample(),
                                                deviation.cosine(),
                                                deviation.relativeError(),
                                                view(deviation.sample())))
                        .toList());
    }

    private Divergences put(Divergences divergences) {
        return new Divergences(
                divergences.output(),
                divergences.sequences(),
                divergences.diverged(),
                divergences.position(),
                divergences.tokens(),
                divergences.worst().stream()
                        .map(
                                d ->
                                        new Divergences.Divergence(
                                                d.sample(),
                                                d.position(),
                                                d.from(),
                                                d.to(),
                                                view(d.sample())))
                        .toList());
    }
}
