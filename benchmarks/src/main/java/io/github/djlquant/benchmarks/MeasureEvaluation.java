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

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a paired evaluation of ResNet-20 costs in units of two plain inference passes, in turns, in
 * one JVM, with one thread in the engine: {@code MeasureEvaluation REAL [IMAGES] [ROUNDS]}. Give
 * the JVM little memory ({@code -Xmx96m}) to see that it does not grow with the images.
 */
public final class MeasureEvaluation {

    private static final int BATCH = 32;
    private static final int CALIBRATION = 10;
    private static final double MOST = 1.15;

    private final CifarTestSet images;
    private final int[] labels;
    private final Path source;
    private final Path quantized;
    private final int count;

    private MeasureEvaluation(Path real, Path work, int count) throws IOException {
        this.images = new CifarTestSet(real);
        byte[] classes = Files.readAllBytes(real.resolve("cifar10").resolve("test_labels.bin"));
        this.labels = IntStream.range(0, classes.length).map(i -> classes[i]).toArray();
        this.source = real.resolve("cifar10").resolve("resnet20_cifar10.onnx");
        this.quantized = work.resolve("int8.onnx");
        this.count = count;
    }

    /**
     * Measures and prints.
     *
     * @param args the folder of the real models, the images and the rounds
     * @throws IOException if they can't be read
     */
    public static void main(String[] args) throws IOException {
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        Path work = Files.createTempDirectory("measure-evaluation");
        MeasureEvaluation measurement = new MeasureEvaluation(Path.of(args[0]), work, count);
        measurement.quantize();
        measurement.plain(2 * BATCH);
        measurement.evaluate();
        double[] plain = new double[rounds];
        double[] evaluated = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            plain[round] = measurement.plain(count);
            evaluated[round] = measurement.evaluate();
        }
        MedianInterval ratio = MedianInterval.ofRatios(evaluated, plain);
        System.out.printf(
                Locale.ROOT,
                "evaluation %.2f s, two plain passes %.2f s, ratio %.3f (at most %.2f: %s), peak"
                        + " memory %.0f MB%n",
                evaluated[rounds - 1],
                plain[rounds - 1],
                ratio.median(),
                MOST,
                ratio.median() <= MOST ? "reached" : "NOT reached",
                ProcessMemory.peakMb());
    }

    private void quantize() {
        Quantizer.builder()
                .optCalibration(data(CALIBRATION * BATCH))
                .optLatency(false)
                .build()
                .quantize(source, quantized);
    }

    private CalibrationData data(int rows) {
        return CalibrationData.ofFeeds(
                () ->
                        new Iterator<Map<String, Tensor>>() {
                            private int first;

                            @Override
                            public boolean hasNext() {
                                return first < rows;
                            }

                            @Override
                            public Map<String, Tensor> next() {
                                int size = Math.min(BATCH, rows - first);
                                float[] values = images.batch(first, size);
                                first += size;
                                return Map.of("input", Tensor.ofFloats(values, size, 3, 32, 32));
                            }
                        });
    }

    private double plain(int rows) {
        Backend backend = Backends.forFile(source);
        FeedSpec spec = FeedSpec.of(backend.read(source), BATCH, rows);
        long start = System.nanoTime();
        try (GraphRunner before = backend.open(source, new RunOptions(1, true));
                GraphRunner after = backend.open(quantized, new RunOptions(1, true));
                FeedStream feeds = data(rows).open(spec)) {
            while (feeds.hasNext()) {
                Map<String, Tensor> batch = feeds.next().tensors();
                before.run(batch);
                after.run(batch);
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private double evaluate() {
        long start = System.nanoTime();
        Evaluation evaluation =
                ModelEvaluator.builder()
                        .setModels(source, quantized)
                        .setData(data(count))
                        .optLabels(Labels.of(labels))
                        .optBatchSize(BATCH)
                        .optThreads(1)
                        .build()
                        .evaluate();
        if (evaluation.samples() != count) {
            throw new IllegalStateException(evaluation.samples() + " samples, not " + count);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
