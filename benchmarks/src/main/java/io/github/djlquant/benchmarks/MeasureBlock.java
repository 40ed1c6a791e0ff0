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
package io.github.djlquant.benchmarks;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.translate.NoopTranslator;
import io.github.djlquant.Quantizer;
import io.github.djlquant.VerifiedBlock;
import io.github.djlquant.calibrate.CalibrationData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * ResNetV1-50 of DJL's basic model zoo (10 classes, 64 x 64): how long from block to int8 with 100
 * images, how close the answers are, and how much faster a predictor of the result is than one of
 * the block, each on one thread.
 *
 * <p>The network is trained for some minutes on images (CIFAR-10 at twice their size; others to
 * train on, to calibrate with and to judge by), or with {@code fresh} one as DJL initializes it, on
 * the same images. Beside the SQNR of the logits it prints that of what differs from image to
 * image: values of a fresh network grow through its 16 residual sums, most of a logit is the same
 * for all images, and answers lie close together. A network that was trained that briefly still
 * blows differences up from layer to layer, and any 8-bit form ends at about 18 dB (onnxruntime's
 * quantization as well), near 10 dB if training is broken off at full rate.
 *
 * <p>It ends with a table, which can be written to a folder, and fails if a bar is missed: 10 s, 3
 * times as fast and, on fresh weights, 28 dB of the logits.
 *
 * <p>Run it alone on the machine; ONNX Runtime takes its threads from {@code OMP_NUM_THREADS} or
 * the CPUs that {@code taskset} leaves, so {@code taskset -c 0} measures one thread of either.
 */
public final class MeasureBlock {

    private static final Shape IMAGE = new Shape(1, 3, 64, 64);
    private static final int IMAGES = 100;
    private static final int ROUNDS = 15;
    private static final int CALLS = 10;
    private static final double MOST_SECONDS = 10;
    private static final double LEAST_SPEED = 3;
    private static final double LEAST_SQNR = 28;

    private final boolean fresh;
    private final Report report;

    private MeasureBlock(boolean fresh, Report report) {
        this.fresh = fresh;
        this.report = report;
    }

    /**
     * Measures and prints.
     *
     * @param args engines to quantize for, {@code OnnxRuntime PyTorch} by default; {@code fresh}
     *     among them for a network that was not trained
     * @throws Exception if something fails
     */
    public static void main(String[] args) throws Exception {
        List<String> engines = new ArrayList<>(List.of(args));
        boolean fresh = engines.remove("fresh");
        if (engines.isEmpty()) {
            engines.addAll(List.of("OnnxRuntime", "PyTorch"));
        }
        Report report = new Report(Machine.here());
        new MeasureBlock(fresh, report).measure(engines);
        report.publish(fresh ? "block-fresh" : "block-trained");
        if (report.misses()) {
            System.exit(1);
        }
    }

    private void measure(List<String> engines) throws Exception {
        Engine.getEngine("PyTorch").setRandomSeed(1);
        try (Model model = Model.newInstance("resnet50", Device.cpu(), "PyTorch")) {
            NDManager manager = model.getNDManager();
            Block block = block(manager);
            model.setBlock(block);
            Path folder = Path.of(System.getProperty("quant.real"));
            LargeCifarImages train = new LargeCifarImages(folder, "train");
            if (!fresh) {
                BriefTraining.run(
                        model, train, IMAGES, Path.of(System.getProperty("quant.trained")));
            }
            for (Parameter parameter : block.getParameters().values()) {
                parameter.getArray().setRequiresGradient(false);
            }
            Images images =
                    new Images(
                            singly(manager, train),
                            singly(manager, new LargeCifarImages(folder, "test")));
            Engine torch = Engine.getEngine("PyTorch");
            report.note(
                    String.format(
                            Locale.ROOT,
                            "ResNetV1-50 with %s weights, 10 classes, 64 x 64; the block knows %d of"
                                    + " %d images; DJL %s, libtorch %s; %s",
                            fresh ? "fresh" : "briefly trained",
                            known(model, folder),
                            IMAGES,
                            Engine.getDjlVersion(),
                            torch.getVersion(),
                            Runtime.version()));
            for (String engine : engines) {
                measure(engine, model, block, images);
            }
        }
    }

    /**
     * Images of one row each.
     *
     * @param calibration to calibrate with
     * @param test which nobody calibrated on
     */
    private record Images(List<NDList> calibration, List<NDList> test) {}

    private static Block block(NDManager manager) {
        Block block =
                ResNetV1.builder()
                        .setNumLayers(50)
                        .setOutSize(10)
                        .setImageShape(new Shape(3, 64, 64))
                        .build();
        block.initialize(manager, DataType.FLOAT32, IMAGE);
        return block;
    }

    private static List<NDList> singly(NDManager manager, LargeCifarImages images) {
        List<NDList> rows = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            rows.add(new NDList(images.batch(manager, i, 1)));
        }
        return rows;
    }

    private void measure(String engine, Model model, Block block, Images images) throws Exception {
        long start = System.nanoTime();
        VerifiedBlock int8 =
                Quantizer.builder()
                        .optEngine(engine)
                        .optCalibration(CalibrationData.ofBatches(images.calibration()))
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build()
                        .quantize(block);
        double seconds = (System.nanoTime() - start) / 1e9;
        try (int8;
                Model quantized = Model.newInstance("int8", Device.cpu(), "PyTorch")) {
            quantized.setBlock(int8);
            try (Predictor<NDList, NDList> before = model.newPredictor(new NoopTranslator());
                    Predictor<NDList, NDList> after =
                            quantized.newPredictor(new NoopTranslator())) {
                System.err.println(int8.model());
                report.add(
                        Report.Row.of(
                                        engine + ", block to int8 with " + IMAGES + " images",
                                        "",
                                        "",
                                        text("%.2f s", seconds))
                                .withBar(text("<= %.0f s", MOST_SECONDS), seconds <= MOST_SECONDS));
                closeness(engine, before, after, images.test());
                speed(engine, before, after, images.test().get(0));
            }
        }
    }

    /** How many of the images, which it was not trained on, the block tells right. */
    private static int known(Model model, Path folder) throws Exception {
        LargeCifarImages images = new LargeCifarImages(folder, "test");
        int right = 0;
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
                NDManager manager = model.getNDManager().newSubManager()) {
            float[] labels = images.labels(manager, 0, IMAGES).toFloatArray();
            float[][] scores = answers(predictor, singly(manager, images));
            for (int i = 0; i < IMAGES; i++) {
                right += largest(scores[i]) == labels[i] ? 1 : 0;
            }
        }
        return right;
    }

    /** Over images that nobody calibrated on. */
    private void closeness(
            String engine,
            Predictor<NDList, NDList> before,
            Predictor<NDList, NDList> after,
            List<NDList> images)
            throws Exception {
        float[][] expected = answers(before, images);
        float[][] actual = answers(after, images);
        double[] signal = new double[expected[0].length];
        double[] sum = new double[expected[0].length];
        double noise = 0;
        int flips = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int k = 0; k < signal.length; k++) {
                signal[k] += (double) expected[i][k] * expected[i][k];
                sum[k] += expected[i][k];
                noise += Math.pow((double) expected[i][k] - actual[i][k], 2);
            }
            flips += largest(expected[i]) == largest(actual[i]) ? 0 : 1;
        }
        double all = Arrays.stream(signal).sum();
        double constant = Arrays.stream(sum).map(s -> s * s / images.size()).sum();
        double sqnr = 10 * Math.log10(all / noise);
        Report.Row row =
                Report.Row.of(engine + ", SQNR of the logits", "", "", text("%.1f dB", sqnr));
        report.add(fresh ? row.withBar(text(">= %.0f dB", LEAST_SQNR), sqnr >= LEAST_SQNR) : row);
        report.add(
                Report.Row.of(
                        engine
                                + text(
                                        ", SQNR of what differs between images (%.2f %% of the"
                                                + " signal)",
                                        100 * (all - constant) / all),
                        "",
                        "",
                        text("%.1f dB", 10 * Math.log10((all - constant) / noise))));
        report.add(
                Report.Row.of(
                        engine + ", changed answers of " + images.size(), "", "", "" + flips));
    }

    private static float[][] answers(Predictor<NDList, NDList> predictor, List<NDList> images)
            throws Exception {
        float[][] answers = new float[images.size()][];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = predictor.predict(images.get(i)).head().toFloatArray();
        }
        return answers;
    }

    private static int largest(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    private void speed(
            String engine,
            Predictor<NDList, NDList> before,
            Predictor<NDList, NDList> after,
            NDList image)
            throws Exception {
        double[] slow = new double[ROUNDS];
        double[] fast = new double[ROUNDS];
        time(before, image);
        time(after, image);
        for (int round = 0; round < ROUNDS; round++) {
            slow[round] = time(before, image);
            fast[round] = time(after, image);
        }
        MedianInterval ratio = MedianInterval.ofRatios(slow, fast);
        report.add(
                Report.Row.of(
                                engine + ", predictor, one image",
                                text("%.2f ms", MedianInterval.of(slow).median()),
                                "",
                                text("%.2f ms", MedianInterval.of(fast).median()))
                        .withRatio(ratio)
                        .withBar(
                                text("float / int8 >= %.0f, lower end", LEAST_SPEED),
                                ratio.low() >= LEAST_SPEED));
    }

    private static String text(String format, double figure) {
        return String.format(Locale.ROOT, format, figure);
    }

    private static double time(Predictor<NDList, NDList> predictor, NDList image) throws Exception {
        double[] calls = new double[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            predictor.predict(image).head().toFloatArray();
            calls[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(calls);
        return calls[CALLS / 2];
    }
}
