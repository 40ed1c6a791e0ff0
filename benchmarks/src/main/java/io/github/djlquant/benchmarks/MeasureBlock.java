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
import ai.djl.ndarray.NDArray;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * ResNetV1-50 of DJL's basic model zoo (10 classes, 64 x 64): how long from block to int8 with 100
 * random images, how close the answers are, and how much faster a predictor of the result is than
 * one of the block, each on one thread.
 *
 * <p>Run it alone on the machine; ONNX Runtime takes its threads from {@code OMP_NUM_THREADS} or
 * the CPUs that {@code taskset} leaves, so {@code taskset -c 0} measures one thread of either.
 */
public final class MeasureBlock {

    private static final Shape IMAGE = new Shape(1, 3, 64, 64);
    private static final int IMAGES = 100;
    private static final int ROUNDS = 15;
    private static final int CALLS = 10;

    private MeasureBlock() {}

    /**
     * Measures and prints.
     *
     * @param args engines to quantize for, such as {@code OnnxRuntime PyTorch}
     * @throws Exception if something fails
     */
    public static void main(String[] args) throws Exception {
        Engine.getEngine("PyTorch").setRandomSeed(1);
        try (Model model = Model.newInstance("resnet50", Device.cpu(), "PyTorch")) {
            Block block = block(model.getNDManager());
            model.setBlock(block);
            NDManager manager = model.getNDManager();
            List<NDList> images = new ArrayList<>();
            for (int i = 0; i < IMAGES; i++) {
                images.add(new NDList(manager.randomNormal(IMAGE)));
            }
            for (String engine : args) {
                measure(engine, model, block, images);
            }
        }
    }

    /**
     * Fresh weights, as DJL initializes them. (Statistics of batch norms gathered from noise make
     * such a network amplify any difference from layer to layer, which no trained one does.)
     */
    private static Block block(NDManager manager) {
        Block block =
                ResNetV1.builder()
                        .setNumLayers(50)
                        .setOutSize(10)
                        .setImageShape(new Shape(3, 64, 64))
                        .build();
        block.initialize(manager, DataType.FLOAT32, IMAGE);
        for (Parameter parameter : block.getParameters().values()) {
            parameter.getArray().setRequiresGradient(false);
        }
        return block;
    }

    private static void measure(String engine, Model model, Block block, List<NDList> images)
            throws Exception {
        long start = System.nanoTime();
        VerifiedBlock int8 =
                Quantizer.builder()
                        .optEngine(engine)
                        .optCalibration(CalibrationData.ofBatches(images))
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
                System.out.printf(
                        Locale.ROOT,
                        "%s: block to int8 with %d images %.2f s, SQNR %.1f dB, %s%n%s%n",
                        engine,
                        images.size(),
                        seconds,
                        sqnr(before, after, model.getNDManager()),
                        speed(before, after, images.get(0)),
                        int8.model());
            }
        }
    }

    /** Over images that nobody calibrated on. */
    private static double sqnr(
            Predictor<NDList, NDList> before, Predictor<NDList, NDList> after, NDManager manager)
            throws Exception {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < IMAGES; i++) {
            try (NDArray image = manager.randomNormal(IMAGE)) {
                float[] expected = before.predict(new NDList(image)).head().toFloatArray();
                float[] actual = after.predict(new NDList(image)).head().toFloatArray();
                for (int k = 0; k < expected.length; k++) {
                    signal += (double) expected[k] * expected[k];
                    noise += Math.pow((double) expected[k] - actual[k], 2);
                }
            }
        }
        return 10 * Math.log10(signal / noise);
    }

    private static String speed(
            Predictor<NDList, NDList> before, Predictor<NDList, NDList> after, NDList image)
            throws Exception {
        double[] ratios = new double[ROUNDS];
        double[] times = new double[ROUNDS];
        time(before, image);
        time(after, image);
        for (int round = 0; round < ROUNDS; round++) {
            double slow = time(before, image);
            double fast = time(after, image);
            ratios[round] = slow / fast;
            times[round] = fast;
        }
        Arrays.sort(ratios);
        Arrays.sort(times);
        return String.format(
                Locale.ROOT,
                "predictor %.2fx as fast (%.2f to %.2f over %d rounds), %.2f ms an image",
                ratios[ROUNDS / 2],
                ratios[1],
                ratios[ROUNDS - 2],
                ROUNDS,
                times[ROUNDS / 2]);
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
