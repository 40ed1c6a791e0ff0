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
import ai.djl.ModelException;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.util.Utils;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.cli.demo.ShapeImages;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Trains a small residual network with DJL, saves it, loads it as int8 by one option of the
 * Criteria and prints float against int8: {@code TrainAndQuantizeBlock EPOCHS [CIFAR]}.
 *
 * <p>CIFAR is a folder with {@code train_images.bin} and {@code test_images.bin}, 32 x 32 pixels of
 * red, green and blue, and the classes in {@code train_labels.bin} and {@code test_labels.bin}, a
 * byte each. Without it the images are rendered.
 */
public final class TrainAndQuantizeBlock {

    private static final String NAME = "resnet";
    private static final int TRAIN = 5000;
    private static final int TEST = 10_000;
    private static final int CALIBRATION = 256;
    private static final int BATCH = 50;
    private static final int LATENCY_CALLS = 200;

    /** The margin that is cut off, so that DJL's network for small images fits. */
    private static final int MARGIN = 2;

    private static final int FULL = 32;
    private static final int SIZE = FULL - 2 * MARGIN;
    private static final int ROW = 3 * SIZE * SIZE;
    private static final int BYTES = 3 * FULL * FULL;

    private TrainAndQuantizeBlock() {}

    /**
     * Trains, saves, loads and compares.
     *
     * @param args the number of epochs and, if there is one, the folder of images
     * @throws Exception if reading, training or loading fails
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: TrainAndQuantizeBlock EPOCHS [CIFAR]");
            System.exit(2);
        }
        Images train = args.length > 1 ? read(args[1], "train", TRAIN) : render(1, TRAIN);
        Images test = args.length > 1 ? read(args[1], "test", TEST) : render(3, TEST);
        Path folder = Files.createTempDirectory("resnet");
        try {
            save(train, Integer.parseInt(args[0]), folder);
            compare(folder, train, test);
        } finally {
            Utils.deleteQuietly(folder);
        }
    }

    private static Block network() {
        return ResNetV1.builder()
                .setNumLayers(8)
                .setOutSize(10)
                .setImageShape(new Shape(3, SIZE, SIZE))
                .build();
    }

    /** Trains and saves as with DJL alone. */
    private static void save(Images train, int epochs, Path folder)
            throws IOException, TranslateException {
        Engine.getEngine("PyTorch").setRandomSeed(1);
        try (Model model = Model.newInstance(NAME, Device.cpu(), "PyTorch")) {
            model.setBlock(network());
            train(model, train, epochs);
            model.save(folder, NAME);
        }
    }

    private static Criteria.Builder<NDList, NDList> criteria(Path folder) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder)
                .optModelName(NAME)
                .optEngine("PyTorch")
                .optDevice(Device.cpu())
                .optBlock(network());
    }

    private static void compare(Path folder, Images train, Images test)
            throws ModelException, IOException, TranslateException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            // Training images, not those that judge.
            CalibrationData typical =
                    CalibrationData.ofBatches(
                            List.of(new NDList(train.array(manager, 0, CALIBRATION))));
            QuantizationTranslatorFactory factory =
                    QuantizationTranslatorFactory.builder()
                            .setRecipe(Recipe.staticInt8())
                            .optCalibration(typical)
                            .build();
            try (ZooModel<NDList, NDList> floats = criteria(folder).build().loadModel();
                    ZooModel<NDList, NDList> int8 =
                            criteria(folder).optTranslatorFactory(factory).build().loadModel();
                    Predictor<NDList, NDList> before = floats.newPredictor();
                    Predictor<NDList, NDList> after = int8.newPredictor()) {
                int[] expected = answers(before, test, manager);
                int[] found = answers(after, test, manager);
                double[] millis = millis(before, after, test, manager);
                print("float", expected, test, millis[0]);
                print("int8", found, test, millis[1]);
                long changed =
                        IntStream.range(0, expected.length)
                                .filter(i -> expected[i] != found[i])
                                .count();
                System.out.printf(
                        Locale.ROOT,
                        "changed answers: %.2f %% of %d%n",
                        100.0 * changed / expected.length,
                        expected.length);
            }
        }
    }

    private static void print(String name, int[] answers, Images images, double millis) {
        long right =
                IntStream.range(0, answers.length)
                        .filter(i -> answers[i] == (int) images.labels()[i])
                        .count();
        System.out.printf(
                Locale.ROOT,
                "%s: accuracy %.2f %%, %.3f ms an image%n",
                name,
                100.0 * right / answers.length,
                millis);
    }

    private static void train(Model model, Images images, int epochs)
            throws IOException, TranslateException {
        Tracker rate =
                Tracker.cosine()
                        .setBaseValue(0.004f)
                        .optFinalValue(0)
                        .setMaxUpdates(epochs * images.count() / BATCH)
                        .build();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(Optimizer.adam().optLearningRateTracker(rate).build());
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(BATCH, 3, SIZE, SIZE));
            Random random = new Random(1);
            for (int epoch = 0; epoch < epochs; epoch++) {
                try (NDManager memory = model.getNDManager().newSubManager()) {
                    ArrayDataset data =
                            new ArrayDataset.Builder()
                                    .setData(images.varied(memory, random))
                                    .optLabels(memory.create(images.labels()))
                                    .setSampling(BATCH, true)
                                    .build();
                    EasyTrain.fit(trainer, 1, data, null);
                }
            }
        }
    }

    private static int[] answers(
            Predictor<NDList, NDList> predictor, Images images, NDManager memory)
            throws TranslateException {
        int[] answers = new int[images.count()];
        for (int first = 0; first < answers.length; first += BATCH) {
            try (NDManager batch = memory.newSubManager();
                    NDList scores =
                            predictor.predict(new NDList(images.array(batch, first, BATCH)))) {
                long[] best = scores.head().argMax(1).toLongArray();
                for (int i = 0; i < BATCH; i++) {
                    answers[first + i] = (int) best[i];
                }
            }
        }
        return answers;
    }

    /** The median times for one image, in milliseconds, of two models that take turns. */
    private static double[] millis(
            Predictor<NDList, NDList> before,
            Predictor<NDList, NDList> after,
            Images images,
            NDManager memory)
            throws TranslateException {
        double[] floats = new double[LATENCY_CALLS];
        double[] int8 = new double[LATENCY_CALLS];
        for (int i = 0; i < LATENCY_CALLS; i++) {
            try (NDManager call = memory.newSubManager()) {
                NDList image = new NDList(images.array(call, i, 1));
                floats[i] = millis(before, image);
                int8[i] = millis(after, image);
            }
        }
        Arrays.sort(floats);
        Arrays.sort(int8);
        return new double[] {floats[LATENCY_CALLS / 2], int8[LATENCY_CALLS / 2]};
    }

    private static double millis(Predictor<NDList, NDList> predictor, NDList image)
            throws TranslateException {
        long start = System.nanoTime();
        try (NDList scores = predictor.predict(image)) {
            scores.head().toFloatArray();
        }
        return (System.nanoTime() - start) / 1e6;
    }

    /** Pixels of red, green and blue, row by row, and classes from 0 to 9. */
    private record Images(byte[] pixels, float[] labels) {

        Images(int count) {
            this(new byte[count * BYTES], new float[count]);
        }

        int count() {
            return labels.length;
        }

        /** The middle of each image. */
        NDArray array(NDManager manager, int first, int count) {
            float[] values = new float[count * ROW];
            for (int i = 0; i < count; i++) {
                cut(first + i, MARGIN, MARGIN, false, values, i);
            }
            return manager.create(values, new Shape(count, 3, SIZE, SIZE));
        }

        /** Any part of each image, half of them mirrored: each epoch sees others. */
        NDArray varied(NDManager manager, Random random) {
            float[] values = new float[count() * ROW];
            for (int i = 0; i < count(); i++) {
                int top = random.nextInt(2 * MARGIN + 1);
                int left = random.nextInt(2 * MARGIN + 1);
                cut(i, top, left, random.nextBoolean(), values, i);
            }
            return manager.create(values, new Shape(count(), 3, SIZE, SIZE));
        }

        /** Values from -1 to 1, channels first. */
        private void cut(
                int image, int top, int left, boolean mirrored, float[] values, int place) {
            for (int channel = 0; channel < 3; channel++) {
                for (int y = 0; y < SIZE; y++) {
                    for (int x = 0; x < SIZE; x++) {
                        int column = left + (mirrored ? SIZE - 1 - x : x);
                        int pixel = (top + y) * FULL + column;
                        values[place * ROW + (channel * SIZE + y) * SIZE + x] =
                                Byte.toUnsignedInt(pixels[image * BYTES + pixel * 3 + channel])
                                                / 127.5f
                                        - 1;
                    }
                }
            }
        }
    }

    private static Images read(String folder, String set, int count) throws IOException {
        byte[] pixels = Files.readAllBytes(Path.of(folder, set + "_images.bin"));
        byte[] classes = Files.readAllBytes(Path.of(folder, set + "_labels.bin"));
        Images images = new Images(count);
        System.arraycopy(pixels, 0, images.pixels(), 0, count * BYTES);
        for (int i = 0; i < count; i++) {
            images.labels()[i] = classes[i];
        }
        return images;
    }

    private static Images render(long seed, int count) {
        Images images = new Images(count);
        for (int i = 0; i < count; i++) {
            ShapeImages.Sample sample = ShapeImages.render(seed, i);
            System.arraycopy(sample.rgb(), 0, images.pixels(), i * BYTES, BYTES);
            images.labels()[i] = sample.label();
        }
        return images;
    }
}
