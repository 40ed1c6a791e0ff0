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
package io.github.djlquant.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.report.Report;
import io.github.djlquant.testkit.fault.Fault;
import io.github.djlquant.testkit.fault.FaultInjector;
import io.github.djlquant.testkit.fault.FaultyGraph;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A float model, its sound artifact, and data to judge what is made of them. */
final class FaultTrial {

    private static final Logger LOG = LoggerFactory.getLogger(FaultTrial.class);

    /** The verdict, what failed and what is to blame, with one screen's space for them. */
    private static final int FIRST_LINES = 12;

    private static final Backend BACKEND = new OnnxBackend();

    private final Path source;
    private final Path folder;
    private final CalibrationData data;
    private final Labels labels;
    private final List<String> classes;

    /**
     * Prepares.
     *
     * @param labels the right classes of the data, or null
     */
    FaultTrial(
            Path source, Path folder, CalibrationData data, Labels labels, List<String> classes) {
        this.source = source;
        this.folder = folder;
        this.data = data;
        this.labels = labels;
        this.classes = classes;
    }

    /** Quantizes whatever the gate says. */
    Path quantize(String name, Recipe recipe, CalibrationData calibration) {
        return quantize(name, recipe, calibration, Target.Name.ANY, 0);
    }

    /** Quantizes whatever the gate says, with batches of so many rows, 0 for any number. */
    Path quantize(
            String name, Recipe recipe, CalibrationData calibration, Target.Name target, int rows) {
        Path file = folder.resolve(name + ".onnx");
        Quantizer.Builder quantizer =
                Quantizer.builder()
                        .optRecipe(recipe)
                        .optTarget(target)
                        .optLatency(false)
                        .optOverwrite(true)
                        .optIgnoreGate(true);
        if (rows > 0) {
            quantizer.optBatchSize(rows);
        }
        if (calibration != null) {
            quantizer.optCalibration(calibration);
        }
        return quantizer.build().quantize(source, file).file();
    }

    /**
     * Refuses a sound artifact with a fault in it, and is to name the node of the float model.
     *
     * @param check the limit that refuses it
     */
    void assertRefused(Path sound, Fault fault, String check) {
        FaultyGraph faulty = inject(sound, fault);
        Evaluation evaluation = judge(written(faulty));
        String node = BACKEND.read(source).producer(faulty.value()).orElseThrow().name();
        assertRefused(evaluation, check, node);
        assertBlamedAmongFirst(2, evaluation, node);
    }

    /** Requires the right culprit among the first ones: a long list hides it. */
    static void assertBlamedAmongFirst(int most, Evaluation evaluation, String culprit) {
        assertThat(evaluation.gate().orElseThrow().culprits().stream().limit(most))
                .extracting(GateResult.Culprit::text)
                .anyMatch(text -> text.contains(culprit));
    }

    FaultyGraph inject(Path sound, Fault fault) {
        return new FaultInjector(BACKEND.read(sound), BACKEND.catalog()).inject(fault);
    }

    Path written(FaultyGraph faulty) {
        Path file = folder.resolve(faulty.fault() + ".onnx");
        BACKEND.write(faulty.graph(), BACKEND.target(Target.Name.ANY), file);
        return file;
    }

    /** Evaluates with layers and slices, as {@code djl-quant evaluate --layers} does. */
    Evaluation judge(Path quantized) {
        return judge(quantized, Set.of(ModelEvaluator.Part.LAYERS));
    }

    private Evaluation judge(Path quantized, Set<ModelEvaluator.Part> parts) {
        ModelEvaluator.Builder evaluator =
                ModelEvaluator.builder()
                        .setModels(source, quantized)
                        .setData(data)
                        .optClassNames(classes)
                        .optParts(parts)
                        .optGate(GateThresholds.DEFAULT);
        if (labels != null) {
            evaluator.optLabels(labels);
        }
        Evaluation judged = evaluator.build().evaluate();
        LOG.warn("{}: {}", quantized.getFileName(), judged.gate().orElseThrow());
        return judged;
    }

    static void assertRefused(Evaluation evaluation, String check, String culprit) {
        assertThat(evaluation.gate().orElseThrow().checks())
                .filteredOn(judged -> !judged.passed())
                .extracting(GateResult.Check::name)
                .contains(check);
        assertThat(firstScreen(evaluation)).contains(culprit);
    }

    /**
     * What stands first in every form of the report, without the advice: a culprit that only the
     * tables name, or the list of what to try, is not seen.
     */
    static String firstScreen(Evaluation evaluation) {
        return Report.of(evaluation)
                .toString()
                .lines()
                .takeWhile(line -> !line.isBlank())
                .filter(line -> !line.startsWith("  try:"))
                .limit(FIRST_LINES)
                .collect(Collectors.joining("\n"));
    }

    void assertPassed(Path quantized) {
        Evaluation evaluation = judge(quantized, Set.of());
        assertThat(evaluation.gate().orElseThrow().passed())
                .as(evaluation.gate().orElseThrow().toString())
                .isTrue();
    }
}
