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

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** A TorchScript file in stock DJL, as an application runs it. */
final class TorchContender implements Timed {

    private static final int WORDS = 30_000;

    private final ZooModel<NDList, NDList> model;
    private final Predictor<NDList, NDList> predictor;
    private final NDManager manager;
    private final NDList feeds = new NDList();

    TorchContender(Path file) throws IOException, ModelNotFoundException, MalformedModelException {
        model =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(file)
                        .optEngine("PyTorch")
                        .optTranslator(new NoopTranslator())
                        .build()
                        .loadModel();
        predictor = model.newPredictor();
        manager = model.getNDManager().newSubManager();
    }

    /** Must be called before the engine is loaded, which reads it once. */
    static void onOneThread() {
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }

    /** Sets one image of reproducible noise. */
    TorchContender feedImage(int size) {
        return feedNoise(new Shape(1, 3, size, size));
    }

    /** Sets reproducible noise. */
    TorchContender feedNoise(Shape shape) {
        feeds.add(
                manager.create(noise(new Random(shape.get(shape.dimension() - 1)), shape), shape));
        return this;
    }

    static float[] noise(Random random, Shape shape) {
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Sets one text of reproducible token numbers, all of it unmasked, of type 0. */
    TorchContender feedTokens(int length) {
        Random random = new Random(length);
        long[] ids = new long[length];
        Arrays.setAll(ids, i -> random.nextInt(WORDS));
        long[] mask = new long[length];
        Arrays.fill(mask, 1);
        Shape shape = new Shape(1, length);
        feeds.add(manager.create(ids, shape));
        feeds.add(manager.create(mask, shape));
        feeds.add(manager.create(new long[length], shape));
        return this;
    }

    @Override
    public CallTime medianTime(int calls) throws Exception {
        return Timed.medianTime(calls, () -> predictor.predict(feeds).close());
    }

    @Override
    public void close() {
        manager.close();
        predictor.close();
        model.close();
    }
}
