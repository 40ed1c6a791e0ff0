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
package io.github.djlquant.report;

import io.github.djlquant.Provenance;
import io.github.djlquant.backend.Target;
import io.github.djlquant.evaluate.BaselineRange;
import io.github.djlquant.evaluate.Coverage;
import io.github.djlquant.evaluate.Deviation;
import io.github.djlquant.evaluate.ErrorDistribution;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Flip;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.HardwareCheck;
import io.github.djlquant.evaluate.InputView;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.Quantiles;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Made-up evaluations of every kind. Each name in them goes through one function first. */
final class Samples {

    static final List<String> CLASSES =
            List.of(
                    "airplane",
                    "automobile",
                    "bird",
                    "cat",
                    "deer",
                    "dog",
                    "frog",
                    "horse",
                    "ship",
                    "truck");

    private final UnaryOperator<String> names;
    private final Random random = new Random(7);
    private final SampleMetrics metrics;
    private final SampleLayers layers;
    private final int flips;

    private Samples(UnaryOperator<String> names, int layers, int flips) {
        this.names = names;
        this.metrics = new SampleMetrics(names);
        this.layers = new SampleLayers(names, random, layers);
        this.flips = flips;
    }

    /** A classifier that passes. */
    static Report classifier() {
        return new Samples(name -> name, 21, 60).passed();
    }

    /** The same with another name for everything. */
    static Report classifier(UnaryOperator<String> names) {
        return new Samples(names, 21, 20).refusedReport();
    }

    /** The same with so many layers. */
    static Report classifier(int layers, UnaryOperator<String> names) {
        return new Samples(names, layers, 20).refusedReport();
    }

    /** A classifier that the gate refuses. */
    static Report refused() {
        return new Samples(name -> name, 21, 60).refusedReport();
    }

    /** As large as reports get. */
    static Report huge() {
        return new Samples(name -> name, 1000, 500).passed();
    }

    /** A sentence encoder without labels. */
    static Report embeddings() {
        return new Samples(name -> name, 37, 0).encoder();
    }

    private Report passed() {
        Evaluation evaluation =
                classes(0.0122, 0.8103, 0.8114, Optional.of(new SampleGates(names).passed()));
        return withOthers(Report.of(evaluation));
    }

    private Report refusedReport() {
        Evaluation evaluation =
                classes(0.094, 0.8103, 0.7731, Optional.of(new SampleGates(names).refused()));
        return withOthers(Report.of(evaluation));
    }

    private Report withOthers(Report report) {
        return report.withVariant(
                        new Variant(
                                names.apply("optimize, here"),
                                1_088_120,
                                Optional.of(521.0),
                                Optional.of(0.8103),
                                Variant.Standing.PASSED,
                                ""))
                .withVariant(
                        new Variant(
                                names.apply("static-int8, here"),
                                351_570,
                                Optional.of(297.0),
                                Optional.of(0.8106),
                                Variant.Standing.PASSED,
                                ""))
                .withVariant(
                        new Variant(
                                names.apply("dynamic-int8, any"),
                                402_113,
                                Optional.of(688.0),
                                Optional.of(0.7894),
                                Variant.Standing.REFUSED,
                                names.apply("accuracy falls by 2.09 points")))
                .withVariant(
                        new Variant(
                                names.apply("bfloat16"),
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                Variant.Standing.IMPOSSIBLE,
                                names.apply("the engine has no kernels for it")));
    }

    private List<BaselineRange> baseline() {
        return layers.errors().stream()
                .map(
                        layer ->
                                new BaselineRange(
                                        layer.value(),
                                        500,
                                        layer.range().orElseThrow().min(),
                                        layer.range().orElseThrow().max() * 1.3,
                                        Optional.of(layer.range().orElseThrow().low()),
                                        Optional.of(layer.range().orElseThrow().high()),
                                        layer.position() < 0
                                                ? BaselineRange.Known.ROWS
                                                : BaselineRange.Known.RANGE))
                .toList();
    }

    private Evaluation classes(
            double flipped, double source, double quantized, Optional<GateResult> gate) {
        Evaluation base =
                new Evaluation(
                        List.of(
                                new OutputError(
                                        names.apply("logits"),
                                        10_000,
                                        30.7,
                                        0.9991,
                                        1.83,
                                        true,
                                        flipped,
                                        0)),
                        10_000,
                        true,
                        Optional.of(
                                new Evaluation.Accuracy(
                                        10_000,
                                        Math.round(source * 10_000),
                                        Math.round((source - quantized) * 10_000) + 40,
                                        40)),
                        Optional.of(new LatencyRatio(586, 285, 2.0, 2.07, 2.12, 5000, 1)));
        return base.with()
                .optSubject(subject("resnet20_cifar10", true))
                .optMetrics(List.of(metrics.top1(source, quantized), metrics.f1()))
                .optSlices(metrics.slices())
                .optFlipped(List.of(flips(flipped)))
                .optPerformance(SampleTimes.performance())
                .optLayers(layers.errors())
                .optSensitivity(layers.sensitivity())
                .optBaseline(baseline())
                .optCoverage(new Coverage(500, 256, 21, 3, List.of(names.apply("layer3.2/relu"))))
                .optOperators(layers.operators())
                .optHardware(hardware())
                .optGate(gate.orElseThrow())
                .optWarnings(
                        List.of(names.apply("4 ranges still moved in the last fifth of the data")))
                .build();
    }

    private Report encoder() {
        Evaluation base =
                new Evaluation(
                        List.of(
                                new OutputError(
                                        names.apply("sentence_embedding"),
                                        2758,
                                        23.1,
                                        0.9975,
                                        0.031,
                                        false,
                                        0,
                                        0)),
                        2758,
                        true,
                        Optional.empty(),
                        Optional.of(new LatencyRatio(4210, 1690, 2.41, 2.49, 2.55, 900, 1)));
        ErrorDistribution errors =
                new ErrorDistribution(
                        names.apply("sentence_embedding"),
                        2758,
                        new Quantiles(
                                0.0025, 0.0006, 0.0011, 0.0022, 0.0041, 0.0052, 0.0078, 0.0112),
                        new Quantiles(0.069, 0.034, 0.047, 0.066, 0.09, 0.102, 0.125, 0.149),
                        IntStream.range(0, 30)
                                .mapToObj(
                                        i ->
                                                new Deviation(
                                                        i * 31L,
                                                        0.9888 + i * 1e-4,
                                                        0.149 - i * 1e-3,
                                                        Optional.of(
                                                                InputView.ofText(
                                                                        names.apply(
                                                                                "A man is playing a large flute outside of the old town hall, number "
                                                                                        + i)))))
                                .toList());
        return Report.of(
                base.with()
                        .optSubject(subject("minilm_l6_v2", false))
                        .optErrors(List.of(errors))
                        .optGate(
                                new GateResult(
                                        List.of(
                                                new GateResult.Check(
                                                        "cosine",
                                                        names.apply("sentence_embedding"),
                                                        0.98,
                                                        0.9975,
                                                        true,
                                                        "mean cosine 0.9975 is at least 0.98")),
                                        List.of(),
                                        List.of(),
                                        List.of()))
                        .optPerformance(SampleTimes.performance())
                        .optLayers(layers.errors())
                        .optOperators(layers.operators())
                        .optHardware(hardware())
                        .build());
    }

    private Subject subject(String model, boolean labelled) {
        String file = names.apply(model);
        return new Subject(
                file + ".onnx",
                1_094_605,
                file + "-int8.onnx",
                352_539,
                "OnnxRuntime 1.29.0",
                "0.1.0",
                names.apply(labelled ? "10,000 images, labelled" : "2,758 sentences"),
                "2026-05-01T12:00:00Z",
                Optional.of(
                        new Provenance(
                                "0.1.0",
                                file + ".onnx",
                                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                                Recipe.staticInt8(),
                                new Target("any", null, true, "1.21.1"),
                                "OnnxRuntime",
                                "1.29.0",
                                500)),
                Optional.of(
                        "djl-quant evaluate "
                                + file
                                + ".onnx "
                                + file
                                + "-int8.onnx --data test.npz --labels test.txt --report report.html"));
    }

    private Flips flips(double share) {
        List<Flip> worst = new ArrayList<>();
        for (int i = 0; i < flips; i++) {
            int from = random.nextInt(10);
            int to = (from + 1 + random.nextInt(9)) % 10;
            int label = i % 3 == 0 ? from : i % 3 == 1 ? to : (from + 5) % 10;
            double margin = 2.0 / (1 + i * 0.05);
            double own = random.nextDouble();
            worst.add(
                    new Flip(
                            random.nextInt(10_000),
                            from,
                            to,
                            margin,
                            own,
                            Optional.of(new Flip.Scores(7 + margin, 7, 6, 6 + own)),
                            Optional.of(label),
                            Optional.of(InputView.ofPng(picture(i)))));
        }
        return new Flips(
                names.apply("logits"),
                10_000,
                Math.round(share * 10_000),
                Math.round(share * 4_000),
                Math.round(share * 3_000),
                worst,
                List.of(
                        new Flips.Transition(3, 5, 19),
                        new Flips.Transition(5, 3, 14),
                        new Flips.Transition(4, 7, 6)),
                CLASSES.stream().map(names).toList());
    }

    private byte[] picture(int seed) {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        Random noise = new Random(seed);
        int sky = noise.nextInt(0x1000000);
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 32; x++) {
                boolean shape = Math.hypot(x - 16.0, y - 18.0) < 6 + seed % 8;
                image.setRGB(
                        x,
                        y,
                        (shape ? ~sky : sky) & 0xe0e0e0 | noise.nextInt(0x1000000) & 0x1f1f1f);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private HardwareCheck hardware() {
        return new HardwareCheck(
                names.apply("A CPU with a name"),
                "x86-vnni",
                List.of("avx2", "avx512", "vnni"),
                true,
                "any",
                List.of("This CPU multiplies and adds 8-bit numbers in one instruction."));
    }
}
