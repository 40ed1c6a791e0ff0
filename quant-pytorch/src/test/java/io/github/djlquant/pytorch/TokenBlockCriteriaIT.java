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
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.initializer.NormalInitializer;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeException;
import io.github.djlquant.VerifiedBlock;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.TraceInput;
import io.github.djlquant.translate.QuantizableModel;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Block that takes ids: a saved BERT through the Criteria option, and in memory. */
class TokenBlockCriteriaIT {

    private static final int TOKENS = 50;

    private static final int LENGTH = 12;

    @TempDir private Path folder;

    private NDManager manager;

    private static Block bert() {
        Block block =
                BertBlock.builder()
                        .optEmbeddingSize(128)
                        .optTransformerBlockCount(1)
                        .optAttentionHeadCount(2)
                        .optHiddenSize(256)
                        .optMaxSequenceLength(LENGTH)
                        .setTokenDictionarySize(TOKENS)
                        .build();
        block.setInitializer(new NormalInitializer(0.02f), Parameter.Type.WEIGHT);
        return block;
    }

    @BeforeEach
    void save() throws Exception {
        manager = NDManager.newBaseManager(null, "PyTorch");
        try (Model model = Model.newInstance("bert", "PyTorch")) {
            Block block = bert();
            Shape ids = new Shape(1, LENGTH);
            block.initialize(model.getNDManager(), DataType.FLOAT32, ids, ids, ids);
            model.setBlock(block);
            model.save(folder, "bert");
        }
    }

    @AfterEach
    void free() {
        manager.close();
    }

    private Criteria.Builder<NDList, NDList> criteria() {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder)
                .optModelName("bert")
                .optEngine("PyTorch")
                .optBlock(bert());
    }

    /** DJL's BERT squeezes its second output, so it takes two rows at least. */
    private NDList ids(int seed, int length) {
        Random random = new Random(seed);
        long[] tokens = random.longs(2L * length, 0, TOKENS).toArray();
        Shape shape = new Shape(2, length);
        return new NDList(
                manager.create(tokens, shape),
                manager.zeros(shape, DataType.INT64),
                manager.ones(shape, DataType.INT64));
    }

    private CalibrationData data(int length) {
        return CalibrationData.ofBatches(
                IntStream.range(0, 8).mapToObj(seed -> ids(seed, length)).toList());
    }

    private float[] predict(ZooModel<NDList, NDList> model, int length) throws Exception {
        try (Predictor<NDList, NDList> predictor = model.newPredictor();
                NDList output =
                        predictor.predict(
                                model.getName().equals("bert")
                                        ? ids(77, length)
                                        : new NDList(ids(77, length).head()))) {
            return output.head().toFloatArray();
        }
    }

    private float[] exact(int length) throws Exception {
        try (ZooModel<NDList, NDList> plain = criteria().build().loadModel()) {
            return predict(plain, length);
        }
    }

    private static void assertClose(float[] answer, float[] exact) {
        assertThat(answer).isNotEqualTo(exact).hasSameSizeAs(exact);
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < exact.length; i++) {
            signal += exact[i] * exact[i];
            noise += (answer[i] - exact[i]) * (answer[i] - exact[i]);
        }
        assertThat(10 * Math.log10(signal / noise)).isGreaterThan(20);
    }

    @Test
    void dataTellsWhatTheBlockTakes() throws Exception {
        QuantizationTranslatorFactory factory =
                QuantizationTranslatorFactory.builder()
                        .setRecipe(Recipe.staticInt8())
                        .optCalibration(data(LENGTH))
                        .build();
        try (ZooModel<NDList, NDList> int8 =
                criteria().optTranslatorFactory(factory).build().loadModel()) {
            assertThat(int8.getProperty("djl-quant.artifact")).endsWith("bert.pt");
            assertClose(predict(int8, LENGTH), exact(LENGTH));
        }
    }

    @Test
    void withoutDataTheBlockTellsWhatItTakes() throws Exception {
        try (QuantizableModel<NDList, NDList> model = QuantizableModel.load(criteria().build())) {
            float[] exact = predict(model, LENGTH);
            model.quantize();
            assertClose(predict(model, LENGTH), exact);
        }
        Block block = bert();
        Shape ids = new Shape(1, LENGTH);
        block.initialize(manager, DataType.FLOAT32, ids, ids, ids);
        try (VerifiedBlock int8 =
                Quantizer.builder().optRecipe(Recipe.dynamicInt8()).build().quantize(block)) {
            assertThat(int8.backend().getEngineName()).isEqualTo("OnnxRuntime");
            assertThat(int8.graph().inputs())
                    .allSatisfy(input -> assertThat(input.type().toString()).startsWith("int64["));
        }
    }

    private static Block words() {
        return new SequentialBlock()
                .add(
                        new IdEmbedding.Builder()
                                .setDictionarySize(TOKENS)
                                .setEmbeddingSize(64)
                                .build())
                .add(Linear.builder().setUnits(256).build());
    }

    /** The shapes of the saved Block fix the length; what the user says leaves it open. */
    @Test
    void theUserLeavesTheLengthOpen() throws Exception {
        try (Model model = Model.newInstance("words", "PyTorch")) {
            Block block = words();
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, LENGTH));
            model.setBlock(block);
            model.save(folder, "words");
        }
        Supplier<Criteria.Builder<NDList, NDList>> saved =
                () -> criteria().optModelName("words").optBlock(words());
        float[] exact;
        try (ZooModel<NDList, NDList> plain = saved.get().build().loadModel()) {
            exact = predict(plain, 7);
        }
        Supplier<Criteria.Builder<NDList, NDList>> strings =
                () ->
                        saved.get()
                                .optArgument(
                                        "translatorFactory",
                                        QuantizationTranslatorFactory.class.getName());
        try (ZooModel<NDList, NDList> int8 =
                strings.get().optArgument("blockInputs", "tokens:int64:?x?").build().loadModel()) {
            assertClose(predict(int8, 7), exact);
        }
        List<NDList> batches =
                IntStream.range(0, 8).mapToObj(seed -> new NDList(ids(seed, 9).head())).toList();
        QuantizationTranslatorFactory factory =
                QuantizationTranslatorFactory.builder()
                        .setRecipe(Recipe.staticInt8())
                        .optCalibration(CalibrationData.ofBatches(batches))
                        .optBlockInputs(List.of(TraceInput.parse("tokens:int64:?x?")))
                        .build();
        try (ZooModel<NDList, NDList> int8 =
                saved.get().optTranslatorFactory(factory).build().loadModel()) {
            assertClose(predict(int8, 7), exact);
        }
        assertThatThrownBy(
                        () ->
                                strings.get()
                                        .optArgument("blockInputs", "tokens:integer:?x?")
                                        .build()
                                        .loadModel())
                .isInstanceOf(RecipeException.class)
                .hasMessageContainingAll("blockInputs", "tokens:int64:?x128", "'integer'");
    }
}
