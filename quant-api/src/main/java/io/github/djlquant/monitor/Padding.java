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
package io.github.djlquant.monitor;

import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which tokens of a batch are filling: texts are made as long as the longest of their batch, and a
 * mask is 0 where that was done. Nobody reads what becomes of it, so it is neither counted in
 * calibration nor compared.
 */
final class Padding {

    /** Where nothing is filling. */
    static final Padding NONE = new Padding(Map.of(), List.of());

    private final List<Tensor> masks = new ArrayList<>();

    /**
     * Finds the masks of a batch.
     *
     * @param names those of the masks
     */
    Padding(Map<String, Tensor> batch, Collection<String> names) {
        for (String name : names) {
            Tensor mask = batch.get(name);
            if (mask != null && mask.shape().rank() > 1 && Elements.isReadable(mask.dataType())) {
                masks.add(mask);
            }
        }
    }

    /** Takes a row without its filling. */
    interface RowReader {

        /**
         * Takes a row.
         *
         * @param start the first of its elements
         * @param length how many there are, at least 1
         */
        void read(Elements elements, int start, int length);
    }

    /**
     * Tells whether an input of a batch is a mask of this kind: of ones, and of zeros where there
     * is filling. Masks that are named after the padding are 1 there instead.
     */
    static boolean isMask(String name, Tensor tensor) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.contains("mask")
                || lower.contains("pad")
                || tensor.shape().rank() < 2
                || !Elements.isReadable(tensor.dataType())) {
            return false;
        }
        Elements flags = Elements.of(tensor);
        for (int i = 0; i < tensor.elementCount(); i++) {
            if (flags.at(i) != 0 && flags.at(i) != 1) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether a mask is 0 somewhere. */
    boolean isThere() {
        return masks.stream().anyMatch(Padding::hasZero);
    }

    private static boolean hasZero(Tensor mask) {
        Elements flags = Elements.of(mask);
        for (int i = 0; i < mask.elementCount(); i++) {
            if (flags.at(i) == 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Hands on a row of a tensor as if it held nothing but what is no filling; nothing of a row
     * that is filling throughout.
     *
     * @param elements the tensor's
     * @param length a row's elements
     */
    void row(Tensor tensor, Elements elements, int row, int length, RowReader reader) {
        int start = row * length;
        int[] tokens = tokens(tensor, row);
        if (tokens == null) {
            reader.read(elements, start, length);
        } else if (tokens.length > 0) {
            int each = length / Math.toIntExact(tensor.shape().size(1));
            reader.read(
                    index -> elements.at(start + tokens[index / each] * each + index % each),
                    0,
                    tokens.length * each);
        }
    }

    /**
     * Finds the tokens of a row that are no filling.
     *
     * @param tensor shape [rows, tokens] or [rows, tokens, features]
     * @return their places among all tokens; null if none is filling or nothing is known of it
     */
    private int[] tokens(Tensor tensor, int row) {
        int[] places = null;
        int kept = 0;
        for (Tensor mask : masks) {
            if (!fits(mask, tensor)) {
                continue;
            }
            Elements flags = Elements.of(mask);
            int tokens = (int) tensor.shape().size(1);
            int known = places == null ? tokens : kept;
            int[] real = new int[known];
            kept = 0;
            for (int i = 0; i < known; i++) {
                int place = places == null ? i : places[i];
                if (flags.at(row * tokens + place) != 0) {
                    real[kept++] = place;
                }
            }
            places = real;
        }
        return places == null || kept == tensor.shape().size(1)
                ? null
                : Arrays.copyOf(places, kept);
    }

    /** Masks have one element per token, whatever extents of 1 lie between. */
    private static boolean fits(Tensor mask, Tensor tensor) {
        int rank = tensor.shape().rank();
        return (rank == 2 || rank == 3)
                && mask.shape().size(0) == tensor.shape().size(0)
                && mask.elementCount() == tensor.shape().size(0) * tensor.shape().size(1);
    }
}
