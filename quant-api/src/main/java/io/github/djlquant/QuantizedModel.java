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
package io.github.djlquant;

import io.github.djlquant.backend.Execution;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.transform.TransformContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The result of a quantization: the written artifact and everything that is known about it.
 *
 * @param file the artifact
 * @param sourceBytes the source's size in bytes, with its external weights
 * @param bytes the artifact's size in bytes
 * @param provenance where it comes from and where it may go
 * @param plan every decision with its reason
 * @param notes what the transforms did and what they could not do
 * @param execution what the engine really runs
 * @param evaluation the verification against the source
 * @param warnings what the user should know
 * @param times wall time of each stage that ran
 * @param calibrationTable what calibration measured, for {@link
 *     Quantizer.Builder#optCalibrationTable}; empty without calibration
 */
public record QuantizedModel(
        Path file,
        long sourceBytes,
        long bytes,
        Provenance provenance,
        QuantPlan plan,
        List<TransformContext.Note> notes,
        Execution execution,
        Evaluation evaluation,
        List<String> warnings,
        Map<Stage, Duration> times,
        Optional<CalibrationTable> calibrationTable) {

    /** Copies the collections. */
    public QuantizedModel {
        notes = List.copyOf(notes);
        warnings = List.copyOf(warnings);
        times = Collections.unmodifiableMap(new EnumMap<>(times));
    }

    @Override
    public String toString() {
        long quantized = plan.nodes().stream().filter(n -> n.quantized()).count();
        String stages =
                times.entrySet().stream()
                        .map(
                                e ->
                                        e.getKey().name().toLowerCase(Locale.ROOT)
                                                + " "
                                                + String.format(
                                                        Locale.ROOT,
                                                        "%.2f s",
                                                        e.getValue().toMillis() / 1e3))
                        .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s: %,d -> %,d bytes (%.2fx smaller), recipe %s, target %s%n%d nodes planned in int8 (%.1f %% of the"
                        + " multiply-accumulates%s), the engine runs %s%n%s%n%s%s%s",
                file.getFileName(),
                sourceBytes,
                bytes,
                sourceBytes / (double) bytes,
                provenance.recipe().name(),
                provenance.target().name(),
                quantized,
                100 * plan.quantizedMacShare(),
                plan.layersOfUnknownWork() == 0
                        ? ""
                        : " that are known: the shapes of "
                                + plan.layersOfUnknownWork()
                                + " convolutions are not",
                execution.summary(),
                evaluation,
                evaluation
                        .subject()
                        .map(Subject::data)
                        .filter(data -> evaluation.realData() && !data.isEmpty())
                        .map(data -> "verified on " + data + System.lineSeparator())
                        .orElse(""),
                stages,
                warnings.stream()
                        .map(w -> System.lineSeparator() + "warning: " + w)
                        .collect(Collectors.joining()));
    }
}
