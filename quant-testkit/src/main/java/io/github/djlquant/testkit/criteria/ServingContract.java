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
package io.github.djlquant.testkit.criteria;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.translate.QuantizableModel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A quantized model at work, in both forms of the option, from its loading to its closing. */
public abstract class ServingContract extends CriteriaFixture {

    /**
     * Creates the suite.
     *
     * @param kind the kind of model under test
     */
    protected ServingContract(FloatModel kind) {
        super(kind);
    }

    /**
     * Both forms of the option, predictors of several threads, one call and many rows: the same
     * answers, which are not the float model's.
     *
     * @throws Exception if something fails
     */
    @Test
    public void manyPredictorsOfBothFormsAnswerTheSame() throws Exception {
        List<float[]> rows = List.of(row(1), row(2), row(3), row(4));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ZooModel<float[], float[]> first = replaced(new Rows(rowShape()));
                ZooModel<float[], float[]> second = wrapped();
                Predictor<float[], float[]> one = first.newPredictor()) {
            assertQuantized(first);
            assertQuantized(second);
            List<float[]> expected = one.batchPredict(rows);
            List<Future<List<float[]>>> answers = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                ZooModel<float[], float[]> model = thread % 2 == 0 ? first : second;
                answers.add(threads.submit(() -> predictOften(model, rows)));
            }
            for (Future<List<float[]>> answer : answers) {
                for (int i = 0; i < rows.size(); i++) {
                    assertThat(answer.get().get(i)).isEqualTo(expected.get(i));
                    assertThat(one.predict(rows.get(i))).isEqualTo(expected.get(i));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<float[]> predictOften(ZooModel<float[], float[]> model, List<float[]> rows)
            throws Exception {
        List<float[]> last = List.of();
        for (int i = 0; i < 20; i++) {
            try (Predictor<float[], float[]> own = model.newPredictor()) {
                last = own.batchPredict(rows);
            }
        }
        return last;
    }

    /**
     * The factory frees the float model.
     *
     * @throws Exception if something fails
     */
    @Test
    public void theFloatModelIsFreed() throws Exception {
        try (Model model = kind().load(this.model)) {
            Block floats = model.getBlock();
            assertThat(kind().isFreed(floats)).isFalse();
            factory(new Rows(rowShape()))
                    .newInstance(float[].class, float[].class, model, Map.of());
            assertThat(model.getBlock()).isNotSameAs(floats);
            assertThat(kind().isFreed(floats)).isTrue();
        }
    }

    /**
     * Whoever predicts while the model is quantized goes on, and the float block is freed behind
     * the last one.
     *
     * @throws Exception if something fails
     */
    @Test
    public void predictorsGoOnWhileTheModelIsQuantized() throws Exception {
        float[] exact = floatAnswer(row(7));
        Criteria<float[], float[]> criteria =
                criteria().optTranslator(new Rows(rowShape())).build();
        try (QuantizableModel<float[], float[]> model = QuantizableModel.load(criteria)) {
            Block floats = model.getBlock();
            Predictor<float[], float[]> before = model.newPredictor();
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Integer> answers =
                    CompletableFuture.supplyAsync(() -> answerUntil(done, before, exact));
            try {
                model.quantize(Recipe.staticInt8(), CalibrationData.ofPath(data));
                assertQuantized(model);
            } finally {
                done.set(true);
            }
            assertThat(answers.get()).isPositive();
            assertFloat(exact, before.predict(row(7)));
            assertThat(kind().isFreed(floats)).isFalse();
            before.close();
            before.close();
            assertThat(kind().isFreed(floats)).isTrue();
        }
    }

    private int answerUntil(
            AtomicBoolean done, Predictor<float[], float[]> predictor, float[] exact) {
        int answers = 0;
        do {
            try {
                assertFloat(exact, predictor.predict(row(7)));
            } catch (TranslateException e) {
                throw new IllegalStateException(e);
            }
            answers++;
        } while (!done.get());
        return answers;
    }

    private static void assertFloat(float[] exact, float[] answer) {
        assertThat(AnswerComparison.sqnr(exact, answer)).isGreaterThan(80);
    }

    /**
     * A closed model is refused before any work.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aClosedModelIsRefused() throws Exception {
        QuantizableModel<float[], float[]> model =
                QuantizableModel.load(criteria().optTranslator(new Rows(rowShape())).build());
        model.close();
        assertThatThrownBy(() -> model.quantize(Recipe.optimize(), null))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("closed");
    }

    /**
     * Closing the model closes the quantized one.
     *
     * @throws Exception if something fails
     */
    @Test
    public void closingTheModelClosesTheQuantizedBlock() throws Exception {
        ZooModel<float[], float[]> int8 = replaced(new Rows(rowShape()));
        Block block = int8.getBlock();
        assertThatCode(() -> requireOpen(block)).doesNotThrowAnyException();
        int8.close();
        assertThat(int8.getNDManager().isOpen()).isFalse();
        assertThatThrownBy(() -> requireOpen(block)).isNotNull();
    }

    /**
     * What lies beside the model is found by translators, as if the float model ran.
     *
     * @throws Exception if something fails
     */
    @Test
    public void sideFilesAreFound() throws Exception {
        Files.writeString(model.resolveSibling("synset.txt"), "cat\ndog\n");
        Files.writeString(
                model.resolveSibling("serving.properties"),
                "application=cv/image_classification\nbatch_size=4\n");
        Rows translator = new Rows(rowShape());
        try (ZooModel<float[], float[]> int8 =
                anywhere()
                        .optModelPath(model.getParent())
                        .optTranslatorFactory(factory(translator))
                        .build()
                        .loadModel()) {
            assertQuantized(int8);
            assertThat(translator.classes()).isEqualTo("cat\ndog\n");
            assertThat(int8.getModelPath().resolve("synset.txt")).exists();
            assertThat(int8.getProperty("batch_size")).isEqualTo("4");
        }
    }
}
