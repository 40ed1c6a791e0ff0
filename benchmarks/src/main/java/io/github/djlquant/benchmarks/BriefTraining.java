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
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Trains a classifier for a few minutes, and keeps what it has learned in a file: a measurement
 * that is repeated trains once. The learning rate falls to nothing, so that in the end weights
 * stand still and the running statistics of batch normalizations, averages over the last ten or
 * twenty steps, are those of the weights. Broken off at full rate they are those of other weights,
 * each layer blows differences up as in a network that was never trained, and it is no subject.
 */
final class BriefTraining {

    private static final int EPOCHS = 5;
    private static final int IMAGES = 960;
    private static final int BATCH = 32;
    private static final float LEARNING_RATE = 0.001f;

    private BriefTraining() {}

    /**
     * Trains on images from {@code first} on, or reads what an earlier run has learned.
     *
     * @param file keeps the parameters
     */
    static void run(Model model, LargeCifarImages images, int first, Path file)
            throws IOException, MalformedModelException {
        if (Files.exists(file)) {
            try (DataInputStream stream = new DataInputStream(open(file))) {
                model.getBlock().loadParameters(model.getNDManager(), stream);
            }
            return;
        }
        train(model, images, first);
        Path beside = file.resolveSibling(file.getFileName() + ".part");
        try (DataOutputStream stream =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(beside)))) {
            model.getBlock().saveParameters(stream);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file));
    }

    private static void train(Model model, LargeCifarImages images, int first) {
        Tracker rate =
                Tracker.cosine()
                        .setBaseValue(LEARNING_RATE)
                        .optFinalValue(0)
                        .setMaxUpdates(EPOCHS * IMAGES / BATCH)
                        .build();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(Optimizer.adam().optLearningRateTracker(rate).build());
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(1, 3, LargeCifarImages.SIZE, LargeCifarImages.SIZE));
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                for (int at = first; at < first + IMAGES; at += BATCH) {
                    try (NDManager memory = model.getNDManager().newSubManager()) {
                        step(trainer, images, at, memory);
                    }
                }
            }
        }
    }

    private static void step(Trainer trainer, LargeCifarImages images, int at, NDManager memory) {
        NDList batch = new NDList(images.batch(memory, at, BATCH));
        NDList labels = new NDList(images.labels(memory, at, BATCH));
        try (GradientCollector gradients = trainer.newGradientCollector()) {
            NDArray loss = trainer.getLoss().evaluate(labels, trainer.forward(batch));
            gradients.backward(loss);
        }
        trainer.step();
    }
}
