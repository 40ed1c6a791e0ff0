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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.GateException;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.LayerError;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.evaluate.ModelEvaluator.Part;
import io.github.djlquant.evaluate.Sensitivity;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of a real image classifier; figures are checked against loops written here. */
class EvaluationIT {

    private static final int IMAGES = 1000;

    @TempDir private static Path folder;

    private static float[] answers(Backend backend, Path model, Cifar cifar) {
        try (GraphRunner runner = backend.open(model, new RunOptions(1, true))) {
            return runner.run(cifar.testBatch(0, IMAGES)).values().iterator().next().toFloats();
        }
    }

    private static int best(float[] scores, int row) {
        int best = 0;
        for (int i = 1; i < 10; i++) {
            best = scores[10 * row + i] > scores[10 * row + best] ? i : best;
        }
        return best;
    }

    @Test
    void theImageClassifierIsSeenThrough() {
        Cifar cifar = Cifar.orSkip();
        Path source = cifar.model(".onnx");
        Path int8 = folder.resolve("resnet.onnx");
        Quantizer.builder()
                .optCalibration(CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 200))))
                .optLatency(false)
                .build()
                .quantize(source, int8);
        int[] labels = cifar.testLabels(0, IMAGES);

        Evaluation evaluation =
                ModelEvaluator.builder()
                        .setModels(source, int8)
                        .setData(CalibrationData.ofFeeds(List.of(cifar.testBatch(0, IMAGES))))
                        .optLabels(Labels.of(labels))
                        .optParts(EnumSet.allOf(Part.class))
                        .build()
                        .evaluate();

        Backend backend = Backends.forFile(source);
        float[] before = answers(backend, source, cifar);
        float[] after = answers(backend, int8, cifar);
        long right = IntStream.range(0, IMAGES).filter(i -> best(before, i) == labels[i]).count();
        long still = IntStream.range(0, IMAGES).filter(i -> best(after, i) == labels[i]).count();
        long flips =
                IntStream.range(0, IMAGES).filter(i -> best(before, i) != best(after, i)).count();
        Metric top1 = evaluation.metrics().get(0);
        assertThat(top1.source()).isEqualTo(right / (double) IMAGES);
        assertThat(top1.quantized()).isEqualTo(still / (double) IMAGES);
        Flips flipped = evaluation.flipped().get(0);
        assertThat(flipped.changed()).isEqualTo(flips).isPositive();
        assertThat(flipped.worst()).allMatch(flip -> flip.input().orElseThrow().png().isPresent());
        Slices classes = evaluation.slices().get(0);
        assertThat(classes.slices()).hasSize(10);
        for (Slice slice : classes.slices()) {
            int label = Integer.parseInt(slice.name());
            long all = Arrays.stream(labels).filter(l -> l == label).count();
            long hit =
                    IntStream.range(0, IMAGES)
                            .filter(i -> labels[i] == label && best(after, i) == label)
                            .count();
            assertThat(slice.samples()).isEqualTo(all);
            assertThat(slice.quantized()).isCloseTo(hit / (double) all, within(1e-12));
        }
        assertThat(evaluation.slices()).extracting(Slices::by).contains("brightness");
        assertThat(evaluation.gate().orElseThrow().passed()).isTrue();
        seesInside(evaluation);
        assertThat(EvaluationJson.parse(EvaluationJson.print(evaluation), "x"))
                .isEqualTo(evaluation);
    }

    private static void seesInside(Evaluation evaluation) {
        assertThat(evaluation.layers().size()).isGreaterThan(20);
        assertThat(evaluation.layers()).extracting(LayerError::position).isSorted();
        assertThat(evaluation.layers())
                .filteredOn(layer -> layer.range().isPresent())
                .hasSizeGreaterThan(15)
                .allMatch(layer -> layer.range().orElseThrow().saturation() < 0.05);
        var operators = evaluation.operators().orElseThrow();
        assertThat(operators.operators().stream().mapToDouble(o -> o.share().orElse(0.0)).sum())
                .isCloseTo(1, within(1e-9));
        assertThat(operators.int8Share().orElseThrow()).isGreaterThan(0.6);
        assertThat(operators.byKernel()).anyMatch(k -> k.kernel().equals("QLinearConv"));
        var performance = evaluation.performance().orElseThrow();
        assertThat(performance.latencies().get(0).ratio()).isGreaterThan(1);
        assertThat(performance.throughputs()).hasSize(3);
        assertThat(performance.coldStart().orElseThrow().sourceMillis()).isPositive();
        assertThat(performance.footprint().orElseThrow().fileRatio()).isGreaterThan(3);
        assertThat(performance.footprint().orElseThrow().source().peak()).isPresent();
        assertThat(evaluation.sensitivity()).hasSizeGreaterThan(15);
        assertThat(evaluation.sensitivity())
                .as("one layer alone costs less than all together")
                .allMatch(layer -> layer.alone().orElseThrow() > evaluation.sqnr() - 1);
        assertThat(evaluation.sensitivity()).extracting(Sensitivity::macs).anyMatch(m -> m > 0);
        assertThat(evaluation.hardware().orElseThrow().remarks()).isNotEmpty();
        assertThat(evaluation.coverage().orElseThrow().calibrationSamples()).isEqualTo(200);
    }

    @Test
    void oneBlackImageIsNoCalibrationAndTheRefusalSaysSo() {
        Cifar cifar = Cifar.orSkip();
        Tensor black = Tensor.ofFloats(new float[3 * 32 * 32], 1, 3, 32, 32);
        Path int8 = folder.resolve("black.onnx");
        Quantizer.builder()
                .optCalibration(CalibrationData.ofFeeds(List.of(Map.of("input", black))))
                .optLatency(false)
                .optIgnoreGate(true)
                .build()
                .quantize(cifar.model(".onnx"), int8);

        Evaluation evaluation =
                ModelEvaluator.builder()
                        .setModels(cifar.model(".onnx"), int8)
                        .setData(CalibrationData.ofFeeds(List.of(cifar.testBatch(0, 200))))
                        .optParts(List.of(Part.LAYERS))
                        .build()
                        .evaluate();

        GateResult gate = evaluation.gate().orElseThrow();
        assertThat(gate.passed()).isFalse();
        assertThat(gate.culprits())
                .extracting(GateResult.Culprit::kind)
                .contains(GateResult.Culprit.Kind.RANGE);
        assertThat(gate.toString()).contains("are clipped", "calibrate with more");
    }

    @Test
    void theRefusalNamesLayersAndWhatToTry() {
        Cifar cifar = Cifar.orSkip();
        Quantizer strict =
                Quantizer.builder()
                        .optRecipe(
                                Recipe.staticInt8()
                                        .withGate(
                                                new io.github.djlquant.recipe.GateThresholds(
                                                        0, 1, 0)))
                        .optCalibration(CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 64))))
                        .optLatency(false)
                        .build();
        assertThatThrownBy(() -> strict.quantize(cifar.model(".onnx"), folder.resolve("no.onnx")))
                .isInstanceOf(GateException.class)
                .hasMessageContaining("Worst layers: ")
                .hasMessageContaining("dB lost here")
                .hasMessageContaining("Try: calibrate with more")
                .satisfies(
                        thrown -> {
                            Evaluation found = ((GateException) thrown).evaluation().orElseThrow();
                            assertThat(found.gate().orElseThrow().culprits()).isNotEmpty();
                            assertThat(found.layers())
                                    .isSortedAccordingTo(
                                            Comparator.comparingInt(LayerError::position))
                                    .isNotEmpty();
                            assertThat(found.coverage().orElseThrow().calibrationSamples())
                                    .isEqualTo(64);
                        });
    }

    /** No int8 form reaches 80 dB; the optimised float model does, and is handed over as such. */
    @Test
    void autoMayKeepTheFloatModel() {
        Cifar cifar = Cifar.orSkip();
        QuantizedModel best =
                auto(cifar, 1).quantize(cifar.model(".onnx"), folder.resolve("best.onnx"));
        assertThat(best.provenance().recipe().name()).isEqualTo("optimize");
        assertThat(best.warnings())
                .anySatisfy(
                        warning ->
                                assertThat(warning)
                                        .contains(
                                                "nothing is quantized, the float model is best",
                                                "static-int8 refused",
                                                "below 80.0 dB"));
        assertThat(best.evaluation().gate().orElseThrow().passed()).isTrue();
        assertThat(best.evaluation().subject().orElseThrow().quantized()).isEqualTo("best.onnx");
        assertThatThrownBy(
                        () ->
                                auto(cifar, 100)
                                        .quantize(
                                                cifar.model(".onnx"), folder.resolve("none.onnx")))
                .isInstanceOf(GateException.class)
                .hasMessageContaining("no recipe gives a model that is good enough")
                .satisfies(e -> assertThat(((GateException) e).evaluation()).isPresent());
        assertThat(folder.resolve("none.onnx")).doesNotExist();
    }

    private static Quantizer auto(Cifar cifar, double speedup) {
        GateThresholds gate = new GateThresholds(0.05, 0.9, 0.05).withMinSqnr(80);
        return Quantizer.builder()
                .optRecipe(
                        Recipe.staticInt8()
                                .withGate(speedup > 1 ? gate.withMinSpeedup(speedup) : gate))
                .optCalibration(CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 32))))
                .optAuto(true)
                .build();
    }
}
