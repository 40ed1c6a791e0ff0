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
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.translate.NoopTranslator;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.BlockTracer;
import io.github.djlquant.trace.GraphBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a DJL block to int8 and back, against the block itself. */
class BlockQuantizationIT {

    private static final Shape IMAGES = new Shape(8, 3, 16, 16);

    private static final String ONNX = "OnnxRuntime";

    @TempDir private Path folder;

    private NDManager manager;
    private Block source;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void makeBlock() {
        manager = NDManager.newBaseManager(null, "PyTorch");
        Engine.getEngine("PyTorch").setRandomSeed(5);
        source =
                new SequentialBlock()
                        .add(convolution(16))
                        .add(BatchNorm.builder().build())
                        .add(Activation.reluBlock())
                        .add(convolution(32))
                        .add(BatchNorm.builder().build())
                        .add(Activation.reluBlock())
                        .add(Pool.globalAvgPool2dBlock())
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(10).build());
        source.initialize(manager, DataType.FLOAT32, IMAGES);
        for (Parameter parameter : source.getParameters().values()) {
            NDArray array = parameter.getArray();
            if (parameter.getType() == Parameter.Type.RUNNING_MEAN) {
                array.addi(manager.randomNormal(array.getShape()).muli(0.2f));
            } else if (parameter.getType() == Parameter.Type.RUNNING_VAR) {
                array.muli(manager.randomUniform(0.5f, 2f, array.getShape()));
            }
        }
    }

    @AfterEach
    void free() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        manager.close();
    }

    private static Block convolution(int filters) {
        return Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .setFilters(filters)
                .build();
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private NDArray images(int seed) {
        Engine.getEngine("PyTorch").setRandomSeed(100 + seed);
        return manager.randomNormal(IMAGES);
    }

    private float[] answer(Block block, NDArray images) {
        return block.forward(new ParameterStore(manager, false), new NDList(images), false)
                .head()
                .toFloatArray();
    }

    /** In decibels, over the batches that nobody calibrated on. */
    private double sqnr(Block block) {
        double signal = 0;
        double noise = 0;
        for (int seed = 50; seed < 54; seed++) {
            NDArray images = images(seed);
            float[] expected = answer(source, images);
            float[] actual = answer(block, images);
            for (int i = 0; i < expected.length; i++) {
                signal += expected[i] * expected[i];
                noise += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            }
        }
        return 10 * Math.log10(signal / noise);
    }

    private static List<String> operators(GraphBlock block) {
        return block.graph().nodes().stream().map(Node::op).map(op -> op.name()).toList();
    }

    @Test
    void fusingKeepsTheFunctionAndTheSource() {
        float[] expected = answer(source, images(1));
        float[] weights = source.getParameters().valueAt(0).getArray().toFloatArray();
        GraphBlock fused = open(Quantizer.builder().build().fuse(source));

        assertThat(operators(fused)).isNotEmpty().noneMatch(op -> op.contains("atch"));
        assertThat(answer(fused, images(1))).containsExactly(expected, within(1e-4f));
        assertThat(source.getParameters().valueAt(0).getArray().toFloatArray()).isEqualTo(weights);
        assertThat(answer(source, images(1))).isEqualTo(expected);
    }

    @Test
    void aPreparedBlockObservesWhateverRunsThroughIt() throws Exception {
        Quantizer quantizer = Quantizer.builder().build();
        PreparedBlock prepared = open(quantizer.prepare(source));
        float[] expected = answer(source, images(0));

        assertThat(answer(prepared, images(0)))
                .as("it answers as the float block")
                .containsExactly(expected, within(1e-4f));
        try (Model model = Model.newInstance("prepared", "PyTorch")) {
            model.setBlock(prepared);
            try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
                predictor.predict(new NDList(images(1)));
            }
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()))) {
                ArrayDataset data =
                        new ArrayDataset.Builder()
                                .setData(images(2))
                                .optLabels(manager.zeros(new Shape(8, 10)))
                                .setSampling(4, false)
                                .build();
                trainer.initialize(IMAGES);
                for (Batch batch : trainer.iterateDataset(data)) {
                    EasyTrain.validateBatch(trainer, batch);
                    batch.close();
                }
            }
        }

        assertThat(prepared.samples()).isEqualTo(24);
        VerifiedBlock int8 = open(quantizer.convert(prepared));
        assertThat(sqnr(int8)).isGreaterThan(25);
        assertThat(int8.model().plan().quantizedMacShare()).isGreaterThan(0.9);
    }

    @Test
    void ofALargeFirstBatchAFewRowsAreKept() {
        PreparedBlock prepared =
                open(
                        Quantizer.builder()
                                .optInputs(BlockTracer.inputs(source, new Shape(-1, 3, 16, 16)))
                                .build()
                                .prepare(source));
        NDArray large = manager.randomNormal(new Shape(64, 3, 16, 16));
        answer(prepared, large);
        answer(prepared, images(1));

        assertThat(prepared.samples()).isEqualTo(72);
        assertThat(prepared.rows()).hasSize(1);
        Tensor kept = prepared.rows().get(0).values().iterator().next();
        assertThat(kept.shape().toArray()).containsExactly(32, 3, 16, 16);
        assertThat(kept.toFloats()).isEqualTo(large.get(":32").toFloatArray());
    }

    /** All but which elements are sampled: that moves from batch to batch, in their order. */
    @Test
    void threadsObserveTheSameAsOne() {
        Quantizer quantizer = Quantizer.builder().build();
        List<NDArray> batches = IntStream.range(0, 16).mapToObj(this::images).toList();
        PreparedBlock one = open(quantizer.prepare(source));
        batches.forEach(batch -> answer(one, batch));
        PreparedBlock many = open(quantizer.prepare(source));
        batches.parallelStream().forEach(batch -> answer(many, batch));

        CalibrationTable expected = one.statistics();
        assertThat(many.samples()).isEqualTo(128);
        expected.entries()
                .forEach(
                        (value, statistics) -> {
                            Statistics found = many.statistics().get(value).orElseThrow();
                            assertThat(found)
                                    .as(value)
                                    .usingRecursiveComparison()
                                    .ignoringFields("histogram")
                                    .isEqualTo(statistics);
                            assertThat(found.histogram().total())
                                    .as(value)
                                    .isEqualTo(statistics.histogram().total());
                        });
    }

    /** Each block owns what it runs on; the source is nobody's but the caller's. */
    @Test
    void noBlockNeedsAnotherAfterwards() {
        List<float[]> before =
                source.getParameters().values().stream()
                        .map(p -> p.getArray().toFloatArray())
                        .toList();
        float[] exact = answer(source, images(1));
        Quantizer quantizer = Quantizer.builder().build();
        GraphBlock fused = quantizer.fuse(source);
        PreparedBlock prepared = quantizer.prepare(source);
        IntStream.range(0, 2).forEach(seed -> answer(prepared, images(seed)));
        VerifiedBlock int8 = open(quantizer.convert(prepared));
        float[] converted = answer(int8, images(1));

        fused.close();
        prepared.close();

        assertThat(source.getParameters().values())
                .extracting(p -> p.getArray().toFloatArray())
                .usingRecursiveComparison()
                .isEqualTo(before);
        assertThat(answer(source, images(1))).isEqualTo(exact);
        assertThat(answer(int8, images(1))).isEqualTo(converted);
        source.clear();
        assertThat(answer(int8, images(1))).isEqualTo(converted);
        assertThatThrownBy(() -> answer(prepared, images(1))).isNotNull();
    }

    @Test
    void convertingNeedsObservations() {
        Quantizer quantizer = Quantizer.builder().build();
        PreparedBlock prepared = open(quantizer.prepare(source));

        assertThatThrownBy(() -> quantizer.convert(prepared))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("nothing was run");
        answer(prepared, images(1).get("0:3"));
        assertThatThrownBy(() -> quantizer.convert(prepared))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("hardly anything")
                .hasMessageContaining("3 rows");
        assertThatThrownBy(() -> quantizer.convert(source))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("prepare");
    }

    @Test
    void aNaNIsNoObservation() {
        PreparedBlock prepared = open(Quantizer.builder().build().prepare(source));
        NDArray images = images(1);
        images.set(new ai.djl.ndarray.index.NDIndex("0,0,0,0"), Float.NaN);

        assertThatThrownBy(() -> answer(prepared, images))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("NaN");
    }

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

    @Test
    void trainingPassesAreObservedAndWhatTheyTrainIsConverted() {
        // Its outputs all go to 3, so that which is the largest means nothing.
        Quantizer quantizer = Quantizer.builder().optEngine("PyTorch").optIgnoreGate(true).build();
        PreparedBlock prepared = open(quantizer.prepare(source));
        ParameterStore store = new ParameterStore(manager, false);
        prepared.getParameters().values().forEach(p -> p.getArray().setRequiresGradient(true));
        ai.djl.training.optimizer.Optimizer descent =
                ai.djl.training.optimizer.Optimizer.sgd()
                        .setLearningRateTracker(ai.djl.training.tracker.Tracker.fixed(0.05f))
                        .build();
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
        VerifiedBlock int8 = open(quantizer.convert(prepared));
        float[] trained = answer(prepared, images(50));
        assertThat(answer(source, images(50))).isNotEqualTo(trained);
        double error = 0;
        double moved = 0;
        float[] converted = answer(int8, images(50));
        float[] before = answer(source, images(50));
        for (int i = 0; i < trained.length; i++) {
            error += Math.abs(converted[i] - trained[i]);
            moved += Math.abs(before[i] - trained[i]);
        }
        assertThat(error).as("it follows the trained weights").isLessThan(moved / 5);
    }

    @Test
    void quantizesToEitherFormatOrInMemory() {
        CalibrationData data =
                CalibrationData.ofBatches(
                        IntStream.range(0, 8).mapToObj(i -> new NDList(images(i))).toList());
        Quantizer quantizer = Quantizer.builder().optCalibration(data).optLatency(false).build();

        VerifiedBlock inMemory = open(quantizer.quantize(source));
        assertThat(inMemory.backend().getEngineName()).isEqualTo(ONNX);
        assertThat(sqnr(inMemory)).isGreaterThan(25);
        for (String ending : List.of(".onnx", ".pt")) {
            Path file = folder.resolve("int8" + ending);
            QuantizedModel made = quantizer.quantize(source, file);
            assertThat(made.file()).isEqualTo(file).exists();
            assertThat(sqnr(open(GraphBlock.open(file)))).as(ending).isGreaterThan(25);
        }
        assertThatThrownBy(() -> quantizer.quantize(source, folder.resolve("int8.tflite")))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("tflite");
        assertThat(sqnr(open(Quantizer.quantize(source, data, Recipe.staticInt8()))))
                .isGreaterThan(25);
    }

    @Test
    void aSavedModelLoadsThroughCriteria() throws Exception {
        CalibrationData data =
                CalibrationData.ofBatches(
                        IntStream.range(0, 4).mapToObj(i -> new NDList(images(i))).toList());
        VerifiedBlock int8 =
                open(
                        Quantizer.builder()
                                .optCalibration(data)
                                .optLatency(false)
                                .build()
                                .quantize(source));
        try (Model model = Model.newInstance("int8", "PyTorch")) {
            model.setBlock(int8);
            model.save(folder, "int8");
            float[] expected = answer(int8, images(9));
            Criteria<NDList, NDList> criteria =
                    Criteria.builder()
                            .setTypes(NDList.class, NDList.class)
                            .optEngine("PyTorch")
                            .optModelPath(folder)
                            .optModelName("int8")
                            .optTranslator(new NoopTranslator())
                            .optArgument(
                                    "blockFactory", "io.github.djlquant.trace.GraphBlockFactory")
                            .build();
            try (ZooModel<NDList, NDList> loaded = criteria.loadModel();
                    Predictor<NDList, NDList> predictor = loaded.newPredictor()) {
                assertThat(predictor.predict(new NDList(images(9))).head().toFloatArray())
                        .containsExactly(expected);
            }
        }
    }
}
