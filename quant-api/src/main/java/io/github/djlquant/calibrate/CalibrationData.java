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
package io.github.djlquant.calibrate;

import ai.djl.ndarray.NDList;
import ai.djl.training.dataset.Dataset;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Representative inputs of a model. Nothing is read before {@link #open}, and then one batch at a
 * time.
 *
 * <p>Whatever the form, each batch must have one tensor for each input of the graph, rows first;
 * wrong names, shapes and element types, NaN and infinity are refused with the place named.
 */
public sealed interface CalibrationData {

    /**
     * Opens the data for a graph.
     *
     * @param spec what the graph wants to be fed with
     * @return batches, checked against the graph's inputs; to be closed
     * @throws io.github.djlquant.CalibrationException if the data can't be read; also thrown by the
     *     stream's methods
     */
    FeedStream open(FeedSpec spec);

    /**
     * Tells where the data lies, for messages.
     *
     * @return the file or folder; empty for data that comes from a program
     */
    default Optional<Path> place() {
        return Optional.empty();
    }

    /**
     * Takes a DJL dataset. Its labels come along, where they are a class index for each row ({@link
     * io.github.djlquant.evaluate.Labels#ofData}). It is prepared, if need be, by {@link
     * Dataset#prepare()}.
     *
     * @param dataset the dataset; its batches hold the model's inputs in their order
     * @return the data
     */
    static CalibrationData ofDataset(Dataset dataset) {
        return new OfDataset(dataset);
    }

    /**
     * Takes ready batches.
     *
     * @param batches lists of arrays, named as the graph's inputs or else in their order; the
     *     caller closes them
     * @return the data
     */
    static CalibrationData ofBatches(Iterable<NDList> batches) {
        return new OfBatches(batches);
    }

    /**
     * Takes inputs of the user's own translator, such as images or texts. They need a translator to
     * become tensors: the data can be opened only where there is one, such as in a Criteria.
     *
     * @param inputs objects of the translator's input type
     * @return the data
     */
    static CalibrationData ofInputs(Iterable<?> inputs) {
        return new OfInputs(inputs);
    }

    /**
     * Takes tensors in memory.
     *
     * @param feeds tensors by the names of the graph's inputs
     * @return the data
     */
    static CalibrationData ofFeeds(Iterable<Map<String, Tensor>> feeds) {
        return new OfFeeds(feeds);
    }

    /**
     * Takes what lies at a path: an .npz file or a folder of them, each with one array per input,
     * rows first, named as the inputs; or a folder of images, which are normalised as for ImageNet.
     *
     * @param path the file or folder
     * @return the data
     */
    static CalibrationData ofPath(Path path) {
        return ofPath(path, ImagePreprocessing.IMAGENET);
    }

    /**
     * Takes what lies at a path, as {@link #ofPath(Path)}. Images are taken in an order that is
     * shuffled, but always the same; {@link Feed#sample} tells the place of each in the sorted
     * order of the files' paths, in which labels and other columns are read.
     *
     * @param path the file or folder
     * @param images how images become tensors
     * @return the data
     */
    static CalibrationData ofPath(Path path, ImagePreprocessing images) {
        return new OfPath(path, images);
    }

    /**
     * Takes the texts of a file: a line each, or columns of a .tsv or .csv file. Samples come
     * sorted by length within windows of about a thousand, so that none need be filled up where the
     * model takes any length; {@link Feed#sample} tells which is which.
     *
     * @param file the file, in UTF-8
     * @param text how texts become tensors
     * @return the data
     */
    static CalibrationData ofText(Path file, TextPreprocessing text) {
        return new OfText(file, text);
    }

    /**
     * A DJL dataset.
     *
     * @param dataset its batches hold the model's inputs in their order
     */
    record OfDataset(Dataset dataset) implements CalibrationData {
        /** Requires a dataset. */
        public OfDataset {
            Objects.requireNonNull(dataset, "dataset");
        }

        @Override
        public FeedStream open(FeedSpec spec) {
            return new FeedSlicer(spec, DatasetSource.open(dataset, spec));
        }
    }

    /**
     * Ready batches.
     *
     * @param batches lists of arrays, named as the graph's inputs or else in their order
     */
    record OfBatches(Iterable<NDList> batches) implements CalibrationData {
        /** Requires batches. */
        public OfBatches {
            Objects.requireNonNull(batches, "batches");
        }

        @Override
        public FeedStream open(FeedSpec spec) {
            return new FeedSlicer(
                    spec,
                    new NDListSource(UserData.ask(NDListSource.NAME, 0, batches::iterator), spec));
        }
    }

    /**
     * Inputs of the user's own translator.
     *
     * @param inputs objects of the translator's input type
     */
    record OfInputs(Iterable<?> inputs) implements CalibrationData {
        /** Requires inputs. */
        public OfInputs {
            Objects.requireNonNull(inputs, "inputs");
        }

        @Override
        public FeedStream open(FeedSpec spec) {
            throw new io.github.djlquant.CalibrationException(
                    io.github.djlquant.Problem.of(
                                    "inputs of a translator are no calibration data without the"
                                            + " translator")
                            .expected(spec.describe())
                            .next(
                                    "Pass them to the QuantizationTranslatorFactory together with"
                                            + " the translator, or pass batches of arrays"));
        }
    }

    /**
     * Tensors in memory.
     *
     * @param feeds tensors by the names of the graph's inputs
     */
    record OfFeeds(Iterable<Map<String, Tensor>> feeds) implements CalibrationData {
        private static final String NAME = "calibration feeds";

        /** Requires feeds. */
        public OfFeeds {
            Objects.requireNonNull(feeds, "feeds");
        }

        @Override
        public FeedStream open(FeedSpec spec) {
            Iterator<Map<String, Tensor>> iterator = UserData.ask(NAME, 0, feeds::iterator);
            return new FeedSlicer(
                    spec,
                    new TensorSource() {
                        @Override
                        public Map<String, Tensor> next(int rows) {
                            return iterator.hasNext() ? iterator.next() : null;
                        }

                        @Override
                        public String description() {
                            return NAME;
                        }
                    });
        }
    }

    /**
     * A file or folder.
     *
     * @param path an .npz file, a folder of them or a folder of images
     * @param images how images become tensors
     */
    record OfPath(Path path, ImagePreprocessing images) implements CalibrationData {
        /** Requires both. */
        public OfPath {
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(images, "images");
        }

        @Override
        public FeedStream open(FeedSpec spec) {
            return new FeedSlicer(spec, PathSource.open(path, images, spec));
        }

        @Override
        public Optional<Path> place() {
            return Optional.of(path);
        }

        /**
         * Names the images of a folder.
         *
         * @return their paths below the folder, with slashes, in the order that {@link Feed#sample}
         *     counts in; empty if the data is no folder of images
         */
        public List<String> imageNames() {
            return PathSource.images(path).stream()
                    .map(image -> path.relativize(image).toString().replace('\\', '/'))
                    .toList();
        }
    }

    /**
     * A file of texts.
     *
     * @param file lines, .tsv or .csv
     * @param text how texts become tensors
     */
    record OfText(Path file, TextPreprocessing text) implements CalibrationData {
        /** Requires both. */
        public OfText {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(text, "text");
        }

        @Override
        public FeedStream open(FeedSpec spec) {
            return new FeedSlicer(spec, new TextSource(file, text, spec));
        }

        @Override
        public Optional<Path> place() {
            return Optional.of(file);
        }
    }
}
