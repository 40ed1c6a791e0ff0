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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.TraceException;
import io.github.djlquant.translate.QuantizableModel;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DJL's own models, a Block with a file of parameters, through the Criteria option. */
class BlockCriteriaIT {

    private static final Shape INPUT = new Shape(1, 3, 16, 16);

    @TempDir Path folder;

    private static SequentialBlock network() {
        return network(Activation::relu);
    }

    private static SequentialBlock network(UnaryOperator<NDList> first) {
        return new SequentialBlock()
                .add(conv(32))
                .add(BatchNorm.builder().build())
                .add(first::apply)
                .add(conv(32))
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(10).build());
    }

    private static Block conv(int filters) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .build();
    }

    @BeforeEach
    void save() throws Exception {
        try (Model model = Model.newInstance("tiny", "PyTorch")) {
            Block block = network();
            block.initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
            model.setBlock(block);
            model.save(folder, "tiny");
        }
    }

    private Criteria.Builder<NDList, NDList> criteria(Block block) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder)
                .optModelName("tiny")
                .optEngine("PyTorch")
                .optBlock(block);
    }

    private static NDArray image(NDManager manager, int seed) {
        return manager.arange(3 * 16 * 16f)
                .mul(0.37f + seed)
                .sin()
                .reshape(INPUT)
                .toType(DataType.FLOAT32, false);
    }

    private static float[] predict(ZooModel<NDList, NDList> model, int seed) throws Exception {
        try (Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager("PyTorch");
                NDList output = predictor.predict(new NDList(image(manager, seed)))) {
            return output.singletonOrThrow().toFloatArray();
        }
    }

    @Test
    void aSavedBlockRunsQuantizedAndItsParametersAreFreed() throws Exception {
        float[] exact;
        try (ZooModel<NDList, NDList> plain = criteria(network()).build().loadModel()) {
            exact = predict(plain, 77);
        }
        Block floats = network();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            List<NDList> batches =
                    IntStream.range(0, 16).mapToObj(i -> new NDList(image(manager, i))).toList();
            QuantizationTranslatorFactory factory =
                    QuantizationTranslatorFactory.builder()
                            .setRecipe(Recipe.staticInt8())
                            .optCalibration(CalibrationData.ofBatches(batches))
                            .build();
            String artifact;
            try (ZooModel<NDList, NDList> int8 =
                    criteria(floats).optTranslatorFactory(factory).build().loadModel()) {
                artifact = int8.getProperty("djl-quant.artifact");
                assertThat(artifact).endsWith("tiny.pt");
                assertThat(int8.getProperty("djl-quant.engine")).isEqualTo("PyTorch");
                assertThat(int8.getBlock()).isNotSameAs(floats);
                float[] answer = predict(int8, 77);
                assertThat(answer).isNotEqualTo(exact);
                assertThat(cosine(answer, exact)).isGreaterThan(0.99);
                assertThat(floats.getParameters().values())
                        .noneMatch(parameter -> parameter.isInitialized());
            }
            try (ZooModel<NDList, NDList> again =
                    criteria(network()).optTranslatorFactory(factory).build().loadModel()) {
                assertThat(again.getProperty("djl-quant.artifact")).isEqualTo(artifact);
            }
        }
    }

    /** What lies in the cache was compared with the Block when it was made. */
    @Test
    void aBlockFromTheCacheIsNotProvedAgain() throws Exception {
        AtomicInteger passes = new AtomicInteger();
        QuantizationTranslatorFactory factory =
                QuantizationTranslatorFactory.builder().setRecipe(Recipe.optimize()).build();
        List<Integer> counts = new ArrayList<>();
        for (int load = 0; load < 2; load++) {
            Block counting =
                    network(
                            list -> {
                                passes.incrementAndGet();
                                return Activation.relu(list);
                            });
            try (ZooModel<NDList, NDList> loaded =
                    criteria(counting).optTranslatorFactory(factory).build().loadModel()) {
                assertThat(loaded.getProperty("djl-quant.artifact")).isNotNull();
            }
            counts.add(passes.getAndSet(0));
        }
        int proofs = 2; // at extents that were not traced, and at a batch of one
        assertThat(counts.get(1)).as("passes of the Block").isEqualTo(counts.get(0) - proofs);
    }

    @Test
    void quantizeTakesBlocksToo() throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                QuantizableModel<NDList, NDList> model =
                        QuantizableModel.load(criteria(network()).build())) {
            float[] exact = predict(model, 5);
            List<NDList> batches = List.of(new NDList(image(manager, 1)));
            model.quantize(Recipe.optimize(), CalibrationData.ofBatches(batches));
            assertThat(cosine(predict(model, 5), exact)).isGreaterThan(0.99999);
            assertThat(model.getProperty("djl-quant.recipe")).isEqualTo("optimize");
        }
    }

    /** This network takes images of one size, which its Block knows and TorchScript does not. */
    @Test
    void quantizeNeedsNoDataForABlockOfOneSize() throws Exception {
        try (QuantizableModel<NDList, NDList> model =
                QuantizableModel.load(criteria(network()).build())) {
            float[] exact = predict(model, 5);
            model.quantize();
            assertThat(model.getProperty("djl-quant.recipe")).isEqualTo("dynamic-int8");
            float[] answer = predict(model, 5);
            assertThat(answer).isNotEqualTo(exact);
            assertThat(cosine(answer, exact)).isGreaterThan(0.99);
        }
    }

    @Test
    void whatCannotBeTracedSaysWhy() throws Exception {
        Block reads =
                network()
                        .add(
                                new LambdaBlock(
                                        list ->
                                                new NDList(
                                                        list.head()
                                                                .mul(list.head().getFloat(0, 0)))));
        try (Model trained = Model.newInstance("trained", "PyTorch")) {
            reads.initialize(trained.getNDManager(), DataType.FLOAT32, INPUT);
            trained.setBlock(reads);
            assertThatThrownBy(() -> QuantizableModel.of(trained).quantize())
                    .isInstanceOf(TraceException.class)
                    .hasMessageContaining("Lambda");
            assertThat(trained.getBlock()).isSameAs(reads);
        }
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * (double) b[i];
            aa += a[i] * (double) a[i];
            bb += b[i] * (double) b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }
}
