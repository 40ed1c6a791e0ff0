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
package io.github.djlquant.examples;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.VerifiedBlock;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.cli.demo.ShapeImages;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Trains a small residual network with DJL, quantizes the block and prints float against int8:
 * {@code TrainAndQuantizeBlock EPOCHS [CIFAR]}.
 *
 * <p>CIFAR is a folder with {@code train_images.bin} and {@code test_images.bin}, 32 x 32 pixels of
 * red, green and blue, and the classes in {@code train_labels.bin} and {@code test_labels.bin}, a
 * byte each. Without it the images are rendered.
 */
public final class TrainAndQuantizeBlock {

    private static final int TRAIN = 5000;
    private static final int TEST = 2000;
    private static final int CALIBRATION = 256;
    private static final int BATCH = 50;
    private static final int LATENCY_CALLS = 200;

    /** The margin that is cut off, so that DJL's network for small images fits. */
    private static final int MARGIN = 2;

    private static final int FULL = 32;
    private static final int SIZE = FULL - 2 * MARGIN;
    private static final int ROW = 3 * SIZE * SIZE;

    private TrainAndQuantizeBlock() {}

    /**
     * Trains, quantizes and compares.
     *
     * @param args the number of epochs and, if there is one, the folder of images
     * @throws Exception if reading or training fails
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: TrainAndQuantizeBlock EPOCHS [CIFAR]");
            System.exit(2);
        }
        Images train = args.length > 1 ? read(args[1], "train", TRAIN) : render(1, TRAIN);
        Images test = args.length > 1 ? read(args[1], "test", TEST) : render(3, TEST);
        Engine.getEngine("PyTorch").setRandomSeed(1);
        try (Model model = Model.newInstance("resnet", Device.cpu(), "PyTorch")) {
            Block block =
                    ResNetV1.builder()
                            .setNumLayers(8)
                            .setOutSize(10)
                            .setImageShape(new Shape(3, SIZE, SIZE))
                            .build();
            model.setBlock(block);
            train(model, train, Integer.parseInt(args[0]));
            NDManager manager = model.getNDManager();
            NDArray typical = train.array(manager, 0, CALIBRATION);
            try (VerifiedBlock int8 =
                    Quantizer.quantize(
                            block,
                            CalibrationData.ofBatches(
                                    () -> Arrays.asList(new NDList(typical)).iterator()),
                            Recipe.staticInt8())) {
                System.out.println(int8.model());
                System.out.printf(
                        Locale.ROOT,
                        "float: accuracy %.2f %%, %.3f ms an image%n",
                        accuracy(block, test, manager),
                        millis(block, test, manager));
                System.out.printf(
                        Locale.ROOT,
                        "int8:  accuracy %.2f %%, %.3f ms an image%n",
                        accuracy(int8, test, manager),
                        millis(int8, test, manager));
            }
        }
    }

    private static void train(Model model, Images images, int epochs)
            throws IOException, TranslateException {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.002f))
                                        .build());
        try (Trainer trainer = model.newTrainer(config);
                NDManager memory = model.getNDManager().newSubManager()) {
            trainer.initialize(new Shape(BATCH, 3, SIZE, SIZE));
            ArrayDataset data =
                    new ArrayDataset.Builder()
                            .setData(images.array(memory, 0, images.count()))
                            .optLabels(memory.create(images.labels()))
                            .setSampling(BATCH, true)
                            .build();
            EasyTrain.fit(trainer, epochs, data, null);
        }
    }

    private static double accuracy(Block block, Images images, NDManager memory) {
        int right = 0;
        for (int first = 0; first < images.count(); first += BATCH) {
            try (NDManager batch = memory.newSubManager()) {
                long[] found =
                        run(block, images.array(batch, first, BATCH)).argMax(1).toLongArray();
                for (int i = 0; i < BATCH; i++) {
                    right += found[i] == (long) images.labels()[first + i] ? 1 : 0;
                }
            }
        }
        return 100.0 * right / images.count();
    }

    private static NDArray run(Block block, NDArray images) {
        ParameterStore parameters = new ParameterStore(images.getManager(), false);
        return block.forward(parameters, new NDList(images), false).head();
    }

    /** The median time for one image, in milliseconds. */
    private static double millis(Block block, Images images, NDManager memory) {
        double[] times = new double[LATENCY_CALLS];
        for (int i = 0; i < LATENCY_CALLS; i++) {
            try (NDManager call = memory.newSubManager()) {
                NDArray image = images.array(call, i, 1);
                long start = System.nanoTime();
                run(block, image).toFloatArray();
                times[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(times);
        return times[LATENCY_CALLS / 2];
    }

    /** Pixels from -1 to 1, channels first, and classes from 0 to 9. */
    private record Images(float[] pixels, float[] labels) {

        int count() {
            return labels.length;
        }

        NDArray array(NDManager manager, int first, int count) {
            return manager.create(
                    Arrays.copyOfRange(pixels, first * ROW, (first + count) * ROW),
                    new Shape(count, 3, SIZE, SIZE));
        }
    }

    private static Images read(String folder, String set, int count) throws IOException {
        byte[] pixels = Files.readAllBytes(Path.of(folder, set + "_images.bin"));
        byte[] classes = Files.readAllBytes(Path.of(folder, set + "_labels.bin"));
        Images images = new Images(new float[count * ROW], new float[count]);
        for (int i = 0; i < count; i++) {
            int from = i * FULL * FULL * 3;
            put(Arrays.copyOfRange(pixels, from, from + FULL * FULL * 3), images.pixels(), i);
            images.labels()[i] = classes[i];
        }
        return images;
    }

    private static Images render(long seed, int count) {
        Images images = new Images(new float[count * ROW], new float[count]);
        for (int i = 0; i < count; i++) {
            ShapeImages.Sample sample = ShapeImages.render(seed, i);
            put(sample.rgb(), images.pixels(), i);
            images.labels()[i] = sample.label();
        }
        return images;
    }

    private static void put(byte[] rgb, float[] pixels, int image) {
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    int pixel = (y + MARGIN) * FULL + x + MARGIN;
                    pixels[image * ROW + (channel * SIZE + y) * SIZE + x] =
                            Byte.toUnsignedInt(rgb[pixel * 3 + channel]) / 127.5f - 1;
                }
            }
        }
    }
}
