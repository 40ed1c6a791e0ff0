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
import java.util.Locale;

/**
 * Runs a quantized sentence encoder with DJL alone: {@code CompareSentencesWithStockDjl ENCODER.pt
 * TOKENS.npz}. TOKENS holds {@code input_ids}, {@code attention_mask} and {@code token_type_ids},
 * int64, a sentence a row.
 *
 * <p>Nothing of djl-quant is imported or needed on the class path.
 */
public final class CompareSentencesWithStockDjl {

    private CompareSentencesWithStockDjl() {}

    /**
     * Prints how similar each sentence is to the first one, from -1 to 1.
     *
     * @param args an encoder, .pt or .onnx, and its inputs
     * @throws Exception if a file can't be read
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: CompareSentencesWithStockDjl ENCODER.pt TOKENS.npz");
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
                InputStream tokens = Files.newInputStream(Path.of(args[1]))) {
            NDList named = NDList.decode(manager, tokens);
            NDArray mask = named.get("attention_mask");
            // TorchScript takes its inputs by their order, whatever they are called.
            NDList inputs = new NDList(named.get("input_ids"), mask, named.get("token_type_ids"));
            float[][] embeddings = embeddings(predictor.predict(inputs).get(0), mask);
            for (float[] embedding : embeddings) {
                System.out.printf(Locale.ROOT, "%.4f%n", cosine(embeddings[0], embedding));
            }
        }
    }

    /** The sum of the states [sentence, token, channel] of each sentence's own tokens. */
    private static float[][] embeddings(NDArray states, NDArray mask) {
        int sentences = Math.toIntExact(states.getShape().get(0));
        int tokens = Math.toIntExact(states.getShape().get(1));
        int channels = Math.toIntExact(states.getShape().get(2));
        float[] values = states.toFloatArray();
        long[] own = mask.toLongArray();
        float[][] sums = new float[sentences][channels];
        for (int i = 0; i < values.length; i++) {
            int place = i / channels;
            sums[place / tokens][i % channels] += own[place] * values[i];
        }
        return sums;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }
}
