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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.djlquant.observe.Statistics;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A prepared block that is trained: it observes the training, and its new weights count. */
class PreparedTrainingIT extends BlockFixture {

    @Test
    void aTrainingPassNeedsGradients() {
        PreparedBlock prepared = open(Quantizer.builder().optEngine(ONNX).build().prepare(source));

        assertThatThrownBy(
                        () ->
                                prepared.forward(
                                        new ParameterStore(manager, false),
                                        new NDList(images(1)),
                                        true))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("gradients")
                .hasMessageContaining("PyTorch");
    }

    /** As any block: a trainer of DJL's knows nothing of observers. */
    @Test
    void aTrainerTrainsItWhileItObserves() throws Exception {
        Quantizer quantizer = Quantizer.builder().optEngine("PyTorch").optIgnoreGate(true).build();
        PreparedBlock prepared = open(quantizer.prepare(source));
        NDArray rows = NDArrays.concat(new NDList(images(0), images(1), images(2)));
        ArrayDataset data =
                new ArrayDataset.Builder()
                        .setData(rows)
                        .optLabels(manager.ones(new Shape(24, 10)).muli(3))
                        .setSampling(8, true)
                        .build();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(descent());
        float[] wanted = new float[80];
        Arrays.fill(wanted, 3);
        double before = distance(answer(source, images(0)), wanted);
        try (Model model = Model.newInstance("prepared", "PyTorch")) {
            model.setBlock(prepared);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(IMAGES);
                EasyTrain.fit(trainer, 4, data, data);
            }
        }

        assertThat(prepared.samples()).as("of training and validation").isEqualTo(8 * 24);
        Statistics pixels =
                prepared.statistics().get(prepared.graph().inputs().get(0).name()).orElseThrow();
        assertThat(pixels.max()).isEqualTo(rows.max().getFloat());
        assertThat(pixels.min()).isEqualTo(rows.min().getFloat());
        assertThat(distance(answer(prepared, images(0)), wanted))
                .as("it learns")
                .isLessThan(before / 2);
        assertFollows(open(quantizer.convert(prepared)), prepared);
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs(one[i] - other[i]);
        }
        return sum;
    }

    private static Optimizer descent() {
        return Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.05f)).build();
    }

    @Test
    void trainingPassesAreObservedAndWhatTheyTrainIsConverted() {
        // Its outputs all go to 3, so that which is the largest means nothing.
        Quantizer quantizer = Quantizer.builder().optEngine("PyTorch").optIgnoreGate(true).build();
        PreparedBlock prepared = open(quantizer.prepare(source));
        ParameterStore store = new ParameterStore(manager, false);
        prepared.getParameters().values().forEach(p -> p.getArray().setRequiresGradient(true));
        Optimizer descent = descent();
        for (int step = 0; step < 4; step++) {
            try (GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray loss =
                        prepared.forward(store, new NDList(images(step)), true)
                                .head()
                                .sub(3)
                                .square()
                                .mean();
                gradients.backward(loss);
                prepared.getParameters()
                        .forEach(
                                p ->
                                        descent.update(
                                                p.getKey(),
                                                p.getValue().getArray(),
                                                p.getValue().getArray().getGradient()));
            }
        }

        assertThat(prepared.samples()).isEqualTo(32);
        assertFollows(open(quantizer.convert(prepared)), prepared);
    }

    /** It is much closer to the trained block than that is to what it was before. */
    private void assertFollows(Block int8, Block prepared) {
        float[] trained = answer(prepared, images(50));
        assertThat(answer(source, images(50))).isNotEqualTo(trained);
        double error = distance(answer(int8, images(50)), trained);
        double moved = distance(answer(source, images(50)), trained);
        assertThat(error).as("it follows the trained weights").isLessThan(moved / 5);
    }
}
