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

import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
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
        return test.labels();
    }

    /**
     * Returns the test images.
     *
     * @return batches, made anew at each pass
     */
    public Iterable<Feed> tests() {
        return test.batches(BATCH);
    }

    /**
     * Returns one test image, for timing.
     *
     * @return a batch of one
     */
    public Map<String, Tensor> one() {
        return test.batches(1).iterator().next().tensors();
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

        Iterable<Feed> batches(int rows) {
            return () ->
                    IntStream.iterate(0, first -> first < count, first -> first + rows)
                            .mapToObj(first -> batch(first, Math.min(rows, count - first)))
                            .iterator();
        }

        private Iterable<Map<String, Tensor>> feeds(int rows) {
            return () ->
                    IntStream.iterate(0, first -> first < count, first -> first + rows)
                            .mapToObj(
                                    first -> batch(first, Math.min(rows, count - first)).tensors())
                            .iterator();
        }

        private Labels labels() {
            float[] image = new float[VALUES];
            return Labels.of(
                    IntStream.range(0, count)
                            .map(index -> source.write(index, image, 0))
                            .toArray());
        }

        private Feed batch(int first, int size) {
            float[] values = new float[size * VALUES];
            for (int row = 0; row < size; row++) {
                source.write(first + row, values, row);
            }
            Tensor tensor =
                    Tensor.ofFloats(
                            values, size, ShapeImages.CHANNELS, ShapeImages.SIZE, ShapeImages.SIZE);
            return new Feed(Map.of(input, tensor), size, first);
        }
    }
}
