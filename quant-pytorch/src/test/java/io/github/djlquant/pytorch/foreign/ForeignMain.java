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
package io.github.djlquant.pytorch.foreign;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The program of {@link ForeignDjl}: {@code MODEL FEEDS OUTPUT}. Uses the JDK and DJL only, as a
 * user without this project would.
 */
final class ForeignMain {

    private ForeignMain() {}

    public static void main(String[] args) throws Exception {
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optEngine("PyTorch")
                        .optModelPath(Path.of(args[0]))
                        .optTranslator(new NoopTranslator())
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                NDManager manager = model.getNDManager().newSubManager();
                var predictor = model.newPredictor()) {
            NDList answer = predictor.predict(feeds(manager, Path.of(args[1])));
            write(answer.get(0).toFloatArray(), Path.of(args[2]));
        }
    }

    private static NDList feeds(NDManager manager, Path file) throws IOException {
        NDList feeds = new NDList();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                boolean floats = in.readBoolean();
                long[] sizes = new long[in.readInt()];
                for (int axis = 0; axis < sizes.length; axis++) {
                    sizes[axis] = in.readLong();
                }
                Shape shape = new Shape(sizes);
                feeds.add(floats ? floats(manager, in, shape) : longs(manager, in, shape));
            }
        }
        return feeds;
    }

    private static NDArray floats(NDManager manager, DataInputStream in, Shape shape)
            throws IOException {
        float[] elements = new float[(int) shape.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = in.readFloat();
        }
        return manager.create(elements, shape);
    }

    private static NDArray longs(NDManager manager, DataInputStream in, Shape shape)
            throws IOException {
        long[] elements = new long[(int) shape.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = in.readLong();
        }
        return manager.create(elements, shape);
    }

    private static void write(float[] elements, Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            for (float element : elements) {
                out.writeFloat(element);
            }
        }
    }
}
