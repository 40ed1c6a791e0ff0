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
import java.util.Map;

/**
 * Which tokens of a batch are filling: texts are made as long as the longest of their batch, and a
 * mask is 0 where that was done. Calibration sees texts without filling, so it is not compared.
 */
final class Padding {

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

    /**
     * Finds the tokens of a row that are no filling.
     *
     * @param tensor shape [rows, tokens] or [rows, tokens, features]
     * @return their places among all tokens; null if none is filling or nothing is known of it
     */
    int[] tokens(Tensor tensor, int row) {
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
