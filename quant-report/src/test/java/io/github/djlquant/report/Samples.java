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
import io.github.djlquant.evaluate.CallTimes;
import io.github.djlquant.evaluate.ColdStart;
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Coverage;
import io.github.djlquant.evaluate.Deviation;
import io.github.djlquant.evaluate.ErrorDistribution;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Flip;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.Footprint;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.HardwareCheck;
import io.github.djlquant.evaluate.InputView;
import io.github.djlquant.evaluate.LatencyDistribution;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.LayerError;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.OperatorShare;
import io.github.djlquant.evaluate.Operators;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.PairedTest;
import io.github.djlquant.evaluate.Performance;
import io.github.djlquant.evaluate.Quantiles;
import io.github.djlquant.evaluate.Sensitivity;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.evaluate.Throughput;
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

    private static final List<String> CLASSES =
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
    private final int layers;
    private final int flips;

    private Samples(UnaryOperator<String> names, int layers, int flips) {
        this.names = names;
        this.layers = layers;
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
        Evaluation evaluation = classes(0.0122, 0.8103, 0.8114, Optional.of(passedGate()));
        return withOthers(Report.of(evaluation), evaluation);
    }

    private Report refusedReport() {
        Evaluation evaluation = classes(0.094, 0.8103, 0.7731, Optional.of(refusedGate()));
        return withOthers(Report.of(evaluation), evaluation);
    }

    private Report withOthers(Report report, Evaluation evaluation) {
        return report.withVariant(
                        new Variant(
                                names.apply("optimize, here"),
                                1_088_120,
                                Optional.of(521.0),
                                Optional.of(0.8103),
                                false))
                .withVariant(
                        new Variant(
                                names.apply("static-int8, here"),
                                351_570,
                                Optional.of(297.0),
                                Optional.of(0.8106),
                                false))
                .withBaseline(baseline(evaluation));
    }

    private List<BaselineRange> baseline(Evaluation evaluation) {
        return evaluation.layers().stream()
                .map(
                        layer ->
                                new BaselineRange(
                                        layer.value(),
                                        500,
                                        layer.range().orElseThrow().min(),
                                        layer.range().orElseThrow().max() * 1.3,
                                        Optional.of(layer.range().orElseThrow().low()),
                                        Optional.of(layer.range().orElseThrow().high())))
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
                .optMetrics(List.of(top1(source, quantized), f1()))
                .optSlices(slices())
                .optFlipped(List.of(flips(flipped)))
                .optPerformance(performance())
                .optLayers(layers())
                .optSensitivity(sensitivity())
                .optCoverage(new Coverage(500, 21, 3, List.of(names.apply("layer3.2/relu"))))
                .optOperators(operators())
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
                        .optPerformance(performance())
                        .optLayers(layers())
                        .optOperators(operators())
                        .optHardware(hardware())
                        .build());
    }

    private GateResult passedGate() {
        return new GateResult(
                List.of(
                        new GateResult.Check(
                                "drop",
                                names.apply("top-1"),
                                0.01,
                                -0.0011,
                                true,
                                "the drop is at most 1.00 points"),
                        new GateResult.Check(
                                "flips",
                                names.apply("logits"),
                                0.05,
                                0.0122,
                                true,
                                "1.22 % of the answers changed, at most 5.00 %")),
                List.of(),
                List.of(),
                List.of());
    }

    private GateResult refusedGate() {
        return new GateResult(
                List.of(
                        new GateResult.Check(
                                "drop",
                                names.apply("top-1"),
                                0.01,
                                0.0372,
                                false,
                                "top-1 fell from 81.03 % to 77.31 %, by more than 1.00 points"),
                        new GateResult.Check(
                                "flips",
                                names.apply("logits"),
                                0.05,
                                0.094,
                                false,
                                "logits: 9.40 % of the answers changed, above 5.00 %"),
                        new GateResult.Check(
                                "cosine",
                                names.apply("logits"),
                                0.98,
                                0.9991,
                                true,
                                "mean cosine 0.9991 is at least 0.9800")),
                List.of(
                        new GateResult.Culprit(
                                GateResult.Culprit.Kind.OUTLIER,
                                names.apply("layer2.1/conv2"),
                                names.apply(
                                        "one channel is 212 times as large as the median one and leaves the others 1 of 255 steps: 14.2 dB lost here")),
                        new GateResult.Culprit(
                                GateResult.Culprit.Kind.SLICE,
                                names.apply("cat"),
                                names.apply("label cat fell from 65.1 % to 51.9 %"))),
                List.of(
                        "Give the weights of layer2.1/conv2 one scale per channel",
                        "Or leave it in float: \"scope\": {\"exclude\": [\"layer2.1/conv2\"]}"),
                List.of());
    }

    private Subject subject(String model, boolean labelled) {
        String file = names.apply(model);
        return new Subject(
                file + ".onnx",
                1_094_605,
                file + "-int8.onnx",
                352_539,
                "OnnxRuntime 1.29.0",
                "djl-quant 0.1.0",
                names.apply(labelled ? "10,000 images, labelled" : "2,758 sentences"),
                "2026-05-01T12:00:00Z",
                Optional.of(
                        new Provenance(
                                "djl-quant 0.1.0",
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

    private Metric top1(double source, double quantized) {
        double drop = source - quantized;
        return new Metric(
                names.apply("top-1"),
                source,
                quantized,
                true,
                drop,
                new ConfidenceInterval(drop - 0.0021, drop + 0.0021),
                "Wald interval of paired proportions",
                Optional.of(new PairedTest("McNemar, exact", drop > 0.003 ? 1e-9 : 0.32)),
                10_000);
    }

    private Metric f1() {
        return new Metric(
                names.apply("f1"),
                0.8098,
                0.8109,
                true,
                -0.0011,
                new ConfidenceInterval(-0.0034, 0.0012),
                "paired Poisson bootstrap, 1000 replicates",
                Optional.empty(),
                10_000);
    }

    private List<Slices> slices() {
        List<Slice> byLabel = new ArrayList<>();
        for (int i = 0; i < CLASSES.size(); i++) {
            boolean cat = CLASSES.get(i).equals("cat");
            double drop = cat ? 0.132 : 0.004 - 0.0015 * i;
            byLabel.add(
                    new Slice(
                            names.apply(CLASSES.get(i)),
                            1000,
                            cat ? 0.651 : 0.82,
                            (cat ? 0.651 : 0.82) - drop,
                            drop,
                            new ConfidenceInterval(drop - 0.012, drop + 0.012),
                            cat ? 0.151 : 0.012,
                            Optional.of(cat ? 2.1e-8 : 0.9),
                            false));
        }
        List<Slice> byBrightness =
                List.of(
                        new Slice(
                                "0.08 to 0.31",
                                2500,
                                0.79,
                                0.787,
                                0.003,
                                new ConfidenceInterval(-0.003, 0.009),
                                0.014,
                                Optional.of(0.7),
                                false),
                        new Slice(
                                "0.31 to 0.47",
                                2500,
                                0.81,
                                0.811,
                                -0.001,
                                new ConfidenceInterval(-0.006, 0.004),
                                0.011,
                                Optional.of(0.9),
                                false),
                        new Slice(
                                "above 0.9",
                                12,
                                0.75,
                                0.5,
                                0.25,
                                new ConfidenceInterval(-0.1, 0.6),
                                0.25,
                                Optional.empty(),
                                true));
        return List.of(
                new Slices("label", Slices.Kind.LABEL, "top-1", "Holm", 30, byLabel, 0),
                new Slices(
                        names.apply("brightness"),
                        Slices.Kind.INPUT_PROPERTY,
                        "top-1",
                        "Holm",
                        30,
                        byBrightness,
                        2));
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

    private Performance performance() {
        return new Performance(
                List.of(
                        new LatencyDistribution(
                                1,
                                1,
                                times(586),
                                times(285),
                                2.07,
                                new ConfidenceInterval(2.0, 2.12)),
                        new LatencyDistribution(
                                2,
                                1,
                                times(341),
                                times(190),
                                1.79,
                                new ConfidenceInterval(1.71, 1.86))),
                List.of(
                        new Throughput(1, 1, 1706, 3508, 2.06, new ConfidenceInterval(2.0, 2.1)),
                        new Throughput(32, 1, 1820, 4011, 2.2, new ConfidenceInterval(2.1, 2.3))),
                Optional.of(new ColdStart(9, 31, 24, 1.29, new ConfidenceInterval(1.1, 1.4))),
                Optional.of(
                        new Footprint(
                                new Footprint.Size(
                                        1_094_605,
                                        Optional.of(4_100_000L),
                                        Optional.of(7_900_000L)),
                                new Footprint.Size(
                                        352_539,
                                        Optional.of(2_700_000L),
                                        Optional.of(5_100_000L)))));
    }

    private CallTimes times(double median) {
        List<CallTimes.Bucket> buckets = new ArrayList<>();
        double from = median * 0.93;
        for (int i = 0; i < 60; i++) {
            double to = from * 1.008;
            double z = Math.log(to / median) / 0.03;
            long calls = Math.round(600 * Math.exp(-z * z / 2) + 14 * Math.exp(-Math.abs(z) / 4));
            if (calls > 0) {
                buckets.add(new CallTimes.Bucket(from, to, calls));
            }
            from = to;
        }
        buckets.add(new CallTimes.Bucket(median * 3.1, median * 3.2, 2));
        long calls = buckets.stream().mapToLong(CallTimes.Bucket::calls).sum();
        return new CallTimes(
                calls, median * 1.02, median, median * 1.05, median * 1.22, median * 3.2, buckets);
    }

    private List<LayerError> layers() {
        List<LayerError> all = new ArrayList<>();
        double sqnr = 44;
        for (int i = 0; i < layers; i++) {
            boolean guilty = i == layers / 2;
            double drop = guilty ? 9.4 : random.nextDouble() * 1.2 - 0.2;
            sqnr =
                    Math.max(
                            12,
                            sqnr
                                    - (i < layers / 2 ? 0.6 : 0) * 21 / layers
                                    - (guilty ? 4 : 0)
                                    + random.nextGaussian());
            String node = names.apply(layer(i));
            all.add(
                    new LayerError(
                            node + "_output_0",
                            node,
                            i,
                            sqnr,
                            drop,
                            1 - Math.pow(10, -sqnr / 10) / 2,
                            Optional.of(
                                    new LayerError.RangeUse(
                                            0,
                                            6.1 + random.nextDouble(),
                                            0,
                                            5.2,
                                            guilty ? 0.0042 : 0)),
                            Optional.of(guilty ? 212.0 : 1.5 + random.nextDouble() * 4)));
        }
        return all;
    }

    private static String layer(int index) {
        return "layer" + (1 + index / 6) + "." + index / 2 % 3 + "/conv" + (1 + index % 2);
    }

    private List<Sensitivity> sensitivity() {
        return IntStream.range(0, Math.min(layers, 200))
                .mapToObj(
                        i ->
                                new Sensitivity(
                                        names.apply(layer(i)),
                                        i,
                                        2_359_296,
                                        Optional.of(36 + random.nextDouble() * 8),
                                        Optional.of(30.9 + random.nextDouble()),
                                        Optional.of(random.nextDouble())))
                .toList();
    }

    private Operators operators() {
        List<OperatorShare> all = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            boolean fell = i == 4;
            all.add(
                    new OperatorShare(
                            names.apply(layer(i)),
                            "Conv",
                            fell ? "FusedConv" : "QLinearConv",
                            !fell,
                            fell,
                            fell ? names.apply("its range was not fixed") : "with Relu",
                            Optional.of((fell ? 0.2 : 0.7) / layers),
                            Optional.of(12.5)));
        }
        all.add(
                new OperatorShare(
                        names.apply("gap"),
                        "GlobalAveragePool",
                        "QLinearGlobalAveragePool",
                        true,
                        false,
                        "",
                        Optional.of(0.05),
                        Optional.of(14.0)));
        all.add(
                new OperatorShare(
                        names.apply("softmax"),
                        "Softmax",
                        "Softmax",
                        false,
                        false,
                        "stays float: exponentials need more than 8 bits",
                        Optional.of(0.04),
                        Optional.of(11.0)));
        return new Operators("OnnxRuntime 1.29.0", "the engine's profiler, 50 calls", all);
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
