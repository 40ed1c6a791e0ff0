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

import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleBiFunction;

/** A criterion that divides samples. */
public sealed interface Slicing permits Slicing.Named, Slicing.Numbered, MetadataColumn {

    /**
     * Names the criterion.
     *
     * @return for people
     */
    String by();

    /**
     * Tells where it comes from.
     *
     * @return the kind
     */
    Slices.Kind kind();

    /**
     * Divides by the right class.
     *
     * @param labels the right classes
     * @param classNames names of the classes by their index; empty to show the index
     * @return the criterion
     */
    static Slicing byLabel(Labels labels, List<String> classNames) {
        List<String> names = List.copyOf(classNames);
        return new Named(
                "label",
                Slices.Kind.LABEL,
                (batch, row) -> {
                    int label = labels.label(batch.feed(), row);
                    return label < names.size() ? names.get(label) : Integer.toString(label);
                });
    }

    /**
     * Divides by a column of a file beside the data: .tsv, or .csv with commas or tabs; a row for
     * each sample, in the order of the data. Of a folder of images rows may come in any order where
     * the first line names columns and one is called {@code file}, {@code path}, {@code filename},
     * {@code file_name} or {@code image}: it holds the images' paths below the folder, or their
     * names where these tell them apart.
     *
     * @param file the file, in UTF-8
     * @param column the column's number, from 1 on, or its name in the first line
     * @return the criterion
     * @throws io.github.djlquant.CalibrationException if the file can't be read or lacks the column
     */
    static Slicing byColumn(Path file, String column) {
        return new MetadataColumn(file, column);
    }

    /**
     * Divides by the user's own function.
     *
     * @param name of the criterion
     * @param slice names the slice of a sample; null if it belongs to none
     * @return the criterion
     */
    static Slicing byFunction(String name, NameOfSlice slice) {
        return new Named(name, Slices.Kind.FUNCTION, slice);
    }

    /**
     * Divides by a number of the user's own, into four parts of about the same size. Of more than
     * 16,384 samples a random choice is divided.
     *
     * @param name of the criterion
     * @param number computes it of a row of a batch
     * @return the criterion
     */
    static Slicing byNumber(String name, ToDoubleBiFunction<PairedBatch, Integer> number) {
        return new Numbered(name, Slices.Kind.INPUT_PROPERTY, "", number);
    }

    /**
     * Divides by the mean of an input's numbers: the brightness of images. The numbers are those
     * that the model is given; the evaluation's own criterion of this name counts in pixels where
     * it knows how they became numbers.
     *
     * @return the criterion, of the first input
     */
    static Slicing brightness() {
        return ImageMoments.ofInput().brightness();
    }

    /**
     * Divides by the standard deviation of an input's numbers: the contrast of images.
     *
     * @return the criterion, of the first input
     */
    static Slicing contrast() {
        return ImageMoments.ofInput().contrast();
    }

    /**
     * Divides by length: the sum of the input {@code attention_mask}, or else the size of the
     * second axis of the first input.
     *
     * @return the criterion
     */
    static Slicing length() {
        return byNumber("length", (batch, row) -> length(batch, row));
    }

    private static double length(PairedBatch batch, int row) {
        Tensor mask = batch.feed().tensors().get("attention_mask");
        Tensor first = batch.feed().tensors().values().iterator().next();
        if (mask == null || mask.shape().rank() != 2 || mask.dataType().isFloatingPoint()) {
            return first.shape().rank() < 2 ? 1 : first.shape().size(1);
        }
        long[] values = mask.toLongs();
        int width = (int) mask.shape().size(1);
        long sum = 0;
        for (int i = row * width; i < (row + 1) * width; i++) {
            sum += values[i];
        }
        return sum;
    }

    /** Names the slice of a sample. */
    @FunctionalInterface
    interface NameOfSlice {

        /**
         * Finds the slice.
         *
         * @param batch the batch
         * @param row the sample's row
         * @return the slice's name; null if the sample belongs to none
         */
        String of(PairedBatch batch, int row);
    }

    /**
     * Divides by a name.
     *
     * @param by the criterion
     * @param kind where it comes from
     * @param slice names the slice of a sample
     */
    record Named(String by, Slices.Kind kind, NameOfSlice slice) implements Slicing {
        /** Requires the parts. */
        public Named {
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(slice, "slice");
        }
    }

    /**
     * Divides by a number.
     *
     * @param by the criterion
     * @param kind where it comes from
     * @param unit what stands behind the number, for people; empty for none
     * @param number computes it of a row of a batch
     */
    record Numbered(
            String by,
            Slices.Kind kind,
            String unit,
            ToDoubleBiFunction<PairedBatch, Integer> number)
            implements Slicing {
        /** Requires the parts. */
        public Numbered {
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(unit, "unit");
            Objects.requireNonNull(number, "number");
        }
    }
}
