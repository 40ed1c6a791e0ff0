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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Evaluator;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.LabelledBatch;
import io.github.djlquant.recipe.GateThresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Judges a quantized model by your own data and your own limits: {@code CompareModels FLOAT.onnx
 * INT8.onnx ROWS.npz LABELS.txt}.
 */
public final class CompareModels {

    /** At most 3 % of the answers changed, half a point of accuracy lost. */
    private static final GateThresholds LIMITS = new GateThresholds(0.03, 0.98, 0.005);

    private static final int BATCH = 50;

    private CompareModels() {}

    /**
     * Compares.
     *
     * @param args the float model, the quantized one, inputs of both and the right class of each
     *     row, one a line
     * @throws IOException if the labels can't be read
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            System.err.println("usage: CompareModels FLOAT INT8 ROWS LABELS");
            System.exit(2);
        }
        Path source = Path.of(args[0]);
        Path quantized = Path.of(args[1]);
        int[] labels =
                Files.readAllLines(Path.of(args[3])).stream().mapToInt(Integer::parseInt).toArray();

        Backend backend = Backends.forFile(source);
        FeedSpec rows = FeedSpec.of(backend.read(source), BATCH, labels.length);
        try (GraphRunner before = backend.open(source, RunOptions.DEFAULT);
                GraphRunner after = backend.open(quantized, RunOptions.DEFAULT);
                FeedStream feeds = CalibrationData.ofPath(Path.of(args[2])).open(rows)) {
            Evaluation evaluation =
                    Evaluator.compare(before, after, new Labelled(feeds, labels), true);
            System.out.println(evaluation);
            List<String> failures = Gate.failures(evaluation, LIMITS);
            System.out.println(failures.isEmpty() ? "accepted" : "refused: " + failures);
        }
    }

    /** Batches with the labels of their rows. */
    private static final class Labelled implements Iterator<LabelledBatch> {
        private final FeedStream feeds;
        private final int[] labels;
        private int next;

        Labelled(FeedStream feeds, int[] labels) {
            this.feeds = feeds;
            this.labels = labels;
        }

        @Override
        public boolean hasNext() {
            return feeds.hasNext();
        }

        @Override
        public LabelledBatch next() {
            var feed = feeds.next();
            int first = next;
            next += feed.rows();
            return new LabelledBatch(feed.tensors(), Arrays.copyOfRange(labels, first, next));
        }
    }
}
