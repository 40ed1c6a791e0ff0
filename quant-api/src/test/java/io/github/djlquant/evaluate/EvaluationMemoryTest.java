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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an evaluation holds does not grow with the number of samples. */
class EvaluationMemoryTest {

    private static final int CLASSES = 10;
    private static final int BATCH = 300;
    private static final int EARLY = 3_000;
    private static final int LATE = 75_000;
    private static final String GREW = "grew by bytes: ";

    @TempDir private Path folder;

    /** In a process of its own, where nothing else lives on the heap. */
    @Test
    void holdsNothingOfEachSample() throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms32m",
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        EvaluationMemoryTest.class.getName());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")));
        int code = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start().waitFor();

        String said = Files.readString(out);
        assertThat(code).as(said).isZero();
        assertThat(
                        said.lines()
                                .filter(line -> line.startsWith(GREW))
                                .mapToLong(line -> Long.parseLong(line.substring(GREW.length()))))
                .singleElement()
                .satisfies(
                        grown ->
                                assertThat(grown)
                                        .as("less than a reference for each sample")
                                        .isLessThan(4L * (LATE - EARLY)));
    }

    /**
     * Evaluates, and prints by how much the heap grew meanwhile.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Random random = new Random(1);
        Rows rows = new Rows(random);
        Evaluation evaluation =
                PairedComparison.builder()
                        .optLabels(Labels.of(random.ints(LATE + BATCH, 0, CLASSES).toArray()))
                        .build()
                        .compare(new Model(0), new Model(8), rows);
        if (evaluation.samples() != LATE + BATCH
                || evaluation.flips() == 0
                || evaluation.metrics().isEmpty()
                || !evaluation.slices().stream()
                        .map(Slices::by)
                        .toList()
                        .equals(List.of("label", "brightness", "contrast"))
                || evaluation.errors().isEmpty()) {
            throw new IllegalStateException(evaluation.toString());
        }
        System.out.println(GREW + (rows.late - rows.early));
    }

    /** Random images, between which the heap is measured. */
    private static final class Rows implements Iterator<Feed> {

        private final Random random;
        private int seen;
        private long early;
        private long late;

        private Rows(Random random) {
            this.random = random;
        }

        @Override
        public boolean hasNext() {
            return seen <= LATE;
        }

        @Override
        public Feed next() {
            if (seen == EARLY) {
                early = held();
            } else if (seen == LATE) {
                late = held();
            }
            float[] x = new float[BATCH * CLASSES];
            for (int i = 0; i < x.length; i++) {
                x[i] = random.nextFloat();
            }
            seen += BATCH;
            return new Feed(
                    Map.of("x", Tensor.ofFloats(x, BATCH, 1, 2, CLASSES / 2)), BATCH, seen - BATCH);
        }

        private static long held() {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        }
    }

    /**
     * Scores, a normalized embedding, a number and a class for each row.
     *
     * @param steps by which inputs are rounded; 0 for none
     */
    private record Model(int steps) implements GraphRunner {

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> feeds) {
            float[] x = feeds.get("x").toFloats();
            int rows = x.length / CLASSES;
            float[] embedding = new float[x.length];
            float[] number = new float[rows];
            long[] best = new long[rows];
            for (int row = 0; row < rows; row++) {
                double norm = 0;
                for (int i = row * CLASSES; i < (row + 1) * CLASSES; i++) {
                    x[i] = steps == 0 ? x[i] : (float) Math.round(x[i] * steps) / steps;
                    norm += x[i] * x[i];
                    best[row] =
                            x[i] > x[(int) (row * CLASSES + best[row])]
                                    ? i - row * CLASSES
                                    : best[row];
                }
                number[row] = (float) Math.sqrt(norm);
                for (int i = row * CLASSES; i < (row + 1) * CLASSES; i++) {
                    embedding[i] = x[i] / number[row];
                }
            }
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("scores", Tensor.ofFloats(x, rows, CLASSES));
            outputs.put("embedding", Tensor.ofFloats(embedding, rows, 2, CLASSES / 2));
            outputs.put("number", Tensor.ofFloats(number, rows, 1));
            outputs.put("class", Tensor.ofLongs(best, rows));
            return outputs;
        }

        @Override
        public void close() {}
    }
}
