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

import io.github.djlquant.evaluate.LabelledBatch;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A model together with the data that the demo needs.
 *
 * @param description what is shown, one sentence
 * @param model the float model
 * @param calibration images to measure ranges on
 * @param test other images, with labels
 * @param classNames names of the classes by their index; empty if they are not known
 */
public record DemoCase(
        String description,
        Path model,
        ImageSet calibration,
        ImageSet test,
        List<String> classNames) {

    private static final int BATCH = 50;

    /**
     * Returns the calibration images without their labels.
     *
     * @return batches by input name, made anew at each pass
     */
    public Iterable<Map<String, Tensor>> feeds() {
        return calibration.feeds(BATCH);
    }

    /**
     * Returns the test images without their labels.
     *
     * @return batches by input name, made anew at each pass
     */
    public Iterable<Map<String, Tensor>> testFeeds() {
        return test.feeds(BATCH);
    }

    /**
     * Returns the classes of the test images.
     *
     * @return one per image
     */
    public Labels testLabels() {
        IntStream.Builder labels = IntStream.builder();
        for (LabelledBatch batch : tests()) {
            IntStream.of(batch.labels()).forEach(labels);
        }
        return Labels.of(labels.build().toArray());
    }

    /**
     * Returns the test images.
     *
     * @return batches with labels, made anew at each pass
     */
    public Iterable<LabelledBatch> tests() {
        return test.batches(BATCH);
    }

    /**
     * Returns one test image, for timing.
     *
     * @return a batch of one
     */
    public Map<String, Tensor> one() {
        return test.batches(1).iterator().next().feeds();
    }

    /**
     * Images that can be had by their number.
     *
     * @param input the model's input
     * @param count how many there are
     * @param source where they come from
     */
    public record ImageSet(String input, int count, Source source) {

        private static final int VALUES =
                ShapeImages.CHANNELS * ShapeImages.SIZE * ShapeImages.SIZE;

        /** Where images come from. */
        @FunctionalInterface
        public interface Source {
            /**
             * Writes an image into a batch.
             *
             * @param index the number of the image
             * @param batch the batch, {@code [N,3,32,32]} flattened
             * @param row the place in the batch
             * @return the image's class
             */
            int write(int index, float[] batch, int row);
        }

        Iterable<LabelledBatch> batches(int rows) {
            return () ->
                    new Iterator<>() {
                        private int next;

                        @Override
                        public boolean hasNext() {
                            return next < count;
                        }

                        @Override
                        public LabelledBatch next() {
                            int size = Math.min(rows, count - next);
                            LabelledBatch batch = batch(next, size);
                            next += size;
                            return batch;
                        }
                    };
        }

        private Iterable<Map<String, Tensor>> feeds(int rows) {
            return () -> {
                Iterator<LabelledBatch> batches = batches(rows).iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return batches.hasNext();
                    }

                    @Override
                    public Map<String, Tensor> next() {
                        return batches.next().feeds();
                    }
                };
            };
        }

        private LabelledBatch batch(int first, int size) {
            float[] values = new float[size * VALUES];
            List<Integer> labels = new ArrayList<>();
            for (int row = 0; row < size; row++) {
                labels.add(source.write(first + row, values, row));
            }
            Tensor tensor =
                    Tensor.ofFloats(
                            values, size, ShapeImages.CHANNELS, ShapeImages.SIZE, ShapeImages.SIZE);
            return new LabelledBatch(
                    Map.of(input, tensor), labels.stream().mapToInt(Integer::intValue).toArray());
        }
    }
}
