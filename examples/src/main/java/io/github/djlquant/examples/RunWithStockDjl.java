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
package io.github.djlquant.examples;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs a quantized model with DJL alone: {@code RunWithStockDjl MODEL ROWS.npz}.
 *
 * <p>Nothing of djl-quant is imported or needed on the class path: a quantized model is an ordinary
 * ONNX file, or an ordinary TorchScript file (.pt).
 */
public final class RunWithStockDjl {

    private RunWithStockDjl() {}

    /**
     * Prints the class with the highest score of each row.
     *
     * @param args a classifier and its inputs, as {@code numpy.savez} writes them
     * @throws Exception if a file can't be read
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: RunWithStockDjl MODEL ROWS.npz");
            System.exit(2);
        }
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(Path.of(args[0]))
                        .optEngine(args[0].endsWith(".pt") ? "PyTorch" : "OnnxRuntime")
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager();
                InputStream rows = Files.newInputStream(Path.of(args[1]))) {
            NDArray scores = predictor.predict(NDList.decode(manager, rows)).get(0);
            int classes = Math.toIntExact(scores.getShape().get(1));
            float[] values = scores.toFloatArray();
            for (int start = 0; start < values.length; start += classes) {
                System.out.println(largest(values, start, classes));
            }
        }
    }

    private static int largest(float[] values, int start, int count) {
        int best = start;
        for (int i = start + 1; i < start + count; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best - start;
    }
}
