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
package io.github.djlquant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShapesModelTest {

    private static final int IMAGES = 500;
    private static final int CLASSES = ShapeImages.classNames().size();

    @TempDir Path folder;

    /** Fails when renderer, normalization and model do not belong together. */
    @Test
    void recognizesMostButNotAllTestImages() throws Exception {
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(ShapesModel.copyTo(folder))
                        .optEngine("OnnxRuntime")
                        .optTranslator(new NoopTranslator())
                        .build();
        int correct = 0;
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            float[] logits =
                    predictor.predict(new NDList(testImages(manager))).get(0).toFloatArray();
            assertThat(logits).hasSize(IMAGES * CLASSES);
            for (int i = 0; i < IMAGES; i++) {
                if (strongest(logits, i) == i % CLASSES) {
                    correct++;
                }
            }
        }
        assertThat(correct / (double) IMAGES).isBetween(0.88, 0.98);
    }

    @Test
    void copyIsSmallAndNeverReplacesFile() throws IOException {
        Path copy = ShapesModel.copyTo(folder);
        assertThat(copy).hasFileName(ShapesModel.FILE_NAME);
        assertThat(Files.size(copy)).isLessThan(1_000_000);
        assertThatThrownBy(() -> ShapesModel.copyTo(folder))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    private static NDArray testImages(NDManager manager) {
        int length = ShapeImages.CHANNELS * ShapeImages.SIZE * ShapeImages.SIZE;
        float[] batch = new float[IMAGES * length];
        for (int i = 0; i < IMAGES; i++) {
            byte[] rgb = ShapeImages.render(ShapeImages.TEST_SEED, i).rgb();
            ShapesModel.normalize(rgb, batch, i);
        }
        Shape shape = new Shape(IMAGES, ShapeImages.CHANNELS, ShapeImages.SIZE, ShapeImages.SIZE);
        return manager.create(FloatBuffer.wrap(batch), shape);
    }

    private static int strongest(float[] logits, int image) {
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            if (logits[image * CLASSES + c] > logits[image * CLASSES + best]) {
                best = c;
            }
        }
        return best;
    }
}
