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

/**
 * Trains a classifier for about a minute: long enough for weights and statistics of batch
 * normalizations to belong together, not for answers that are mostly right.
 */
final class BriefTraining {

    private static final int EPOCHS = 2;
    private static final int IMAGES = 960;
    private static final int BATCH = 32;
    private static final float LEARNING_RATE = 0.001f;

    private BriefTraining() {}

    /** Trains on images from {@code first} on. */
    static void run(Model model, LargeCifarImages images, int first) {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(LEARNING_RATE))
                                        .build());
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
