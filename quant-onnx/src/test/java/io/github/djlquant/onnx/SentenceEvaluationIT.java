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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.evaluate.Readout;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.evaluate.Targets;
import io.github.djlquant.evaluate.metric.Metrics;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.real.SentenceTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of a real sentence encoder; figures are checked against loops written here. */
class SentenceEvaluationIT {

    private static final int PAIRS = 150;
    private static final int CLASSIFIED = 200;

    @TempDir private static Path folder;

    /** Embeddings by a loop of this test, of the sentences of the pairs and those classified. */
    private static double[][] embed(Path model, SentenceTasks tasks, int[] sentences) {
        double[][] rows = new double[sentences.length][];
        try (GraphRunner runner = Backends.forFile(model).open(model, RunOptions.DEFAULT)) {
            for (int i = 0; i < rows.length; i++) {
                float[] states =
                        runner.run(tasks.feeds(sentences[i])).values().iterator().next().toFloats();
                double[] sums = new double[384];
                for (int j = 0; j < states.length; j++) {
                    sums[j % 384] += states[j];
                }
                double length = Math.sqrt(Arrays.stream(sums).map(x -> x * x).sum());
                rows[i] = Arrays.stream(sums).map(x -> x / length).toArray();
            }
        }
        return rows;
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    /** Counts how many are smaller, and half of those that are equal. */
    private static double[] ranks(double[] values) {
        return Arrays.stream(values)
                .map(
                        v ->
                                Arrays.stream(values).filter(w -> w < v).count()
                                        + Arrays.stream(values).filter(w -> w == v).count() / 2.0)
                .toArray();
    }

    private static double spearman(double[][] rows, double[] scores) {
        double[] x =
                ranks(
                        IntStream.range(0, scores.length)
                                .mapToDouble(i -> dot(rows[2 * i], rows[2 * i + 1]))
                                .toArray());
        double[] y = ranks(scores);
        double n = x.length;
        double sumX = Arrays.stream(x).sum();
        double sumY = Arrays.stream(y).sum();
        return (n * dot(x, y) - sumX * sumY)
                / Math.sqrt(n * dot(x, x) - sumX * sumX)
                / Math.sqrt(n * dot(y, y) - sumY * sumY);
    }

    @Test
    void theSentenceEncoderIsJudgedByItsTasks() throws IOException {
        SentenceTasks tasks = SentenceTasks.read();
        Path source = RealFiles.find("minilm/minilm_l6_v2.onnx");
        Path int8 = folder.resolve("minilm.onnx");
        Quantizer.builder()
                .optRecipe(Recipe.dynamicInt8())
                .optLatency(false)
                .build()
                .quantize(source, int8);
        double[] scores =
                Files.readAllLines(RealFiles.find("stsb/sts-test.csv")).stream()
                        .limit(PAIRS)
                        .mapToDouble(line -> Double.parseDouble(line.split("\t")[4]))
                        .toArray();
        int[] sentences = IntStream.range(0, 2 * PAIRS).toArray();

        Evaluation pairs =
                ModelEvaluator.builder()
                        .setModels(source, int8)
                        .setData(
                                CalibrationData.ofFeeds(
                                        Arrays.stream(sentences).mapToObj(tasks::feeds).toList()))
                        .optBatchSize(1)
                        .optReadout(Readout.meanPooling())
                        .optMetrics(Metrics.pairSpearman(Targets.of(scores)))
                        .build()
                        .evaluate();

        Metric spearman = pairs.metrics().get(0);
        assertThat(spearman.samples()).isEqualTo(PAIRS);
        assertThat(spearman.source())
                .isCloseTo(spearman(embed(source, tasks, sentences), scores), within(1e-5));
        assertThat(spearman.quantized())
                .isCloseTo(spearman(embed(int8, tasks, sentences), scores), within(1e-5));
        assertThat(pairs.errors().get(0).cosineDistance().p50()).isBetween(1e-4, 0.02);
        assertThat(pairs.flipped()).as("embeddings have no classes").isEmpty();
        classifies(tasks, source, int8);
    }

    private static void classifies(SentenceTasks tasks, Path source, Path int8) throws IOException {
        JsonObject json =
                JsonParser.parseString(Files.readString(RealFiles.find("sst2/head.json")))
                        .getAsJsonObject();
        double[] w =
                json.getAsJsonArray("w").asList().stream()
                        .mapToDouble(e -> e.getAsDouble())
                        .toArray();
        double b = json.get("b").getAsDouble();
        int[] labels =
                Files.readAllLines(RealFiles.find("sst2/test.tsv")).stream()
                        .limit(CLASSIFIED)
                        .mapToInt(line -> Integer.parseInt(line.split("\t")[1]))
                        .toArray();
        int first = 2 * 1379;
        Readout pooling = Readout.meanPooling();
        Readout head =
                (feeds, outputs) -> {
                    float[] row = pooling.of(feeds, outputs).get("embedding").toFloats();
                    double z =
                            b + IntStream.range(0, w.length).mapToDouble(i -> w[i] * row[i]).sum();
                    return Map.of(
                            "class", Tensor.ofFloats(new float[] {(float) -z, (float) z}, 1, 2));
                };
        int[] sentences = IntStream.range(first, first + CLASSIFIED).toArray();

        Evaluation evaluation =
                ModelEvaluator.builder()
                        .setModels(source, int8)
                        .setData(
                                CalibrationData.ofFeeds(
                                        Arrays.stream(sentences).mapToObj(tasks::feeds).toList()))
                        .optBatchSize(1)
                        .optReadout(head)
                        .optLabels(Labels.of(labels))
                        .build()
                        .evaluate();

        double[][] before = embed(source, tasks, sentences);
        long right =
                IntStream.range(0, CLASSIFIED)
                        .filter(i -> (dot(w, before[i]) + b > 0) == (labels[i] == 1))
                        .count();
        assertThat(evaluation.metrics().get(0).source()).isEqualTo(right / (double) CLASSIFIED);
        Slices lengths =
                evaluation.slices().stream()
                        .filter(slices -> slices.by().equals("length"))
                        .findFirst()
                        .orElseThrow();
        assertThat(lengths.slices().size()).isBetween(3, 4);
        assertThat(lengths.slices().stream().mapToLong(Slice::samples).sum()).isEqualTo(CLASSIFIED);
    }
}
