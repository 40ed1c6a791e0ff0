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
package io.github.djlquant.testkit.real;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.Gson;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.RealFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a sentence encoder is used for: similarity of two sentences (STS-b, Spearman's correlation
 * with people's scores) and a class for one (SST-2, a linear head). A sentence's embedding is the
 * mean of its tokens' last states, with length 1.
 */
public final class SentenceTasks {

    private static final int TOKENS = 128;
    private static final int CLASSIFIED = 900;

    private final List<String> sentences = new ArrayList<>();
    private final List<long[]> tokens = new ArrayList<>();
    private final double[] scores;
    private final Head head;

    /** Weights and offset of the linear head. */
    private record Head(double[] w, double b) {}

    /**
     * Embeddings of every sentence: the pairs one after the other, then what is classified.
     *
     * @param rows a vector of length 1 per sentence
     */
    public record Embeddings(float[][] rows) {}

    /**
     * What quantizing changed.
     *
     * @param similarityBefore STS-b of the one model
     * @param similarityAfter STS-b of the other
     * @param meanCosine of the embeddings of the same sentence
     * @param lowestCosine the least of these
     * @param flips the share of sentences that get another class
     */
    public record Comparison(
            double similarityBefore,
            double similarityAfter,
            double meanCosine,
            double lowestCosine,
            double flips) {}

    private SentenceTasks(double[] scores, Head head) {
        this.scores = scores;
        this.head = head;
    }

    /**
     * Reads sentences, scores and head of the real data, or skips the test where there are none.
     *
     * @return the tasks
     * @throws IOException if a file can't be read
     */
    public static SentenceTasks read() throws IOException {
        List<String[]> pairs = columns(RealFiles.find("stsb/sts-test.csv"));
        SentenceTasks tasks =
                new SentenceTasks(
                        pairs.stream().mapToDouble(pair -> Double.parseDouble(pair[4])).toArray(),
                        new Gson()
                                .fromJson(
                                        Files.readString(RealFiles.find("sst2/head.json")),
                                        Head.class));
        pairs.forEach(pair -> tasks.sentences.addAll(List.of(pair[5], pair[6])));
        columns(RealFiles.find("sst2/test.tsv")).stream()
                .limit(CLASSIFIED)
                .forEach(row -> tasks.sentences.add(row[0]));
        try (HuggingFaceTokenizer tokenizer =
                HuggingFaceTokenizer.builder()
                        .optTokenizerPath(RealFiles.find("minilm/tokenizer.json"))
                        .optTruncation(true)
                        .optMaxLength(TOKENS)
                        .optPadding(false)
                        .build()) {
            for (String sentence : tasks.sentences) {
                Encoding encoding = tokenizer.encode(sentence);
                tasks.tokens.add(encoding.getIds());
            }
        }
        return tasks;
    }

    /**
     * Sentences of the same kind to calibrate on: the first 200 of the other part of STS-b.
     *
     * @return the sentences
     * @throws IOException if the file can't be read
     */
    public static List<String> unlabelled() throws IOException {
        return columns(RealFiles.find("stsb/sts-dev.csv")).stream()
                .limit(200)
                .map(pair -> pair[5])
                .toList();
    }

    private static List<String[]> columns(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(line -> line.split("\t")).toList();
    }

    /**
     * Makes the feeds of one sentence.
     *
     * @param sentence its number
     * @return a tensor for each input of the encoder
     */
    public Map<String, Tensor> feeds(int sentence) {
        long[] ids = tokens.get(sentence);
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        return Map.of(
                "input_ids", Tensor.ofLongs(ids, 1, ids.length),
                "attention_mask", Tensor.ofLongs(ones, 1, ids.length),
                "token_type_ids", Tensor.ofLongs(new long[ids.length], 1, ids.length));
    }

    /**
     * Embeds every sentence by itself.
     *
     * @param backend the engine
     * @param model an encoder whose first output holds the tokens' last states
     * @return the embeddings
     */
    public Embeddings embed(Backend backend, Path model) {
        float[][] rows = new float[sentences.size()][];
        // A sentence is too short for two threads, which wait for each other on a busy machine.
        try (GraphRunner runner = backend.open(model, new RunOptions(1, true))) {
            for (int i = 0; i < rows.length; i++) {
                rows[i] = pool(runner.run(feeds(i)).values().iterator().next());
            }
        }
        return new Embeddings(rows);
    }

    private static float[] pool(Tensor states) {
        int width = (int) states.shape().size(2);
        float[] elements = states.toFloats();
        double[] sums = new double[width];
        for (int i = 0; i < elements.length; i++) {
            sums[i % width] += elements[i];
        }
        double length = Math.sqrt(Arrays.stream(sums).map(sum -> sum * sum).sum());
        float[] row = new float[width];
        for (int i = 0; i < width; i++) {
            row[i] = (float) (sums[i] / length);
        }
        return row;
    }

    /**
     * Compares two models.
     *
     * @param before the embeddings of the one
     * @param after those of the other
     * @return what changed
     */
    public Comparison compare(Embeddings before, Embeddings after) {
        double[] cosines =
                IntStream.range(0, sentences.size())
                        .mapToDouble(i -> dot(before.rows()[i], after.rows()[i]))
                        .toArray();
        int flips = 0;
        for (int i = 2 * scores.length; i < sentences.size(); i++) {
            flips += isPositive(before.rows()[i]) == isPositive(after.rows()[i]) ? 0 : 1;
        }
        return new Comparison(
                similarity(before),
                similarity(after),
                Arrays.stream(cosines).average().orElseThrow(),
                Arrays.stream(cosines).min().orElseThrow(),
                (double) flips / (sentences.size() - 2 * scores.length));
    }

    private double similarity(Embeddings embeddings) {
        double[] cosines = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            cosines[i] = dot(embeddings.rows()[2 * i], embeddings.rows()[2 * i + 1]);
        }
        return spearman(cosines, scores);
    }

    private boolean isPositive(float[] row) {
        double sum = head.b();
        for (int i = 0; i < row.length; i++) {
            sum += head.w()[i] * row[i];
        }
        return sum > 0;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** Pearson's correlation of the ranks. */
    static double spearman(double[] a, double[] b) {
        double[] x = ranks(a);
        double[] y = ranks(b);
        double mean = (a.length - 1) / 2.0;
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < a.length; i++) {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xy / Math.sqrt(xx * yy);
    }

    /** From 0; equal values share the mean of their ranks. */
    private static double[] ranks(double[] values) {
        Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
        double[] ranks = new double[values.length];
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }
}
